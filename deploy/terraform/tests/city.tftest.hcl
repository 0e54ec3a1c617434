# The set-up for a city, with the values of city.tfvars that matter.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  environment     = "city"
  domain          = "api.example.com"
  certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0"
  alarm_email     = "oncall@example.com"
  zone_count      = 3
  nat_per_zone    = true
  database        = { engine = "aurora-mysql", version = "8.0.mysql_aurora.3.08.2", class = "db.r7g.xlarge", replicas = 2 }
  cache           = { type = "cache.m7g.large", nodes = 3 }
  broker          = { type = "mq.m7g.large", cluster = true }
}

run "the_database_is_a_cluster_over_three_zones" {
  assert {
    condition     = length(aws_rds_cluster.main) == 1 && length(aws_rds_cluster_instance.main) == 3 && length(aws_db_instance.main) == 0
    error_message = "One writer and two readers of Aurora, and no RDS instance."
  }

  assert {
    condition     = local.database_host == "cluster.internal.example"
    error_message = "Accounts are made at the writer."
  }

  assert {
    condition     = contains(keys(aws_cloudwatch_metric_alarm.main), "database-replica-lag") && !contains(keys(aws_cloudwatch_metric_alarm.main), "database-storage")
    error_message = "Aurora grows by itself; its readers may lag."
  }
}

run "the_broker_is_a_cluster_and_each_zone_has_its_way_out" {
  assert {
    condition     = aws_mq_broker.main.deployment_mode == "CLUSTER_MULTI_AZ" && length(aws_mq_broker.main.subnet_ids) == 3
    error_message = "Quorum queues need three nodes."
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 3 && length(aws_subnet.private) == 3
    error_message = "The loss of a zone costs that zone only."
  }
}
