//! All items as of one moment, in order and searchable. It never changes; a newer one replaces it.

use std::collections::HashMap;
use std::ops::Range;

use contracts::Page;

use crate::domain::{Code, Coded, Item};
use crate::place::Place;
use crate::search::{Hit, Index, Pattern, Position, Suggestion, Vocabulary};

/// All items as of one moment.
#[derive(Debug)]
pub struct Catalogue {
    version: u64,
    items: Vec<Item>,
    by_code: HashMap<Code, Position>,
    categories: Vec<Category>,
    /// The items after this place are not sold by marts.
    sold_end: Position,
    index: Index,
    vocabulary: Vocabulary,
}

/// A category and its items.
#[derive(Debug)]
pub struct Category {
    /// Its code and name.
    pub coded: Coded,
    /// Whether marts sell its items.
    pub is_sold: bool,
    /// How many items it has.
    pub count: usize,
    items: Range<Position>,
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What marts sell.
    Sold,
    /// Everything.
    Everything,
    /// One category, whether marts sell its items or not.
    Category(Code),
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// In the names; none to list everything.
    pub pattern: Option<Pattern>,
    /// Where.
    pub scope: Scope,
    /// The place after which the page begins.
    pub after: Option<Place>,
    /// How many items the page may have.
    pub limit: u32,
}

impl Catalogue {
    /// Puts the items in order and makes them searchable, which takes a while.
    #[must_use]
    pub fn new(version: u64, mut items: Vec<Item>) -> Self {
        items.sort_unstable_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let by_code =
            items.iter().zip(Position::all()).map(|(item, at)| (item.code().clone(), at)).collect();
        Self {
            version,
            by_code,
            categories: categories(&items),
            sold_end: Position::nth(items.partition_point(Item::is_sold)),
            index: Index::of(&items),
            vocabulary: Vocabulary::of(&items),
            items,
        }
    }

    /// Which version of the table it shows.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The item with this code.
    #[must_use]
    pub fn get(&self, code: &Code) -> Option<&Item> {
        self.by_code.get(code)?.of(&self.items)
    }

    /// The categories that have items, in order.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// One page of what is looked for, the nearest first.
    #[must_use]
    pub fn search(&self, search: &Search) -> Page<&Item> {
        let within = self.range(&search.scope);
        let from = search.after.as_ref().map_or_else(Hit::default, |place| Hit {
            closeness: place.closeness,
            position: self.first_after(place),
        });
        // One more than the page has tells whether there is another page.
        let wanted = usize::try_from(search.limit).unwrap_or(usize::MAX).saturating_add(1);
        let hits = match &search.pattern {
            Some(pattern) => self.index.search(pattern, &self.vocabulary, &within, from, wanted),
            None => list(&within, from.position, wanted),
        };
        let rows = hits.into_iter().filter_map(|hit| Some((hit, hit.position.of(&self.items)?)));
        Page::from_rows(rows.collect(), search.limit, |(hit, item)| Place::of(item, hit.closeness))
            .map(|(_, item)| item)
    }

    /// Words that complete what is being typed.
    #[must_use]
    pub fn suggest(&self, typed: &Pattern, limit: u32) -> Vec<Suggestion<'_>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.vocabulary.suggest(typed, self.sold_end, limit)
    }

    fn range(&self, scope: &Scope) -> Range<Position> {
        let start = Position::default();
        match scope {
            Scope::Sold => start..self.sold_end,
            Scope::Everything => start..Position::nth(self.items.len()),
            Scope::Category(code) => self
                .categories
                .iter()
                .find(|category| category.coded.code == *code)
                .map_or(start..start, |category| category.items.clone()),
        }
    }

    fn first_after(&self, place: &Place) -> Position {
        Position::nth(self.items.partition_point(|item| item.sort_key() <= place.sort_key()))
    }
}

/// The items of a range from a place on, as they stand there.
fn list(within: &Range<Position>, from: Position, limit: usize) -> Vec<Hit> {
    within
        .start
        .max(from)
        .up_to(within.end)
        .take(limit)
        .map(|position| Hit { position, ..Hit::default() })
        .collect()
}

/// The runs of items with the same category: the order of the catalogue keeps them together.
fn categories(items: &[Item]) -> Vec<Category> {
    let mut start = 0;
    items
        .chunk_by(|a, b| a.category.code == b.category.code)
        .filter_map(|run| {
            let first = run.first()?;
            let end = start + run.len();
            let items = Position::nth(start)..Position::nth(end);
            start = end;
            Some(Category {
                coded: first.category.clone(),
                is_sold: first.is_sold(),
                count: run.len(),
                items,
            })
        })
        .collect()
}
