# Redis: caches, messages between instances, sessions that are over. Nothing is only here.

resource "aws_elasticache_subnet_group" "main" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}

# What may be forgotten has an expiry; the set of sessions that are over has none and stays.
resource "aws_elasticache_parameter_group" "main" {
  name   = local.name
  family = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "volatile-lru"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "main" {
  replication_group_id = local.name
  description          = "Caches and messages between instances"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.cache.type
  num_cache_clusters   = var.cache.nodes
  parameter_group_name = aws_elasticache_parameter_group.main.name
  subnet_group_name    = aws_elasticache_subnet_group.main.name
  security_group_ids   = [aws_security_group.main["cache"].id]

  automatic_failover_enabled = var.cache.nodes > 1
  multi_az_enabled           = var.cache.nodes > 1

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = data.aws_ssm_parameter.generated["redis"].value

  maintenance_window         = "sun:19:00-sun:20:00"
  auto_minor_version_upgrade = true
}
