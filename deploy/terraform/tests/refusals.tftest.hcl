# What must be refused before anything is built.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  domain          = "api.example.com"
  certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0"
  alarm_email     = "oncall@example.com"
}

run "a_domain_is_no_url" {
  command = plan
  variables {
    domain = "https://api.example.com"
  }
  expect_failures = [var.domain]
}

run "no_origin_may_be_a_wildcard" {
  command = plan
  variables {
    web_origins = ["https://*"]
  }
  expect_failures = [var.web_origins]
}

run "one_instance_is_not_enough" {
  command = plan
  variables {
    fleet = { party = { type = "t4g.small", min = 1, max = 2 } }
  }
  expect_failures = [var.fleet]
}

run "backups_are_kept_for_a_week_at_least" {
  command = plan
  variables {
    database = { backup_days = 1 }
  }
  expect_failures = [var.database]
}

run "a_broker_cluster_needs_three_zones" {
  command = plan
  variables {
    broker = { cluster = true }
  }
  expect_failures = [aws_mq_broker.main]
}
