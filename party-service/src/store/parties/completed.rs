//! How many purchases somebody has seen through.

use chassis::db::{Conn, DbError};
use contracts::UserId;
use contracts::party::{MembershipStatus, PartyStatus};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::party::{membership_name, status_name};
use crate::schema::{parties, party_members};

/// How many completed parties the person led, or was a member of and came to.
pub async fn count(conn: &mut Conn, user: UserId) -> Result<u32, DbError> {
    let done = parties::status.eq(status_name(PartyStatus::Done));
    let led: i64 = parties::table
        .filter(parties::leader_id.eq(user))
        .filter(done)
        .count()
        .get_result(conn)
        .await?;
    let attended: i64 = party_members::table
        .inner_join(parties::table.on(parties::id.eq(party_members::party_id)))
        .filter(party_members::user_id.eq(user))
        .filter(party_members::status.eq(membership_name(MembershipStatus::Accepted)))
        .filter(party_members::attended.eq(true))
        .filter(done)
        .count()
        .get_result(conn)
        .await?;
    Ok(u32::try_from(led + attended).unwrap_or(u32::MAX))
}
