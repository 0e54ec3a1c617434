//! The gateway on real sockets: real services behind it, real clients before it.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and so do its helpers"
)]

mod auth;
mod clients;
mod cors;
mod docs;
mod early;
mod encrypted;
mod event_streams;
mod failures;
mod headers;
mod helpers;
mod instances;
mod lies;
mod limits;
mod logs;
mod observing;
mod paths;
mod program;
mod quotas;
mod raw;
mod restarts;
mod rolling;
mod routes;
mod semantics;
mod service;
mod smuggling;
mod stopping;
mod streaming;
mod tunnels;
