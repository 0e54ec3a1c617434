# The services of the platform: one table.

locals {
  name       = "p509-${var.environment}"
  parameters = "/p509/${var.environment}"

  # `port` serves requests, `metrics_port` tells Prometheus. What only the gateway has are a public
  # load balancer and a second port for those who operate it.
  services = {
    gateway = { port = 8080, metrics_port = 9090, has_database = false, has_broker = false }
    party   = { port = 7001, metrics_port = 7001, has_database = true, has_broker = true }
    catalog = { port = 7002, metrics_port = 7002, has_database = true, has_broker = true }
    chat    = { port = 7003, metrics_port = 7003, has_database = true, has_broker = true }
    notify  = { port = 7004, metrics_port = 7004, has_database = true, has_broker = true }
  }

  behind = { for name, service in local.services : name => service if name != "gateway" }

  issuer = "https://${var.domain}"
  inside = "http://${aws_lb.internal.dns_name}"
  jwks   = "${local.inside}:${local.services.party.port}/.well-known/jwks.json"

  # What each service is told that is no secret; secrets come from Parameter Store, see
  # parameters.tf. The keys are explained in each service's config/default.toml.
  settings = {
    gateway = merge(
      {
        ADMIN__BIND              = "0.0.0.0:${local.services.gateway.metrics_port}"
        IDENTITY__JWKS_URL       = local.jwks
        FORWARD__TRUSTED_PROXIES = var.cidr
        CORS__ORIGINS            = join(",", var.web_origins)
      },
      { for name, service in local.behind : "UPSTREAMS__${upper(name)}" => "${local.inside}:${service.port}" },
    )
    party = {
      TOKENS__KEYS_DIR   = "/keys"
      CATALOG__URL       = "${local.inside}:${local.services.catalog.port}"
      CHAT__URL          = "${local.inside}:${local.services.chat.port}"
      EXPORT__NOTIFY_URL = "${local.inside}:${local.services.notify.port}"
    }
    catalog = { IDENTITY__JWKS_URL = local.jwks }
    chat = {
      IDENTITY__JWKS_URL      = local.jwks
      SOCKET__ALLOWED_ORIGINS = join(",", var.web_origins)
    }
    notify = {
      IDENTITY__JWKS_URL     = local.jwks
      DIRECTORY__CATALOG_URL = "${local.inside}:${local.services.catalog.port}"
      DIRECTORY__PARTY_URL   = "${local.inside}:${local.services.party.port}"
    }
  }

  variables = {
    for name, service in local.services : name => {
      for key, value in merge(local.settings[name], {
        HTTP__BIND       = "0.0.0.0:${service.port}"
        IDENTITY__ISSUER = local.issuer
      }) : "${upper(name)}__${key}" => value
    }
  }
}
