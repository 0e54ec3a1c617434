//! What people have been through: parties that are done, who came, and who did not.

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use chassis::db::Conn;
use contracts::{PenaltyId, UserId};
use diesel_async::SimpleAsyncConnection as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::crowd::{self, Market, Party, insert, time};

/// Rows of one statement.
const LOT: usize = 1_000;
/// Members of each party beside its leader.
const MEMBERS: usize = 3;

/// Writes parties that are done straight into the tables. One member of ten did not come, and got
/// a penalty for it.
pub(super) async fn invent(
    conn: &mut Conn,
    people: &[UserId],
    markets: &[Market],
    parties: usize,
) -> Result<()> {
    let mut random = StdRng::seed_from_u64(509);
    let now = time(Clock::System.now());
    let anyone = |random: &mut StdRng| {
        people.get(random.random_range(0..people.len())).copied().context("nobody")
    };
    let (mut all, mut members, mut penalties) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..parties {
        let leader = anyone(&mut random)?;
        let party = Party::any(&mut random, leader, markets)?;
        let (id, leader) = (party.id.as_uuid().simple(), leader.as_uuid().simple());
        let mut seen = vec![party.leader];
        while seen.len() <= MEMBERS {
            let member = anyone(&mut random)?;
            if seen.contains(&member) {
                continue;
            }
            seen.push(member);
            let (member, came) = (member.as_uuid().simple(), random.random_bool(0.9));
            members.push(format!("(x'{id}', x'{member}', 1, 'accepted', {came}, {now}, {now})"));
            if !came {
                let penalty = PenaltyId::new().as_uuid().simple();
                penalties.push(format!(
                    "(x'{penalty}', x'{id}', x'{member}', x'{leader}', 'no_show', {now}, 'given')"
                ));
            }
        }
        all.push(party);
    }
    crowd::parties(conn, &all).await?;
    conn.batch_execute(
        "UPDATE parties SET status = 'done', taken_shares = total_shares, members_count = 4",
    )
    .await?;
    let columns =
        "party_members (party_id, user_id, shares, status, attended, applied_at, updated_at)";
    for lot in members.chunks(LOT) {
        insert(conn, columns, lot.iter().cloned()).await?;
    }
    let columns = "penalties (id, party_id, member_id, given_by, reason, given_at, status)";
    for lot in penalties.chunks(LOT) {
        insert(conn, columns, lot.iter().cloned()).await?;
    }
    let analyze = "ANALYZE TABLE users, parties, party_members, penalties";
    Ok(conn.batch_execute(analyze).await?)
}
