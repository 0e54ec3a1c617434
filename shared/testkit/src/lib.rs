//! How we test.
