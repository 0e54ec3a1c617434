//! The whole platform for one test: every service as a process of its own, on databases of its
//! own, with the gateway in front.

#![expect(clippy::expect_used, reason = "a helper of a test fails by panicking")]
#![expect(clippy::missing_panics_doc, reason = "a helper of a test fails by panicking")]

mod clients;
mod commit_trap;
mod platform;
mod ports;
mod service;

pub use clients::{Page, RealClient};
pub use commit_trap::CommitTrap;
pub use platform::{Platform, Settings};
pub use ports::free_address;
pub use service::{Service, program};
