# Alarms of what AWS runs. What the services themselves count is watched by Prometheus, with the
# rules of deploy/observability/alerts.yml, and goes to the same people. The run book in
# deploy/README.md has a section for each name.

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  public_lb     = { LoadBalancer = aws_lb.public.arn_suffix }
  database_id   = local.is_aurora ? { DBClusterIdentifier = local.name } : { DBInstanceIdentifier = local.name }
  broker_queues = ["party", "chat", "notify"]
  cache_nodes   = [for number in range(var.cache.nodes) : format("%s-%03d", local.name, number + 1)]

  # The unit of `threshold` is that of the metric; each must hold for `minutes` before anybody is
  # told.
  alarms = merge(
    {
      errors-5xx = {
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.public_lb
        statistic = "Sum", above = 20, minutes = 3, missing = "notBreaching"
      }
      no-gateway = {
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.public_lb
        statistic = "Sum", above = 20, minutes = 3, missing = "notBreaching"
      }
      database-processor = {
        namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database_id
        statistic = "Average", above = 80, minutes = 10, missing = "breaching"
      }
      database-connections = {
        namespace = "AWS/RDS", metric = "DatabaseConnections", dimensions = local.database_id
        statistic = "Maximum", above = 400, minutes = 5, missing = "breaching"
      }
      broker-memory = {
        namespace = "AWS/AmazonMQ", metric = "RabbitMQMemUsed", dimensions = { Broker = local.name }
        statistic = "Maximum", above = 1500000000, minutes = 10, missing = "breaching"
      }
    },
    {
      for name in keys(local.services) : "${name}-unhealthy" => {
        namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount"
        dimensions = {
          TargetGroup  = aws_lb_target_group.main[name].arn_suffix
          LoadBalancer = (name == "gateway" ? aws_lb.public : aws_lb.internal).arn_suffix
        }
        statistic = "Maximum", above = 0, minutes = 5, missing = "notBreaching"
      }
    },
    {
      for queue in local.broker_queues : "${queue}-dead-letters" => {
        namespace  = "AWS/AmazonMQ", metric = "MessageCount"
        dimensions = { Broker = local.name, VirtualHost = "/", Queue = "p509.${queue}.dead" }
        statistic  = "Maximum", above = 0, minutes = 5, missing = "notBreaching"
      }
    },
    {
      for queue in local.broker_queues : "${queue}-backlog" => {
        namespace  = "AWS/AmazonMQ", metric = "MessageCount"
        dimensions = { Broker = local.name, VirtualHost = "/", Queue = "p509.${queue}" }
        statistic  = "Maximum", above = 10000, minutes = 10, missing = "notBreaching"
      }
    },
    {
      for name, alarm in {
        database-replica-lag = {
          namespace = "AWS/RDS", metric = "AuroraReplicaLagMaximum", dimensions = local.database_id
          statistic = "Maximum", above = 2000, minutes = 5, missing = "notBreaching"
        }
      } : name => alarm if local.is_aurora
    },
    {
      for name, alarm in {
        database-storage = {
          namespace = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database_id
          statistic = "Minimum", below = 5000000000, minutes = 5, missing = "breaching"
        }
      } : name => alarm if !local.is_aurora
    },
    {
      for node in local.cache_nodes : "cache-memory-${node}" => {
        namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = node }
        statistic = "Maximum", above = 80, minutes = 10, missing = "breaching"
      }
    },
    {
      for node in local.cache_nodes : "cache-processor-${node}" => {
        namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", dimensions = { CacheClusterId = node }
        statistic = "Maximum", above = 70, minutes = 10, missing = "breaching"
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each            = local.alarms
  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "See “${each.key}” in deploy/README.md"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = each.value.minutes
  comparison_operator = try(each.value.below, null) == null ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.below, null) == null ? each.value.above : each.value.below
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# One thousandth of the requests may take longer than a second.
resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name          = "${local.name}-slow"
  alarm_description   = "See “slow” in deploy/README.md"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = local.public_lb
  extended_statistic  = "p99"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
