//! The launcher of the platform: one library for running and for testing, so that they cannot
//! drift apart.
#![cfg(target_os = "linux")]

pub mod console;
pub mod disk;
pub mod fleet;
pub mod folders;
pub mod interrupt;
pub mod launcher;
pub mod lock;
pub mod logs;
pub mod packages;
pub mod ports;
pub mod process;
pub mod ready;
pub mod secrets;
pub mod servers;
pub mod throw_away;
