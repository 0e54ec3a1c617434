# Secrets and the present release, in Parameter Store.
#
#   /p509/<environment>/<service>/secrets/<VARIABLE>   told to that service, and to nobody else
#   /p509/<environment>/party/keys/<kid>               a signing key, base64 of its PEM
#   /p509/<environment>/migrate/<service>              URL of its database with the right to migrate
#   /p509/<environment>/generated/<name>               passwords of Redis and RabbitMQ
#   /p509/<environment>/release/<service>              image in use, with its digest; no secret
#
# `deploy/scripts/cloud-secrets` generates passwords and keys and creates the database accounts;
# none of these values is ever in a variable or a file of Terraform. The two it has to hand on to
# the servers are in the state, which is why that is encrypted.

data "aws_ssm_parameter" "generated" {
  for_each        = toset(["redis", "rabbitmq"])
  name            = "${local.parameters}/generated/${each.key}"
  with_decryption = true
}

locals {
  broker_host = split(":", split("//", aws_mq_broker.main.instances[0].endpoints[0])[1])[0]

  shared_secrets = {
    redis  = "rediss://:${data.aws_ssm_parameter.generated["redis"].value}@${aws_elasticache_replication_group.main.primary_endpoint_address}:6379/0"
    broker = "amqps://${local.broker_user}:${data.aws_ssm_parameter.generated["rabbitmq"].value}@${local.broker_host}:5671/%2f"
  }
}

resource "aws_ssm_parameter" "redis" {
  for_each = local.services
  name     = "${local.parameters}/${each.key}/secrets/${upper(each.key)}__REDIS__URL"
  type     = "SecureString"
  value    = local.shared_secrets.redis
}

resource "aws_ssm_parameter" "broker" {
  for_each = { for name, service in local.services : name => service if service.has_broker }
  name     = "${local.parameters}/${each.key}/secrets/${upper(each.key)}__BROKER__URL"
  type     = "SecureString"
  value    = local.shared_secrets.broker
}

# Deployments write it; here it is only made, and read.
resource "aws_ssm_parameter" "release" {
  for_each       = local.services
  name           = "${local.parameters}/release/${each.key}"
  type           = "String"
  insecure_value = "none"

  lifecycle {
    ignore_changes = [insecure_value]
  }
}
