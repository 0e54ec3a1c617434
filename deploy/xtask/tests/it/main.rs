//! The launcher on real servers and real processes, each test in a run folder of its own.
#![expect(clippy::unwrap_used, reason = "a helper that cannot prepare a test fails it")]

mod commands;
mod databases;
mod fleet;
mod helpers;
mod killed;
mod locks;
mod servers;
