//! Who starred the item or the market of a party and lives near enough.

use std::fmt::Write as _;

use chassis::db::{Conn, DbError};
use contracts::UserId;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Double, Nullable, Text, Unsigned};
use diesel_async::RunQueryDsl;

use super::blocks;
use crate::domain::{Place, Radius, Surroundings};

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Binary)]
    user_id: UserId,
    #[diesel(sql_type = Double)]
    latitude: f64,
    #[diesel(sql_type = Double)]
    longitude: f64,
    #[diesel(sql_type = Nullable<Unsigned<diesel::sql_types::Integer>>)]
    radius_m: Option<u32>,
}

/// Everyone who is to hear of a party, in the order of their ids: nobody whom its leader has blocked,
/// or who has blocked its leader.
///
/// The index names those whose zone lies within the largest radius there is; of them the exact
/// distance is compared with the radius that each has chosen.
pub async fn find(conn: &mut Conn, around: &Surroundings) -> Result<Vec<UserId>, DbError> {
    let zones = zones(around.place);
    let sql = format!(
        "SELECT p.user_id, p.latitude, p.longitude, s.radius_m \
         FROM (SELECT user_id FROM favorite_items WHERE item_code = ? AND ({zones}) \
               UNION SELECT user_id FROM favorite_markets WHERE market_id = ? AND ({zones})) f \
         JOIN people p ON p.user_id = f.user_id \
         LEFT JOIN settings s ON s.user_id = f.user_id \
         WHERE p.latitude IS NOT NULL AND p.longitude IS NOT NULL"
    );
    let candidates: Vec<Candidate> = diesel::sql_query(sql)
        .bind::<Text, _>(around.item.as_str())
        .bind::<Binary, _>(around.market_id)
        .load(conn)
        .await?;
    let mut except = blocks::around(conn, around.except).await?;
    except.insert(around.except);
    let mut near: Vec<_> = candidates
        .into_iter()
        .filter(|candidate| !except.contains(&candidate.user_id) && candidate.is_near(around.place))
        .map(|candidate| candidate.user_id)
        .collect();
    near.sort_unstable();
    Ok(near)
}

impl Candidate {
    fn is_near(&self, place: Place) -> bool {
        let radius = self.radius_m.and_then(Radius::from_metres).unwrap_or_default();
        Place::new(self.latitude, self.longitude)
            .is_some_and(|home| home.distance_m(place) <= f64::from(radius.metres()))
    }
}

/// A condition that is true for everyone who may live near enough.
fn zones(place: Place) -> String {
    let mut condition = String::new();
    for (first, last) in place.zones_within(Radius::MAX.metres().into()) {
        let or = if condition.is_empty() { "" } else { " OR " };
        // Writing to a string cannot fail.
        let _ = write!(condition, "{or}zone BETWEEN {first} AND {last}");
    }
    condition
}
