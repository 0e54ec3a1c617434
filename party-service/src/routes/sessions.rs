//! Sign-ins and what becomes of them.

pub(super) mod list;
pub(super) mod refresh;
pub(super) mod revoke;
pub(super) mod sign_in;
pub(super) mod sign_out;
pub(super) mod sign_out_everywhere;
mod tokens_view;
