//! Connections.

mod access;
mod delivery;
mod handshake;
mod hostile;
mod instances;
mod points;
mod sending;
mod sessions;
