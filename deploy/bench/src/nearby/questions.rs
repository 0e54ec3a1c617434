//! What people look for, and where they are when they do.

use std::fmt;

use chassis::clock::Clock;
use chrono::TimeDelta;
use party_service::domain::geo::Coordinates;
use party_service::domain::party_search::{CatalogCode, PartyOrder, PartySearch};
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::crowd::{DAYS_AHEAD, ITEMS, Market, category_code, item_code};

/// How many questions of a kind there are.
const QUESTIONS: usize = 400;

/// A kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// From anywhere, as people live around markets.
    Anywhere,
    /// From where most markets are near.
    City,
    /// From where few markets are near.
    Countryside,
    /// From anywhere, one item only.
    OneItem,
    /// From anywhere, one category only.
    OneCategory,
    /// From anywhere, meetings of one day only.
    OneDay,
    /// From anywhere, soonest closing first.
    ClosingFirst,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Anywhere,
        Self::City,
        Self::Countryside,
        Self::OneItem,
        Self::OneCategory,
        Self::OneDay,
        Self::ClosingFirst,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Anywhere => "anything, from anywhere",
            Self::City => "anything, from the densest tenth",
            Self::Countryside => "anything, from the sparsest tenth",
            Self::OneItem => "one item",
            Self::OneCategory => "one category",
            Self::OneDay => "one day",
            Self::ClosingFirst => "closing first",
        })
    }
}

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) center: Coordinates,
    pub(super) search: PartySearch,
    pub(super) order: PartyOrder,
}

impl Kind {
    /// The questions of this kind.
    pub(super) fn questions(self, random: &mut StdRng, markets: &[Market]) -> Vec<Question> {
        let mut centers: Vec<_> =
            (0..QUESTIONS * 10).map(|_| beside_a_market(random, markets)).collect();
        match self {
            Self::City => centers
                .sort_by_cached_key(|center| std::cmp::Reverse(crowdedness(*center, markets))),
            Self::Countryside => centers.sort_by_cached_key(|center| crowdedness(*center, markets)),
            _ => {}
        }
        centers.truncate(QUESTIONS);
        centers.into_iter().map(|center| self.question(random, center)).collect()
    }

    fn question(self, random: &mut StdRng, center: Coordinates) -> Question {
        let item = random.random_range(0..ITEMS);
        let day = Clock::System.now() + TimeDelta::days(random.random_range(2..DAYS_AHEAD));
        let mut search = PartySearch::default();
        match self {
            Self::OneItem => search.item = CatalogCode::parse(&item_code(item)).ok(),
            Self::OneCategory => search.category = CatalogCode::parse(&category_code(item)).ok(),
            Self::OneDay => {
                search.starts_after = Some(day);
                search.starts_before = Some(day + TimeDelta::days(1));
            }
            Self::Anywhere | Self::City | Self::Countryside | Self::ClosingFirst => {}
        }
        let order = match self {
            Self::ClosingFirst => PartyOrder::Closing,
            _ => PartyOrder::Distance,
        };
        Question { center, search, order }
    }
}

/// Within some two kilometres of a market.
fn beside_a_market(random: &mut StdRng, markets: &[Market]) -> Coordinates {
    loop {
        let market = markets.get(random.random_range(0..markets.len()));
        let mut off = || random.random_range(-0.02..0.02);
        let place = market.map(|market| market.place);
        let (north, east) = (off(), off());
        if let Some(center) = place
            .and_then(|place| Coordinates::new(place.latitude() + north, place.longitude() + east))
        {
            return center;
        }
    }
}

/// How many markets are within 10 km.
fn crowdedness(center: Coordinates, markets: &[Market]) -> usize {
    markets.iter().filter(|market| center.distance_m(market.place) <= 10_000.0).count()
}
