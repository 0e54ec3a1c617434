//! What the person who asks has starred.

pub(super) mod items;
pub(super) mod markets;
