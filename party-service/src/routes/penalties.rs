//! Penalties: given by leaders, appealed by members, decided on by administrators.

pub(super) mod appeal;
pub(super) mod give;
pub(super) mod list_appeals;
pub(super) mod list_mine;
pub(super) mod read;
pub(super) mod revoke;
pub(super) mod uphold;
mod view;
