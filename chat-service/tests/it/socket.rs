//! Connections.

mod access;
mod cluster;
mod delivery;
mod handshake;
mod hostile;
mod instances;
mod points;
mod sending;
mod sessions;
