# What this is written for, and where its state is kept.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The rest is given at `terraform init -backend-config=…`, see README.md. The state holds
  # passwords: its bucket must be private, versioned and encrypted.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "p509"
      environment = var.environment
      managed-by  = "terraform"
    }
  }
}
