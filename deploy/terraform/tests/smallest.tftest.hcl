# The defaults: what must hold of the smallest set-up, without a cloud.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  domain          = "api.example.com"
  certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0"
  alarm_email     = "oncall@example.com"
  repository      = "example/project"
}

run "nothing_faces_the_internet_but_the_load_balancer" {
  assert {
    condition     = join(",", keys(aws_vpc_security_group_ingress_rule.internet)) == "http,https"
    error_message = "Only 80 and 443 are open to the world."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.inside : rule.cidr_ipv4 == null])
    error_message = "Inside, groups are let in, not addresses."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.inside : rule.from_port != 22])
    error_message = "Nobody comes in by SSH."
  }

  assert {
    condition     = !contains([for rule in local.paths : rule.from if rule.to == "database"], "gateway")
    error_message = "The gateway has no business with the database."
  }

  assert {
    condition     = !aws_db_instance.main[0].publicly_accessible && !aws_mq_broker.main.publicly_accessible
    error_message = "Stores are private."
  }
}

run "data_is_encrypted_kept_and_survives_a_machine" {
  assert {
    condition = (
      aws_db_instance.main[0].storage_encrypted && aws_db_instance.main[0].multi_az
      && aws_db_instance.main[0].deletion_protection && !aws_db_instance.main[0].skip_final_snapshot
      && aws_db_instance.main[0].backup_retention_period >= 7
    )
    error_message = "The database is encrypted, in two zones, backed up and hard to delete."
  }

  assert {
    condition     = aws_db_instance.main[0].manage_master_user_password && aws_db_instance.main[0].password == null
    error_message = "The master password is made and kept by AWS."
  }

  assert {
    condition = (
      aws_elasticache_replication_group.main.transit_encryption_enabled
      && aws_elasticache_replication_group.main.automatic_failover_enabled
    )
    error_message = "Redis is reached by TLS and fails over."
  }
}

run "streams_outlive_the_load_balancers_patience" {
  assert {
    condition     = aws_lb.public.idle_timeout > 90 && aws_lb.internal.idle_timeout > aws_lb.public.idle_timeout
    error_message = "Both must be longer than the gateway's own limit of 90 s without a byte, the inner one longest."
  }

  assert {
    condition     = alltrue([for group in aws_lb_target_group.main : group.load_balancing_algorithm_type == "least_outstanding_requests"])
    error_message = "Long connections must spread evenly."
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "Plain HTTP leads to HTTPS."
  }
}

run "every_service_has_its_door_and_its_settings" {
  assert {
    condition     = join(",", keys(aws_lb_listener.service)) == "catalog,chat,notify,party"
    error_message = "Each service behind the gateway has a listener."
  }

  assert {
    condition     = local.variables["gateway"]["GATEWAY__UPSTREAMS__CHAT"] == "http://lb.internal.example:7003"
    error_message = "The gateway must know where chat is."
  }

  assert {
    condition     = alltrue([for name, told in local.variables : told["${upper(name)}__IDENTITY__ISSUER"] == "https://api.example.com"])
    error_message = "All believe the same issuer."
  }

  assert {
    condition     = !can(regex("PASSWORD|SECRET|__URL=mysql|amqps", jsonencode(local.variables)))
    error_message = "Settings hold no secret."
  }

  assert {
    condition     = aws_ssm_parameter.broker["chat"].name == "/p509/production/chat/secrets/CHAT__BROKER__URL"
    error_message = "A secret is named like the variable it becomes."
  }

  assert {
    condition     = aws_ssm_parameter.broker["chat"].value == "amqps://platform:answered-by-the-parameter-store@broker.internal.example:5671/%2f"
    error_message = "The broker's URL is made of its host and the generated password."
  }

  assert {
    condition     = !contains(keys(aws_ssm_parameter.broker), "gateway")
    error_message = "The gateway has no business with the broker."
  }
}

run "migrations_are_told_what_their_service_is_told" {
  assert {
    condition = alltrue([
      for name in ["catalog", "chat", "notify"] :
      strcontains(local.operator_script, "${upper(name)}__IDENTITY__JWKS_URL=http://lb.internal.example:7001/.well-known/jwks.json")
    ])
    error_message = "A service refuses a configuration without the place of the keys, also when it migrates."
  }

  assert {
    condition     = length(base64gzip(local.operator_script)) < 16384
    error_message = "AWS takes 16 KB of user data."
  }
}

run "workflows_come_in_through_environments_only" {
  assert {
    condition     = join(",", keys(aws_iam_role.delivery)) == "deploy,images"
    error_message = "One role pushes, another one deploys."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.main : repository.image_tag_mutability == "IMMUTABLE"])
    error_message = "A tag once pushed never changes."
  }

  assert {
    condition     = strcontains(aws_ssm_document.once.content, "^(catalog|chat|notify|party)$")
    error_message = "Only services with a database are migrated, and nothing else can be run."
  }
}

run "someone_is_told" {
  assert {
    condition = alltrue([
      for name in ["errors-5xx", "no-gateway", "database-storage", "chat-dead-letters", "notify-dead-letters", "party-unhealthy"] :
      contains(keys(aws_cloudwatch_metric_alarm.main), name)
    ])
    error_message = "These alarms must exist."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : length(alarm.alarm_actions) == 1])
    error_message = "An alarm that tells nobody is none."
  }
}

run "without_a_repository_nobody_may_deploy" {
  variables {
    repository = ""
  }

  assert {
    condition     = length(aws_iam_role.delivery) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "No repository, no roles."
  }
}
