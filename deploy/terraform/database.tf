# MySQL: one server with a database for each service, on RDS or, for a city, Aurora.

locals {
  is_aurora     = var.database.engine == "aurora-mysql"
  database_host = local.is_aurora ? aws_rds_cluster.main[0].endpoint : aws_db_instance.main[0].address
  database_master = local.is_aurora ? (
    aws_rds_cluster.main[0].master_user_secret[0].secret_arn
  ) : aws_db_instance.main[0].master_user_secret[0].secret_arn

  family = local.is_aurora ? "aurora-mysql8.0" : "mysql${var.database.version}"

  # As the tests run it: Korean in four bytes, time in UTC, strict.
  database_settings = {
    character_set_server = "utf8mb4"
    collation_server     = "utf8mb4_unicode_520_ci"
    time_zone            = "UTC"
    sql_mode             = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
    slow_query_log       = "1"
    long_query_time      = "0.5"
    # Migrations create triggers, which MySQL else forbids to all but its master while it keeps a log.
    log_bin_trust_function_creators = "1"
    # The services speak to it without TLS, inside the private network and through its firewall.
    require_secure_transport = "0"
  }
}

resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "main" {
  count       = local.is_aurora ? 0 : 1
  name_prefix = "${local.name}-"
  family      = local.family

  dynamic "parameter" {
    for_each = local.database_settings
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  count          = local.is_aurora ? 0 : 1
  identifier     = local.name
  engine         = "mysql"
  engine_version = var.database.version
  instance_class = var.database.class
  multi_az       = var.database.multi_zone

  storage_type          = "gp3"
  allocated_storage     = var.database.storage
  max_allocated_storage = var.database.max_storage
  storage_encrypted     = true

  username                    = "operator"
  manage_master_user_password = true

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.main["database"].id]
  parameter_group_name   = aws_db_parameter_group.main[0].name
  publicly_accessible    = false

  # 03:00 to 05:00 in Seoul.
  backup_retention_period = var.database.backup_days
  backup_window           = "18:00-19:00"
  maintenance_window      = "sun:19:00-sun:20:00"
  copy_tags_to_snapshot   = true

  deletion_protection       = var.database.keep_on_loss
  skip_final_snapshot       = !var.database.keep_on_loss
  final_snapshot_identifier = "${local.name}-final"

  auto_minor_version_upgrade      = true
  performance_insights_enabled    = !startswith(var.database.class, "db.t")
  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
}

resource "aws_rds_cluster_parameter_group" "main" {
  count       = local.is_aurora ? 1 : 0
  name_prefix = "${local.name}-"
  family      = local.family

  dynamic "parameter" {
    for_each = local.database_settings
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_rds_cluster" "main" {
  count              = local.is_aurora ? 1 : 0
  cluster_identifier = local.name
  engine             = "aurora-mysql"
  engine_version     = var.database.version

  master_username             = "operator"
  manage_master_user_password = true
  storage_encrypted           = true

  db_subnet_group_name            = aws_db_subnet_group.main.name
  vpc_security_group_ids          = [aws_security_group.main["database"].id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.main[0].name

  backup_retention_period      = var.database.backup_days
  preferred_backup_window      = "18:00-19:00"
  preferred_maintenance_window = "sun:19:00-sun:20:00"
  copy_tags_to_snapshot        = true

  deletion_protection       = var.database.keep_on_loss
  skip_final_snapshot       = !var.database.keep_on_loss
  final_snapshot_identifier = "${local.name}-final"

  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
}

# The first one writes, the others take over when it is lost.
resource "aws_rds_cluster_instance" "main" {
  count                        = local.is_aurora ? 1 + var.database.replicas : 0
  identifier                   = "${local.name}-${count.index}"
  cluster_identifier           = aws_rds_cluster.main[0].id
  engine                       = "aurora-mysql"
  instance_class               = var.database.class
  publicly_accessible          = false
  promotion_tier               = count.index
  performance_insights_enabled = true
}
