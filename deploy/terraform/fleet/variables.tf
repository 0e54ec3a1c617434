# What a fleet is told.

variable "name" {
  description = "Name of the fleet."
  type        = string
}

variable "service" {
  description = "Short name of the service, by which Prometheus and the deployment find its instances."
  type        = string
}

variable "machine_image" {
  description = "Machine image of the instances."
  type        = string
}

variable "instance_type" {
  description = "Type of the instances."
  type        = string
}

variable "min" {
  description = "The fewest instances, once there is a release."
  type        = number
}

variable "max" {
  description = "The most instances."
  type        = number
}

variable "release" {
  description = "The image to run, with its digest; `none` before the first release, when no instance is started."
  type        = string
}

variable "subnets" {
  description = "Where the instances live."
  type        = list(string)
}

variable "security_groups" {
  description = "Whom they may talk to."
  type        = list(string)
}

variable "target_group" {
  description = "ARN of the target group they are registered with; empty for none."
  type        = string
  default     = ""
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "policy" {
  description = "What the instances may do, as a policy document."
  type        = string
}

variable "user_data" {
  description = "What an instance runs when it starts."
  type        = string
}
