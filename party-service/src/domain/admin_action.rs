//! What administrators do that is written down for ever.

use chassis::identity::Role;
use chrono::{DateTime, Utc};
use contracts::ban::BanScope;
use contracts::{BanId, ImportRunId, PartyId, PenaltyId, ReportId, RoomId, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ban::scope_name;
use super::report::{Resolution, resolution_name};

/// What an administrator did. It holds ids and choices, never the words of people: those may have
/// to be erased one day, and the log is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminAction {
    /// Banned somebody.
    Banned {
        /// Who is banned.
        user_id: UserId,
        /// By which ban.
        ban_id: BanId,
        /// From what.
        scope: BanScope,
        /// Until when.
        ends_at: Option<DateTime<Utc>>,
    },
    /// Lifted a ban.
    BanLifted {
        /// Who was banned.
        user_id: UserId,
        /// By which ban.
        ban_id: BanId,
    },
    /// Decided on a report.
    ReportResolved {
        /// Which.
        report_id: ReportId,
        /// What came of it.
        resolution: Resolution,
    },
    /// Cancelled a party.
    PartyRemoved {
        /// Which.
        party_id: PartyId,
    },
    /// Removed the words of a message.
    MessageRemoved {
        /// In which room.
        room_id: RoomId,
        /// Which message of the room.
        seq: u64,
    },
    /// Gave a penalty to a leader who did not come.
    PenaltyGiven {
        /// Which.
        penalty_id: PenaltyId,
    },
    /// Let a penalty stand, after an appeal.
    PenaltyUpheld {
        /// Which.
        penalty_id: PenaltyId,
    },
    /// Took a penalty back.
    PenaltyRevoked {
        /// Which.
        penalty_id: PenaltyId,
        /// Whether the member is to have come.
        came: bool,
    },
    /// Asked for an import of the catalogue.
    ImportRequested {
        /// Which run.
        run_id: ImportRunId,
        /// Whether items that the source lacks go, however many they are.
        forced: bool,
    },
    /// Handed over what is held about somebody, at their wish.
    Exported {
        /// Who.
        user_id: UserId,
    },
    /// Ended the account of somebody, at their wish.
    Withdrawn {
        /// Who.
        user_id: UserId,
    },
    /// Made somebody an administrator, or no longer.
    RoleChanged {
        /// Who.
        user_id: UserId,
        /// What they are now.
        role: Role,
    },
}

impl AdminAction {
    /// What was done, for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Banned { .. } => "user_banned",
            Self::BanLifted { .. } => "ban_lifted",
            Self::ReportResolved { .. } => "report_resolved",
            Self::PartyRemoved { .. } => "party_removed",
            Self::MessageRemoved { .. } => "message_removed",
            Self::PenaltyGiven { .. } => "penalty_given",
            Self::PenaltyUpheld { .. } => "penalty_upheld",
            Self::PenaltyRevoked { .. } => "penalty_revoked",
            Self::ImportRequested { .. } => "import_requested",
            Self::Exported { .. } => "user_exported",
            Self::Withdrawn { .. } => "user_withdrawn",
            Self::RoleChanged { .. } => "role_changed",
        }
    }

    /// Whom or what it was done to.
    #[must_use]
    pub const fn subject(&self) -> Uuid {
        match self {
            Self::Banned { user_id, .. }
            | Self::BanLifted { user_id, .. }
            | Self::Exported { user_id }
            | Self::Withdrawn { user_id }
            | Self::RoleChanged { user_id, .. } => user_id.as_uuid(),
            Self::ReportResolved { report_id, .. } => report_id.as_uuid(),
            Self::PartyRemoved { party_id } => party_id.as_uuid(),
            Self::ImportRequested { run_id, .. } => run_id.as_uuid(),
            Self::MessageRemoved { room_id, .. } => room_id.as_uuid(),
            Self::PenaltyGiven { penalty_id }
            | Self::PenaltyUpheld { penalty_id }
            | Self::PenaltyRevoked { penalty_id, .. } => penalty_id.as_uuid(),
        }
    }

    /// The particulars.
    #[must_use]
    pub fn detail(&self) -> Value {
        match self {
            Self::Banned { ban_id, scope, ends_at, .. } => {
                json!({ "ban_id": ban_id, "scope": scope_name(*scope), "ends_at": ends_at })
            }
            Self::BanLifted { ban_id, .. } => json!({ "ban_id": ban_id }),
            Self::ReportResolved { resolution, .. } => {
                json!({ "resolution": resolution_name(*resolution) })
            }
            Self::MessageRemoved { seq, .. } => json!({ "seq": seq }),
            Self::PenaltyRevoked { came, .. } => json!({ "came": came }),
            Self::PartyRemoved { .. }
            | Self::PenaltyGiven { .. }
            | Self::PenaltyUpheld { .. }
            | Self::Exported { .. }
            | Self::Withdrawn { .. } => json!({}),
            Self::ImportRequested { forced, .. } => json!({ "forced": forced }),
            Self::RoleChanged { role, .. } => json!({ "role": role }),
        }
    }
}
