//! People one does not want to see.

pub(super) mod block;
pub(super) mod list;
pub(super) mod unblock;
