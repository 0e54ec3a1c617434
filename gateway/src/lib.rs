//! The gateway: the one door of the platform.
//!
//! A request goes through the [`phases`] in order: its path is checked and looked up in the routing
//! [`table`], which is data ([`config`]); its token is verified; then its body is streamed to the
//! [`upstream`] that the table names, and the answer is streamed back. Nothing is buffered, and
//! whatever goes wrong on the way is answered in the one shape that all services use ([`error`]).
//! The gateway's own [`pages`] are few: the merged API description ([`docs`]) and its health.
//!
//! Every worker is a thread with its own runtime and its own connections to the services, so no
//! request crosses threads and no lock is shared.

pub mod access_log;
pub mod answer;
pub mod app;
pub mod cli;
pub mod client;
pub mod config;
pub mod cors;
pub mod credentials;
pub mod docs;
pub mod error;
pub mod exchange;
pub mod head;
pub mod headers;
pub mod limits;
pub mod listener;
pub mod network;
pub mod pages;
pub mod phases;
pub mod ready;
pub mod table;
pub mod tunnel;
pub mod upstream;
pub mod wire;
