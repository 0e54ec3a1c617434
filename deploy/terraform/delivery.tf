# What the workflows of the repository may do. They hold no key: GitHub vouches for each run.

locals {
  has_repository = var.repository != ""
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = local.has_repository ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "assume" {
  # A tag pushes images; whoever the environment's rules let through deploys. No pull request
  # matches either.
  for_each = local.has_repository ? {
    images = "repo:${var.repository}:environment:images"
    deploy = "repo:${var.repository}:environment:${var.environment}"
  } : {}

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github[0].arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [each.value]
    }
  }
}

resource "aws_iam_role" "delivery" {
  for_each             = data.aws_iam_policy_document.assume
  name                 = "${local.name}-${each.key}"
  assume_role_policy   = each.value.json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "images" {
  count  = local.has_repository ? 1 : 0
  name   = "push"
  role   = aws_iam_role.delivery["images"].id
  policy = data.aws_iam_policy_document.images.json
}

data "aws_iam_policy_document" "images" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [for repository in aws_ecr_repository.main : repository.arn]
  }
}

resource "aws_iam_role_policy" "deploy" {
  count  = local.has_repository ? 1 : 0
  name   = "roll-out"
  role   = aws_iam_role.delivery["deploy"].id
  policy = data.aws_iam_policy_document.deploy.json
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeInstanceRefreshes",
      "cloudwatch:DescribeAlarms",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeLaunchTemplates",
      "ssm:GetCommandInvocation",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "FindImages"
    actions   = ["ecr:DescribeImages"]
    resources = [for repository in aws_ecr_repository.main : repository.arn]
  }

  statement {
    sid     = "NewVersion"
    actions = ["ec2:CreateLaunchTemplateVersion"]
    resources = [
      for fleet in module.fleet : "arn:aws:ec2:${var.region}:${local.account}:launch-template/${fleet.template_id}"
    ]
  }

  statement {
    sid       = "Switch"
    actions   = ["autoscaling:StartInstanceRefresh", "autoscaling:CancelInstanceRefresh", "autoscaling:RollbackInstanceRefresh"]
    resources = [for fleet in module.fleet : fleet.group_arn]
  }

  # Whoever makes a group start instances must be allowed to start them: from these templates only.
  statement {
    sid       = "StartInstances"
    actions   = ["ec2:RunInstances"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ec2:LaunchTemplate"
      values = [
        for fleet in module.fleet : "arn:aws:ec2:${var.region}:${local.account}:launch-template/${fleet.template_id}"
      ]
    }
  }

  statement {
    sid       = "TagThem"
    actions   = ["ec2:CreateTags"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["RunInstances"]
    }
  }

  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = [for fleet in module.fleet : fleet.role_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"]
    }
  }

  statement {
    sid     = "Releases"
    actions = ["ssm:GetParameter", "ssm:PutParameter"]
    resources = [
      for parameter in aws_ssm_parameter.release : "arn:aws:ssm:${var.region}:${local.account}:parameter${parameter.name}"
    ]
  }

  # Only on the operator's instance, and only by this document.
  statement {
    sid       = "MigrateBy"
    actions   = ["ssm:SendCommand"]
    resources = [aws_ssm_document.once.arn]
  }

  statement {
    sid       = "MigrateOn"
    actions   = ["ssm:SendCommand"]
    resources = ["arn:aws:ec2:${var.region}:${local.account}:instance/*"]

    condition {
      test     = "StringEquals"
      variable = "ssm:resourceTag/p509-service"
      values   = ["operator"]
    }
  }
}

# The one thing a deployment may run on the operator's instance.
resource "aws_ssm_document" "once" {
  name            = "${local.name}-migrate"
  document_type   = "Command"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "2.2"
    description   = "Brings the database of a service up to date"
    parameters = {
      service = {
        type           = "String"
        allowedPattern = "^(${join("|", [for name, service in local.services : name if service.has_database])})$"
      }
      image = {
        type           = "String"
        allowedPattern = "^[a-z0-9.-]+/${local.name}/[a-z]+@sha256:[0-9a-f]{64}$"
      }
    }
    mainSteps = [{
      action = "aws:runShellScript"
      name   = "migrate"
      inputs = {
        timeoutSeconds = "3600"
        runCommand     = ["exec /usr/local/bin/p509-once '{{ service }}' '{{ image }}' migrate"]
      }
    }]
  })
}
