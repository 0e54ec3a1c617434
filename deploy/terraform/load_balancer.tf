# The door, and the door between the services.
#
# Access logs are off on purpose: a browser's WebSocket brings its token in the query, which they
# would keep. The gateway writes an access log without queries.

resource "aws_lb" "public" {
  name                       = "${local.name}-public"
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.main["public_lb"].id]
  subnets                    = aws_subnet.public[*].id
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  # An idle event stream says something every 15 seconds, an idle chat beats its heart: a minute of
  # silence would do. Twice that, for phones that sleep.
  idle_timeout = 120
  # Chats and event streams are one request that lasts; this bounds a connection of many requests.
  client_keep_alive = 3600
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.public.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main["gateway"].arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb" "internal" {
  name                       = "${local.name}-internal"
  load_balancer_type         = "application"
  internal                   = true
  security_groups            = [aws_security_group.main["internal_lb"].id]
  subnets                    = aws_subnet.private[*].id
  enable_deletion_protection = true
  # Longer than in front: whoever is nearer to the client closes first.
  idle_timeout = 180
}

resource "aws_lb_listener" "service" {
  for_each          = local.behind
  load_balancer_arn = aws_lb.internal.arn
  port              = each.value.port
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main[each.key].arn
  }
}

resource "aws_lb_target_group" "main" {
  for_each = local.services
  name     = "${local.name}-${each.key}"
  vpc_id   = aws_vpc.main.id
  port     = each.value.port
  protocol = "HTTP"
  # A chat holds one request for hours; counting requests would pile them up on the oldest instance.
  load_balancing_algorithm_type = "least_outstanding_requests"
  # A stopping chat or event stream tells its clients to come back at once; the rest is short.
  deregistration_delay = 45

  # Not `/ready`: that says what a service lacks. With the database away every instance lacks the
  # same, and replacing all of them would make an outage of minutes one of half an hour. A service
  # listens only after it has found its database migrated, so a broken release never gets healthy.
  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_route53_record" "domain" {
  count   = var.zone_id == "" ? 0 : 1
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.public.dns_name
    zone_id                = aws_lb.public.zone_id
    evaluate_target_health = true
  }
}
