# A city of a million people, a tenth of them here at the busiest hour: see the capacity plan in
# deploy/README.md. environment, domain, certificate_arn and alarm_email are yours to add.

zone_count   = 3
nat_per_zone = true

fleet = {
  gateway = { type = "c7g.large", min = 3, max = 12 }
  party   = { type = "c7g.large", min = 3, max = 12 }
  catalog = { type = "t4g.small", min = 3, max = 6 }
  chat    = { type = "c7g.large", min = 3, max = 12 }
  notify  = { type = "c7g.large", min = 3, max = 12 }
}

operator_type = "t4g.medium"

database = {
  engine   = "aurora-mysql"
  version  = "8.0.mysql_aurora.3.08.2"
  class    = "db.r7g.xlarge"
  replicas = 2
}

cache = {
  type  = "cache.m7g.large"
  nodes = 3
}

broker = {
  type    = "mq.m7g.large"
  cluster = true
}
