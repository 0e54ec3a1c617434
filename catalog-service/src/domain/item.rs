//! An item of the catalogue: one variety of goods.

use super::{Code, Name, display, everyday, shelf};

/// A code and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Coded {
    /// The public code.
    pub code: Code,
    /// The published name.
    pub name: Name,
}

/// One variety, with the item and the category it belongs to: 후지 of 사과 of 과실류.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The broadest group, for example 과실류 (fruit).
    pub category: Coded,
    /// The goods, for example 사과 (apple).
    pub item: Coded,
    /// The variety, for example 후지 (Fuji). Its code is the code of the whole.
    pub variety: Coded,
}

/// The order of the catalogue: what marts sell, then category by category as published, what is
/// merely "other" after what has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey<'a> {
    /// No mart sells it.
    pub unsold: bool,
    /// The code of the category.
    pub category: &'a Code,
    /// The code of the item.
    pub item: &'a Code,
    /// It stands for all that has no code of its own.
    pub catch_all: bool,
    /// The code of the variety.
    pub code: &'a Code,
}

impl Item {
    /// The code that parties, favourites and people use.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.variety.code
    }

    /// The name a person reads, for example `사과 (후지)`. It need not be unique: the category tells
    /// equal names apart.
    #[must_use]
    pub fn display_name(&self) -> String {
        display::name(self)
    }

    /// The words it is called by, without remarks: the item, and the variety if it has a name of
    /// its own.
    #[must_use]
    pub fn heads(&self) -> (&str, Option<&str>) {
        display::heads(self)
    }

    /// The item and the variety as people look for them: as they are published, and with everyday
    /// words in their place.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, &str)> {
        let (item, variety) = (self.item.name.as_str(), self.variety.name.as_str());
        let (items, varieties) = self.everyday_words();
        let items = items.iter().map(move |word| (*word, variety));
        let varieties = varieties.iter().map(move |word| (item, *word));
        std::iter::once((item, variety)).chain(items).chain(varieties)
    }

    /// What people call the item and the variety, where the table calls them otherwise.
    #[must_use]
    pub fn everyday_words(&self) -> (&'static [&'static str], &'static [&'static str]) {
        let (item, variety) = self.heads();
        (everyday::words(item), variety.map(everyday::words).unwrap_or_default())
    }

    /// Whether a mart sells it.
    #[must_use]
    pub fn is_sold(&self) -> bool {
        shelf::is_sold(&self.category.code)
    }

    /// Whether the variety says no more than the item does: 사과 of 사과, or 호밀(일반) of 호밀.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        display::is_plain(self)
    }

    /// Where it stands in the catalogue.
    #[must_use]
    pub fn sort_key(&self) -> SortKey<'_> {
        SortKey {
            unsold: !self.is_sold(),
            category: &self.category.code,
            item: &self.item.code,
            catch_all: display::is_catch_all(self),
            code: self.code(),
        }
    }
}
