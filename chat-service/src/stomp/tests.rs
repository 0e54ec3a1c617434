//! The rules of the specification as properties and as examples.

mod examples;
mod properties;
