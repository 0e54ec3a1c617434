//! What those do who run the platform. What they change is written down in the log.

pub(super) mod ban_user;
pub(super) mod lift_ban;
pub(super) mod list_bans;
pub(super) mod list_reports;
pub(super) mod list_users;
pub(super) mod read_log;
pub(super) mod resolve_report;
