# Everything that can be chosen. The defaults are the smallest set-up that survives the loss of a
# machine; `city.tfvars` is one for a city of a million people.

variable "environment" {
  description = "Name of this set-up: part of every name and of the path of every parameter."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,11}$", var.environment))
    error_message = "environment must be 2 to 12 lower-case letters, digits and hyphens: names of load balancers are short."
  }
}

variable "region" {
  description = "AWS region; by default the one nearest to the users."
  type        = string
  default     = "ap-northeast-2"
}

variable "domain" {
  description = "Name that clients use, for example api.example.com. It becomes the issuer of the tokens."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a host name without scheme and port."
  }
}

variable "certificate_arn" {
  description = "ARN of the validated ACM certificate for the domain, in the same region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of a certificate of ACM."
  }
}

variable "zone_id" {
  description = "Route 53 zone in which the domain is pointed at the load balancer; empty to do that elsewhere."
  type        = string
  default     = ""
}

variable "web_origins" {
  description = "Web origins that may call the API from a browser, for example https://app.example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.web_origins : can(regex("^https://[^/*]+$", origin))])
    error_message = "Each of web_origins must be https://host, without a path and without a wildcard."
  }
}

variable "cidr" {
  description = "Addresses of the private network, a /16."
  type        = string
  default     = "10.59.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr must be a /16 such as 10.59.0.0/16."
  }
}

variable "zone_count" {
  description = "Availability zones in use. A broker cluster needs 3."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "zone_count must be 2 or 3."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone instead of one for all. With one, the loss of its zone cuts off image pulls and the open APIs, not the clients."
  type        = bool
  default     = false
}

variable "architecture" {
  description = "Processor of the instances and of the images: arm64 (a fifth cheaper) or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "fleet" {
  description = "For each service: type of its instances, how many at least and at most."
  type = object({
    gateway = optional(object({ type = string, min = number, max = number }), { type = "t4g.small", min = 2, max = 6 })
    party   = optional(object({ type = string, min = number, max = number }), { type = "t4g.small", min = 2, max = 6 })
    catalog = optional(object({ type = string, min = number, max = number }), { type = "t4g.micro", min = 2, max = 4 })
    chat    = optional(object({ type = string, min = number, max = number }), { type = "t4g.small", min = 2, max = 8 })
    notify  = optional(object({ type = string, min = number, max = number }), { type = "t4g.small", min = 2, max = 8 })
  })
  default = {}

  validation {
    condition     = alltrue([for size in values(var.fleet) : size.min >= 2 && size.max >= size.min])
    error_message = "Each service needs a min of 2 or more, so that one can go, and a max not below its min."
  }
}

variable "operator_type" {
  description = "Type of the instance that runs migrations, Prometheus and Alertmanager, and from which people operate."
  type        = string
  default     = "t4g.small"
}

variable "observability_images" {
  description = "Images that run on the operator's instance."
  type = object({
    prometheus   = optional(string, "docker.io/prom/prometheus:v3.5.0")
    alertmanager = optional(string, "docker.io/prom/alertmanager:v0.28.1")
  })
  default = {}
}

variable "database" {
  description = "engine is mysql (RDS) or aurora-mysql; replicas is the number of readers of an Aurora cluster; storage in GiB is for RDS only."
  type = object({
    engine       = optional(string, "mysql")
    version      = optional(string, "8.4")
    class        = optional(string, "db.t4g.medium")
    multi_zone   = optional(bool, true)
    replicas     = optional(number, 1)
    storage      = optional(number, 50)
    max_storage  = optional(number, 500)
    backup_days  = optional(number, 14)
    keep_on_loss = optional(bool, true)
  })
  default = {}

  validation {
    condition     = contains(["mysql", "aurora-mysql"], var.database.engine)
    error_message = "database.engine must be mysql or aurora-mysql."
  }

  validation {
    condition     = var.database.backup_days >= 7
    error_message = "database.backup_days must be 7 or more: a mistake made on a Friday is found on a Monday."
  }
}

variable "cache" {
  description = "Type and number of the Redis nodes; with two or more the loss of one is survived."
  type = object({
    type  = optional(string, "cache.t4g.small")
    nodes = optional(number, 2)
  })
  default = {}

  validation {
    condition     = var.cache.nodes >= 1 && var.cache.nodes <= 6
    error_message = "cache.nodes must be 1 to 6."
  }
}

variable "broker" {
  description = "RabbitMQ: version, type, and whether it is a cluster over three zones."
  type = object({
    version = optional(string, "3.13")
    type    = optional(string, "mq.m7g.medium")
    cluster = optional(bool, false)
  })
  default = {}
}

variable "alarm_email" {
  description = "Who is told when an alarm goes off; must be confirmed once by the link that AWS sends."
  type        = string

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be an address."
  }
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30
}

variable "repository" {
  description = "GitHub repository (owner/name) whose workflows may push images and deploy; empty for none."
  type        = string
  default     = ""

  validation {
    condition     = var.repository == "" || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name."
  }
}
