# RabbitMQ. While it is away events wait in the outbox of their service.

locals {
  broker_user = "platform"
}

resource "aws_mq_broker" "main" {
  broker_name                = local.name
  engine_type                = "RabbitMQ"
  engine_version             = var.broker.version
  host_instance_type         = var.broker.type
  deployment_mode            = var.broker.cluster ? "CLUSTER_MULTI_AZ" : "SINGLE_INSTANCE"
  subnet_ids                 = var.broker.cluster ? aws_subnet.private[*].id : [aws_subnet.private[0].id]
  security_groups            = [aws_security_group.main["broker"].id]
  publicly_accessible        = false
  auto_minor_version_upgrade = true

  user {
    username = local.broker_user
    password = data.aws_ssm_parameter.generated["rabbitmq"].value
  }

  logs {
    general = true
  }

  maintenance_window_start_time {
    day_of_week = "SUNDAY"
    time_of_day = "19:00"
    time_zone   = "UTC"
  }

  lifecycle {
    precondition {
      condition     = !var.broker.cluster || var.zone_count == 3
      error_message = "A cluster of RabbitMQ needs zone_count = 3: quorum queues need a majority."
    }
  }
}
