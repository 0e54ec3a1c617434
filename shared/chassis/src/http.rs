//! What every service does with a request before and after its own rules.

mod admin;
pub mod client;
pub mod document;
pub mod error;
pub mod fields;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod json;
pub mod query;
mod reader;
pub mod refusals;
pub mod server;
pub mod trace;
pub mod wrap;

pub use admin::Admin;
pub use error::{ApiError, Code};
pub use fields::FieldErrors;
pub use idempotency::Write;
pub use identity::{MaybeSignedIn, SignedIn};
pub use json::Body;
pub use query::{Path, Query};
pub use reader::Reader;
