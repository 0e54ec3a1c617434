# Who may speak to whom. Nothing accepts SSH: people come in through Session Manager.

locals {
  groups = {
    public_lb   = "The load balancer that faces the internet"
    internal_lb = "The load balancer between the services"
    gateway     = "The gateway"
    service     = "The services behind the gateway"
    operator    = "The operator's instance"
    database    = "MySQL"
    cache       = "Redis"
    broker      = "RabbitMQ"
  }

  service_ports = [for service in local.behind : service.port]

  # to = who listens, from = who calls.
  paths = merge(
    {
      gateway-from-public   = { to = "gateway", from = "public_lb", port = local.services.gateway.port }
      gateway-from-operator = { to = "gateway", from = "operator", port = local.services.gateway.metrics_port }
      database-service      = { to = "database", from = "service", port = 3306 }
      database-operator     = { to = "database", from = "operator", port = 3306 }
      broker-service        = { to = "broker", from = "service", port = 5671 }
      broker-operator       = { to = "broker", from = "operator", port = 5671 }
      cache-gateway         = { to = "cache", from = "gateway", port = 6379 }
      cache-service         = { to = "cache", from = "service", port = 6379 }
      cache-operator        = { to = "cache", from = "operator", port = 6379 }
    },
    # The gateway asks all of them; they ask each other for keys and items.
    merge([
      for name, service in local.behind : {
        "${name}-lb-from-gateway" = { to = "internal_lb", from = "gateway", port = service.port }
        "${name}-lb-from-service" = { to = "internal_lb", from = "service", port = service.port }
        "${name}-from-lb"         = { to = "service", from = "internal_lb", port = service.port }
        "${name}-from-operator"   = { to = "service", from = "operator", port = service.port }
      }
    ]...),
  )
}

resource "aws_security_group" "main" {
  for_each    = local.groups
  name        = "${local.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.name}-${replace(each.key, "_", "-")}" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "inside" {
  for_each                     = local.paths
  security_group_id            = aws_security_group.main[each.value.to].id
  referenced_security_group_id = aws_security_group.main[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.key
}

resource "aws_vpc_security_group_ingress_rule" "internet" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.main["public_lb"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  description       = "clients, by ${each.key}"
}

resource "aws_vpc_security_group_egress_rule" "to_targets" {
  for_each = merge(
    { gateway = { from = "public_lb", to = "gateway", port = local.services.gateway.port } },
    { for name, service in local.behind : name => { from = "internal_lb", to = "service", port = service.port } },
  )
  security_group_id            = aws_security_group.main[each.value.from].id
  referenced_security_group_id = aws_security_group.main[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = "to ${each.key}"
}

# Instances call each other, AWS, Kakao and the open API of the ministry, whose addresses change.
resource "aws_vpc_security_group_egress_rule" "instances" {
  for_each          = toset(["gateway", "service", "operator"])
  security_group_id = aws_security_group.main[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
  description       = "anywhere"
}
