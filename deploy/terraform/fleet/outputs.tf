# What others need to know of a fleet.

output "group" {
  description = "Name of the auto-scaling group."
  value       = aws_autoscaling_group.main.name
}

output "group_arn" {
  description = "ARN of the auto-scaling group."
  value       = aws_autoscaling_group.main.arn
}

output "template_id" {
  description = "The launch template."
  value       = aws_launch_template.main.id
}

output "role_arn" {
  description = "The role of the instances."
  value       = aws_iam_role.main.arn
}

output "log_group" {
  description = "Where the instances write their log."
  value       = aws_cloudwatch_log_group.main.name
}
