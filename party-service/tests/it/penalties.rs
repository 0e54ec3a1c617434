//! Penalties, and what everyone sees of them at once.

mod appeals;
mod cache;
mod cluster;
mod consequences;
mod decisions;
mod erasing;
mod exported;
mod giving;
mod instances;
mod leaders;
mod outage;
mod private_redis;
mod races;
mod stage;
