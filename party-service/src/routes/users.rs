//! Accounts and their owners.

pub(super) mod change_password;
pub(crate) mod export;
pub(super) mod me;
pub(super) mod public_profile;
pub(super) mod sign_up;
pub(super) mod update_me;
pub(super) mod view;
pub(super) mod withdraw;
