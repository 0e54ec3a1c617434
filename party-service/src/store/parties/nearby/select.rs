//! The selects of a search. Each is answered from one index alone, which it names: which one is
//! best is known here, and a plan that changes with the statistics is an outage in waiting.

use chrono::{DateTime, NaiveDateTime, Utc};
use contracts::{MarketId, PartyId};
use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Datetime, Text};

use super::After;
use crate::domain::party_search::PartySearch;

/// What the selects give: party, market, deadline.
pub(super) type Row = (PartyId, MarketId, NaiveDateTime);

/// In which order the rows of a select come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Opened first first.
    Oldest,
    /// Opened last first.
    Newest,
    /// Closing soonest first.
    Closing,
    /// In any.
    None,
}

/// Open parties at some markets, or anywhere.
#[derive(Clone, Debug)]
pub(super) struct Select<'a> {
    search: &'a PartySearch,
    markets: &'a [MarketId],
    order: Order,
    /// The last row of the page before, with its deadline.
    after: Option<(PartyId, NaiveDateTime)>,
    limit: i64,
    now: NaiveDateTime,
    /// The times of the search, as the database keeps them.
    starts: [Option<NaiveDateTime>; 2],
}

impl<'a> Select<'a> {
    /// Up to `limit` parties anywhere.
    pub(super) fn anywhere(
        search: &'a PartySearch,
        order: Order,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Self {
        let starts = [search.starts_after, search.starts_before]
            .map(|time| time.map(|time| time.naive_utc()));
        let (limit, now) = (limit.into(), now.naive_utc());
        Self { search, markets: &[], order, after: None, limit, now, starts }
    }

    /// The same at these markets only.
    pub(super) const fn at(self, markets: &'a [MarketId]) -> Self {
        Self { markets, ..self }
    }

    /// The same, beginning after a party.
    pub(super) fn after(self, after: Option<After>) -> Self {
        Self { after: after.map(|after| (after.id, after.join_deadline.naive_utc())), ..self }
    }

    fn index(&self) -> &'static str {
        match (self.markets, &self.search.item, self.order) {
            ([_, ..], Some(_), _) => "ix_parties_item",
            ([_, ..], None, _) => "ix_parties_market",
            ([], _, Order::Closing) => "ix_parties_closing",
            ([], _, Order::Newest | Order::Oldest | Order::None) => "ix_parties_newest",
        }
    }

    fn walk_markets<'b>(&'b self, out: &mut AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        match self.markets {
            [] => {}
            [market] => {
                out.push_sql(" AND market_id = ");
                out.push_bind_param::<Binary, _>(market)?;
            }
            [first, rest @ ..] => {
                // Lists have many lengths: each would be a statement to keep.
                out.unsafe_to_cache_prepared();
                out.push_sql(" AND market_id IN (");
                out.push_bind_param::<Binary, _>(first)?;
                for market in rest {
                    out.push_sql(", ");
                    out.push_bind_param::<Binary, _>(market)?;
                }
                out.push_sql(")");
            }
        }
        Ok(())
    }

    fn walk_filters<'b>(&'b self, out: &mut AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        let PartySearch { item, category, .. } = self.search;
        out.push_sql(" AND join_deadline > ");
        out.push_bind_param::<Datetime, _>(&self.now)?;
        for (condition, code) in [(" AND item_code = ", item), (" AND category_code = ", category)]
        {
            if let Some(code) = code {
                out.push_sql(condition);
                out.push_bind_param::<Text, str>(code.as_str())?;
            }
        }
        for (condition, time) in
            [" AND starts_at >= ", " AND starts_at < "].into_iter().zip(&self.starts)
        {
            if let Some(time) = time {
                out.push_sql(condition);
                out.push_bind_param::<Datetime, _>(time)?;
            }
        }
        Ok(())
    }

    fn walk_after<'b>(&'b self, out: &mut AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        let Some((id, join_deadline)) = &self.after else { return Ok(()) };
        match self.order {
            Order::Oldest => out.push_sql(" AND id > "),
            Order::Newest => out.push_sql(" AND id < "),
            Order::Closing => {
                // Not `(join_deadline, id) > (?, ?)`, which is no range of an index to either server.
                out.push_sql(" AND (join_deadline > ");
                out.push_bind_param::<Datetime, _>(join_deadline)?;
                out.push_sql(" OR join_deadline = ");
                out.push_bind_param::<Datetime, _>(join_deadline)?;
                out.push_sql(" AND id > ");
                out.push_bind_param::<Binary, _>(id)?;
                out.push_sql(")");
                return Ok(());
            }
            Order::None => return Ok(()),
        }
        out.push_bind_param::<Binary, _>(id)
    }
}

impl QueryFragment<Mysql> for Select<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SELECT id, market_id, join_deadline FROM parties FORCE INDEX (");
        out.push_sql(self.index());
        out.push_sql(") WHERE status = 'open'");
        self.walk_markets(&mut out)?;
        self.walk_filters(&mut out)?;
        self.walk_after(&mut out)?;
        out.push_sql(match self.order {
            Order::Oldest => " ORDER BY id",
            Order::Newest => " ORDER BY id DESC",
            Order::Closing => " ORDER BY join_deadline, id",
            Order::None => "",
        });
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// The rows of some selects, in any order, and with them the [note](is_note) of the last change
/// of the markets.
#[derive(Clone, Debug)]
pub(super) struct Union<'a> {
    pub(super) selects: Vec<Select<'a>>,
    pub(super) with_note: bool,
}

/// The note of the last change, in the shape of a party that there cannot be.
const NOTE: &str = "(SELECT x'00000000000000000000000000000000', \
    x'00000000000000000000000000000000', changed_at FROM market_list WHERE id = 1)";

/// Whether this is the note, and its time that of the last change.
pub(super) fn is_note((id, ..): &Row) -> bool {
    id.as_uuid().is_nil()
}

impl QueryFragment<Mysql> for Union<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        for (number, select) in self.selects.iter().enumerate() {
            out.push_sql(if number == 0 { "(" } else { " UNION ALL (" });
            select.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        if self.with_note {
            out.push_sql(if self.selects.is_empty() { "" } else { " UNION ALL " });
            out.push_sql(NOTE);
        }
        Ok(())
    }
}

impl QueryId for Union<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Union<'_> {
    type SqlType = (Binary, Binary, Datetime);
}
