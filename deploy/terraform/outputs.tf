# What people and scripts need to know afterwards.

output "address" {
  description = "Where the domain must point to, if zone_id is not set."
  value       = aws_lb.public.dns_name
}

output "repositories" {
  description = "Where the image of each service is pushed."
  value       = { for name, repository in aws_ecr_repository.main : name => repository.repository_url }
}

output "groups" {
  description = "The auto-scaling group of each service."
  value       = { for name, fleet in module.fleet : name => fleet.group }
}

output "roles" {
  description = "The roles that the workflows assume: set them as variables of the repository's environments."
  value       = { for name, role in aws_iam_role.delivery : name => role.arn }
}

output "database_host" {
  description = "Where the database is."
  value       = local.database_host
}

output "operator_group" {
  description = "The group of the operator's instance."
  value       = module.operator.group
}
