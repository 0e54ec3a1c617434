//! Someone opens a party.

use chassis::db::Conn;
use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::party::MarketRef;
use contracts::{MarketId, PartyId, UserId};

use super::Error;
use super::check_standing::check_bans;
use crate::domain::account_error::AccountError;
use crate::domain::ban::Deed;
use crate::domain::party::{
    Facts, Item, MAX_OPEN_PARTIES, MaxPenalties, Party, PartyError, Purchase, Refusal, Refusals,
    Schedule, Shares, State,
};
use crate::domain::penalty::Standing;
use crate::store::{markets, parties, penalties};

/// What someone wants to do together.
#[derive(Clone, Debug)]
pub struct NewParty {
    /// Where to meet.
    pub market_id: MarketId,
    /// What to buy.
    pub item: Item,
    /// How much of it, and for how much.
    pub purchase: Purchase,
    /// How to split it.
    pub shares: Shares,
    /// How many active penalties an applicant may have, if that matters.
    pub max_penalties: Option<MaxPenalties>,
    /// When to meet, or why not then. A refusal comes from the command, for a request that is
    /// repeated when the time has passed must get the answer it got at first.
    pub schedule: Result<Schedule, Refusals>,
}

/// Opens a party of which `leader` is the leader.
pub async fn open_party(
    conn: &mut Conn,
    new: &NewParty,
    leader: UserId,
    now: DateTime<Utc>,
) -> Result<PartyId, Error> {
    let new = new.clone();
    let schedule = new.schedule.map_err(PartyError::from)?;
    let market = markets::find(conn, new.market_id).await?.ok_or_else(unknown_market)?;
    let open = parties::led::count_open(conn, leader, now).await?;
    if open.ok_or(AccountError::NoSuchUser)? >= MAX_OPEN_PARTIES {
        return Err(PartyError::TooManyOpenParties.into());
    }
    check_bans(conn, leader, Deed::Lead, now).await?;
    // The row of the leader is held: nobody gives a penalty meanwhile.
    let standing = Standing::of(&penalties::active(conn, leader, now).await?);
    if let Some(until) = standing.suspended_until {
        return Err(PartyError::LeadingSuspended { until }.into());
    }
    let party = Party::open(Facts {
        id: PartyId::new(),
        version: 0,
        leader_id: leader,
        market: MarketRef {
            market_id: market.id,
            name: market.name,
            latitude: market.coordinates.latitude(),
            longitude: market.coordinates.longitude(),
        },
        item: new.item,
        purchase: new.purchase,
        shares: new.shares,
        taken_shares: new.shares.leader(),
        members_count: 1,
        max_penalties: new.max_penalties,
        schedule,
        state: State::Open,
        created_at: now,
    });
    parties::insert(conn, &party, now).await?;
    Ok(party.facts().id)
}

fn unknown_market() -> PartyError {
    let reason = Invalid::new("unknown_market", "없는 시장입니다", "There is no such market");
    vec![Refusal { field: "market_id", reason }].into()
}
