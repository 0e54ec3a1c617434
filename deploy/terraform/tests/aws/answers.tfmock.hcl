# What AWS would answer, as far as the configuration looks into it.

mock_data "aws_availability_zones" {
  defaults = { names = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c", "ap-northeast-2d"] }
}

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_ssm_parameter" {
  defaults = { value = "answered-by-the-parameter-store" }
}

mock_data "aws_iam_policy_document" {
  defaults = { json = "{\"Version\": \"2012-10-17\", \"Statement\": []}" }
}

mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/p509/0"
    arn_suffix = "app/p509/0"
    dns_name   = "lb.internal.example"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/p509/0"
    arn_suffix = "targetgroup/p509/0"
  }
}

mock_resource "aws_lb_listener" {
  defaults = { arn = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/p509/0/0" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:ap-northeast-2:123456789012:alarms" }
}

mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:ap-northeast-2:123456789012:repository/p509"
    repository_url = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/p509"
  }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/p509" }
}

mock_resource "aws_iam_instance_profile" {
  defaults = { arn = "arn:aws:iam::123456789012:instance-profile/p509" }
}

mock_resource "aws_iam_openid_connect_provider" {
  defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/github" }
}

mock_resource "aws_launch_template" {
  defaults = { id = "lt-0123456789abcdef0", latest_version = 1 }
}

mock_resource "aws_autoscaling_group" {
  defaults = { arn = "arn:aws:autoscaling:ap-northeast-2:123456789012:autoScalingGroup:0:autoScalingGroupName/p509" }
}

mock_resource "aws_ssm_document" {
  defaults = { arn = "arn:aws:ssm:ap-northeast-2:123456789012:document/p509" }
}

mock_resource "aws_db_instance" {
  defaults = {
    address            = "database.internal.example"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:rds" }]
  }
}

mock_resource "aws_rds_cluster" {
  defaults = {
    endpoint           = "cluster.internal.example"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:rds" }]
  }
}

mock_resource "aws_elasticache_replication_group" {
  defaults = { primary_endpoint_address = "cache.internal.example" }
}

mock_resource "aws_mq_broker" {
  defaults = {
    instances = [{ endpoints = ["amqps://broker.internal.example:5671"], console_url = "", ip_address = "" }]
  }
}
