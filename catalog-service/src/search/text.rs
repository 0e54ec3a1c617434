//! What of an item is searched.

use super::fold::fold;
use super::pattern::Pattern;
use crate::domain::Item;

/// How near an item is to what was asked for. The nearest comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// It is that: 사과 for `사과`, 사과 (후지) for `후지 사과`.
    #[default]
    Itself,
    /// Its item or its variety is called that: 사과 (후지) for `사과` and for `후지`.
    Named,
    /// One of its names begins so: 사과대추 for `사과`.
    Begins,
    /// One of its names has it inside: 꽃사과 for `사과`.
    Contains,
    /// One of its names is a typo away from it.
    Typo,
}

impl Closeness {
    /// Its place from the nearest on.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Itself => 0,
            Self::Named => 1,
            Self::Begins => 2,
            Self::Contains => 3,
            Self::Typo => 4,
        }
    }

    /// The closeness with this rank.
    #[must_use]
    pub fn from_rank(rank: u8) -> Option<Self> {
        [Self::Itself, Self::Named, Self::Begins, Self::Contains, Self::Typo]
            .into_iter()
            .find(|closeness| closeness.rank() == rank)
    }
}

/// The searched letters of one item: its item, its variety, and its item again, so that both
/// `사과 후지` and `후지 사과` stand in it. A variety that only repeats the item is left out.
#[derive(Debug)]
pub(super) struct Text {
    letters: Box<[char]>,
    item_end: usize,
    variety_end: usize,
    is_plain: bool,
}

impl Text {
    /// The text of an item.
    pub(super) fn of(goods: &Item) -> Self {
        let item = fold(goods.item.name.as_str());
        let variety = fold(goods.variety.name.as_str());
        let item_end = item.len();
        if item == variety {
            return Self { letters: item.into(), item_end, variety_end: item_end, is_plain: true };
        }
        let variety_end = item_end + variety.len();
        Self {
            letters: [item.as_slice(), &variety, &item].concat().into(),
            item_end,
            variety_end,
            is_plain: goods.is_plain(),
        }
    }

    /// All letters.
    pub(super) fn letters(&self) -> &[char] {
        &self.letters
    }

    /// The letters of the item.
    pub(super) fn item(&self) -> &[char] {
        self.letters.get(..self.item_end).unwrap_or_default()
    }

    /// The letters of the variety; none if it repeats the item.
    pub(super) fn variety(&self) -> &[char] {
        self.letters.get(self.item_end..self.variety_end).unwrap_or_default()
    }

    /// The item, then the variety.
    pub(super) fn item_and_variety(&self) -> &[char] {
        self.letters.get(..self.variety_end).unwrap_or_default()
    }

    /// The variety, then the item.
    pub(super) fn variety_and_item(&self) -> &[char] {
        self.letters.get(self.item_end..).unwrap_or_default()
    }

    /// How near it is to the pattern, if it has it at all.
    pub(super) fn closeness(&self, pattern: &Pattern) -> Option<Closeness> {
        if !pattern.is_in(&self.letters) {
            return None;
        }
        let is_item = pattern.is(self.item());
        if (is_item && self.is_plain)
            || pattern.is(self.item_and_variety())
            || pattern.is(self.variety_and_item())
        {
            Some(Closeness::Itself)
        } else if is_item || pattern.is(self.variety()) {
            Some(Closeness::Named)
        } else if pattern.starts(&self.letters) || pattern.starts(self.variety_and_item()) {
            Some(Closeness::Begins)
        } else {
            Some(Closeness::Contains)
        }
    }
}
