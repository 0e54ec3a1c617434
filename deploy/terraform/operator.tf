# One instance from which the platform is run: people come in through Session Manager, deployments
# run migrations on it, Prometheus watches everything from it. It serves nobody, and may be replaced
# at any time; its measurements of the past are then gone, alarms and logs are not.

locals {
  operator_parameters = concat(
    ["${local.parameters}/migrate", "${local.parameters}/migrate/*"],
    ["${local.parameters}/generated/*", "${local.parameters}/release/*"],
    [for name in keys(local.services) : "${local.parameters}/${name}/*"],
  )

  operator_script = templatefile("${path.module}/templates/operator.sh.tftpl", {
    region          = var.region
    log_group       = "/${local.name}/operator"
    parameters      = local.parameters
    registry        = split("/", aws_ecr_repository.main["party"].repository_url)[0]
    database_host   = local.database_host
    database_secret = local.database_master
    settings        = { for name, service in local.services : name => local.variables[name] if service.has_database }
    images          = var.observability_images
    rules           = base64gzip(file("${path.module}/../observability/alerts.yml"))
    alertmanager    = base64gzip(templatefile("${path.module}/templates/alertmanager.yml.tftpl", { region = var.region, topic = aws_sns_topic.alarms.arn }))
    prometheus = base64gzip(templatefile("${path.module}/templates/prometheus.yml.tftpl", {
      region   = var.region
      services = local.services
      name     = local.name
    }))
  })
}

module "operator" {
  source = "./fleet"

  name            = "${local.name}-operator"
  service         = "operator"
  machine_image   = nonsensitive(data.aws_ssm_parameter.machine_image.value)
  instance_type   = var.operator_type
  min             = 1
  max             = 1
  release         = "host"
  subnets         = aws_subnet.private[*].id
  security_groups = [aws_security_group.main["operator"].id]
  log_days        = var.log_days
  policy          = data.aws_iam_policy_document.operator.json

  user_data = local.operator_script
}

data "aws_iam_policy_document" "operator" {
  statement {
    sid       = "AllSecrets"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter", "ssm:DeleteParameter"]
    resources = [for path in local.operator_parameters : "arn:aws:ssm:${var.region}:${local.account}:parameter${path}"]
  }

  statement {
    sid       = "DatabaseMaster"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [local.database_master]
  }

  statement {
    sid       = "AllImages"
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
    resources = [for repository in aws_ecr_repository.main : repository.arn]
  }

  statement {
    sid       = "FindInstances"
    actions   = ["ecr:GetAuthorizationToken", "ec2:DescribeInstances", "ec2:DescribeAvailabilityZones"]
    resources = ["*"]
  }

  statement {
    sid       = "TellPeople"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]
  }
}
