//! The haversine formula in SQL, over all rows or over those of a box.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Datetime, Double, Text};
use party_service::domain::geo::EARTH_RADIUS_M;
use party_service::domain::party_search::{CatalogCode, PartyOrder};

use super::LIMIT;
use crate::nearby::questions::Question;

/// A statement that is prepared once, and its values in the order of its question marks.
pub(super) struct Scan {
    sql: String,
    values: Vec<Value>,
}

enum Value {
    Number(f64),
    Count(i64),
    Code(String),
    Time(NaiveDateTime),
}

impl Scan {
    /// Looks at every party.
    pub(super) fn of_all_rows(question: &Question, now: DateTime<Utc>) -> Self {
        Self::new(question, now, None)
    }

    /// Looks at the parties of a box around the circle, which a spatial index knows.
    pub(super) fn within_a_box(question: &Question, now: DateTime<Utc>) -> Self {
        let center = question.center;
        // A little more than it takes, for a degree is not equally long everywhere.
        let north = (question.search.radius.metres() / EARTH_RADIUS_M).to_degrees() * 1.001;
        let east = north / center.latitude().to_radians().cos() * 1.001;
        let (south, north) = (center.latitude() - north, center.latitude() + north);
        let (west, east) = (center.longitude() - east, center.longitude() + east);
        let polygon = format!(
            "POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
        );
        Self::new(question, now, Some(polygon))
    }

    fn new(question: &Question, now: DateTime<Utc>, polygon: Option<String>) -> Self {
        let Question { center, search, order } = question;
        let mut sql = format!(
            "SELECT id, 2 * {EARTH_RADIUS_M} * ASIN(SQRT(POW(SIN(RADIANS(latitude - ?) / 2), 2) \
             + COS(RADIANS(latitude)) * COS(RADIANS(?)) * POW(SIN(RADIANS(longitude - ?) / 2), 2))) \
             AS distance FROM points WHERE status = 'open' AND join_deadline > ?"
        );
        let mut values = vec![
            Value::Number(center.latitude()),
            Value::Number(center.latitude()),
            Value::Number(center.longitude()),
            Value::Time(now.naive_utc()),
        ];
        let mut and = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                sql.push_str(condition);
                values.push(value);
            }
        };
        let code = |code: &CatalogCode| Value::Code(code.as_str().to_owned());
        let time = |time: DateTime<Utc>| Value::Time(time.naive_utc());
        and(" AND MBRContains(ST_GeomFromText(?), place)", polygon.map(Value::Code));
        and(" AND item_code = ?", search.item.as_ref().map(code));
        and(" AND category_code = ?", search.category.as_ref().map(code));
        and(" AND starts_at >= ?", search.starts_after.map(time));
        and(" AND starts_at < ?", search.starts_before.map(time));
        let by = if *order == PartyOrder::Closing { "join_deadline" } else { "distance" };
        sql.push_str(" HAVING distance <= ? ORDER BY ");
        sql.push_str(by);
        sql.push_str(", id LIMIT ?");
        values.push(Value::Number(search.radius.metres()));
        values.push(Value::Count(LIMIT.into()));
        Self { sql, values }
    }
}

impl QueryFragment<Mysql> for Scan {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        let mut parts = self.sql.split('?');
        out.push_sql(parts.next().unwrap_or_default());
        for (value, part) in self.values.iter().zip(parts) {
            match value {
                Value::Number(number) => out.push_bind_param::<Double, _>(number)?,
                Value::Count(count) => out.push_bind_param::<BigInt, _>(count)?,
                Value::Code(code) => out.push_bind_param::<Text, _>(code)?,
                Value::Time(time) => out.push_bind_param::<Datetime, _>(time)?,
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

impl QueryId for Scan {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Scan {
    type SqlType = (Binary, Double);
}
