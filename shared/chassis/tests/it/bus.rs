//! Events, from the transaction that made them true to those who act on them.

mod consumer;
mod dead_letters;
mod outages;
mod relay;
mod stage;
mod topology;
