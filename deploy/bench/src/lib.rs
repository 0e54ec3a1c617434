//! Benchmarks: each puts a part of the platform beside named peers, on the same cores in the same
//! run, and prints a table. `cargo xtask bench NAME` builds what is measured as it is shipped.

pub mod catalog_service;
pub mod chat;
pub mod crowd;
pub mod events;
pub mod fanout;
pub mod gateway;
pub mod import;
pub mod machine;
pub mod nearby;
pub mod party_service;
pub mod penalty;
pub mod search;
pub mod seats;
pub mod sse;
pub mod stats;
