# One fleet for each service.

data "aws_ssm_parameter" "machine_image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

module "fleet" {
  source   = "./fleet"
  for_each = local.services

  name            = "${local.name}-${each.key}"
  service         = each.key
  machine_image   = nonsensitive(data.aws_ssm_parameter.machine_image.value)
  instance_type   = var.fleet[each.key].type
  min             = var.fleet[each.key].min
  max             = var.fleet[each.key].max
  release         = aws_ssm_parameter.release[each.key].insecure_value
  subnets         = aws_subnet.private[*].id
  security_groups = [aws_security_group.main[each.key == "gateway" ? "gateway" : "service"].id]
  target_group    = aws_lb_target_group.main[each.key].arn
  log_days        = var.log_days
  policy          = data.aws_iam_policy_document.service[each.key].json

  user_data = templatefile("${path.module}/templates/service.sh.tftpl", {
    region       = var.region
    service      = each.key
    log_group    = "/${local.name}/${each.key}"
    parameters   = "${local.parameters}/${each.key}"
    registry     = split("/", aws_ecr_repository.main[each.key].repository_url)[0]
    ports        = distinct([each.value.port, each.value.metrics_port])
    variables    = local.variables[each.key]
    signs_tokens = each.key == "party"
  })
}

# What a service's instances may do besides writing their log: read their own secrets, pull their
# own image.
data "aws_iam_policy_document" "service" {
  for_each = local.services

  statement {
    sid     = "OwnSecrets"
    actions = ["ssm:GetParametersByPath"]
    resources = [
      "arn:aws:ssm:${var.region}:${local.account}:parameter${local.parameters}/${each.key}",
      "arn:aws:ssm:${var.region}:${local.account}:parameter${local.parameters}/${each.key}/*",
    ]
  }

  statement {
    sid       = "OwnImage"
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
    resources = [aws_ecr_repository.main[each.key].arn]
  }

  statement {
    sid       = "RegistryToken"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}
