//! Penalties, and what everyone sees of them at once.

mod appeals;
mod cache;
mod consequences;
mod giving;
mod instances;
mod outage;
mod private_redis;
mod races;
mod stage;
