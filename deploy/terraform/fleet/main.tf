# Instances of one kind: a launch template, a group that keeps enough of them, a role, a log.

locals {
  has_release = var.release != "none"
}

resource "aws_cloudwatch_log_group" "main" {
  # As the instances are told to name it: `/p509-production/party`.
  name              = "/${trimsuffix(var.name, "-${var.service}")}/${var.service}"
  retention_in_days = var.log_days
}

resource "aws_iam_role" "main" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "own" {
  name   = "own"
  role   = aws_iam_role.main.id
  policy = var.policy
}

resource "aws_iam_role_policy" "common" {
  name   = "common"
  role   = aws_iam_role.main.id
  policy = data.aws_iam_policy_document.common.json
}

data "aws_iam_policy_document" "common" {
  statement {
    sid       = "OwnLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.main.arn}:*"]
  }

  # Session Manager. Not the managed policy AmazonSSMManagedInstanceCore: that one may read every
  # parameter of the account, and so the secrets of the other services.
  statement {
    sid = "SessionManager"
    actions = [
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      "ec2messages:AcknowledgeMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_instance_profile" "main" {
  name = var.name
  role = aws_iam_role.main.name
}

resource "aws_launch_template" "main" {
  name                   = var.name
  image_id               = var.machine_image
  instance_type          = var.instance_type
  vpc_security_group_ids = var.security_groups
  user_data              = base64gzip(var.user_data)
  ebs_optimized          = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.main.arn
  }

  # Version 2 only, and not from inside a container, which is a hop further away.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 12
      encrypted             = true
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true
  }

  # The instance learns from its tag which image to run; a deployment is a new version of this
  # template with another one.
  tag_specifications {
    resource_type = "instance"
    tags = {
      Name         = var.name
      p509-service = var.service
      p509-release = var.release
    }
  }

  tag_specifications {
    resource_type = "volume"
    tags          = { Name = var.name }
  }
}

resource "aws_autoscaling_group" "main" {
  name                      = var.name
  vpc_zone_identifier       = var.subnets
  min_size                  = local.has_release ? var.min : 0
  max_size                  = local.has_release ? var.max : 0
  health_check_type         = var.target_group == "" ? "EC2" : "ELB"
  health_check_grace_period = 180
  default_instance_warmup   = 60
  target_group_arns         = var.target_group == "" ? null : [var.target_group]
  termination_policies      = ["OldestLaunchTemplate", "OldestInstance"]
  enabled_metrics           = ["GroupInServiceInstances", "GroupDesiredCapacity", "GroupMaxSize"]
  wait_for_capacity_timeout = "0"

  launch_template {
    id      = aws_launch_template.main.id
    version = aws_launch_template.main.latest_version
  }

  # New instances first, old ones go when those are healthy, and back if they never are.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      instance_warmup        = 60
      auto_rollback          = true
      skip_matching          = true
    }
  }

  # Instances get their tags from the template; this one is for the group.
  tag {
    key                 = "p509-service"
    value               = var.service
    propagate_at_launch = false
  }
}

resource "aws_autoscaling_policy" "processor" {
  count                  = var.max > var.min ? 1 : 0
  name                   = "processor"
  autoscaling_group_name = aws_autoscaling_group.main.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 55

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
