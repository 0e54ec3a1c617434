//! What is searched: the names of all items.

use std::ops::Range;

use super::closeness::Closeness;
use super::fold::fold;
use super::grams::Gram;
use super::hit::Position;
use super::letter::Letter;
use super::pattern::Pattern;
use crate::domain::Item;

/// What is searched of all items: their names as they are published, and as people say them. The
/// letters lie one behind the other, since a search runs over many of them.
#[derive(Debug, Default)]
pub(super) struct Texts {
    items: Vec<Text>,
    spellings: Vec<Spelling>,
    letters: Vec<Letter>,
}

/// What is searched of one item.
#[derive(Debug)]
struct Text {
    spellings: Range<usize>,
    is_plain: bool,
}

/// The letters of an item, of its variety, and of the item again, so that both `사과 후지` and
/// `후지 사과` stand in it. A variety that only repeats the item is left out.
#[derive(Debug)]
struct Spelling {
    letters: Range<usize>,
    /// How many letters the item has.
    item_len: usize,
    /// How many letters the variety has; none if it repeats the item.
    variety_len: usize,
}

impl Texts {
    /// Reads the items, which are in the order of the catalogue.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut texts = Self::default();
        for goods in items {
            let first = texts.spellings.len();
            for (item, variety) in goods.spellings() {
                texts.add(&fold(item), &fold(variety));
            }
            let spellings = first..texts.spellings.len();
            texts.items.push(Text { spellings, is_plain: goods.is_plain() });
        }
        texts
    }

    fn add(&mut self, item: &[Letter], variety: &[Letter]) {
        let start = self.letters.len();
        self.letters.extend(item);
        let variety = if variety == item { &[] } else { variety };
        if !variety.is_empty() {
            self.letters.extend(variety.iter().chain(item));
        }
        self.spellings.push(Spelling {
            letters: start..self.letters.len(),
            item_len: item.len(),
            variety_len: variety.len(),
        });
    }

    /// How many items there are.
    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    /// How near an item is to the pattern, if it has it at all.
    pub(super) fn closeness(&self, position: Position, pattern: &Pattern) -> Option<Closeness> {
        let text = position.of(&self.items)?;
        self.spellings_of(text)
            .filter_map(|(one, letters)| one.nearest(letters, pattern, text))
            .min()
    }

    /// Every gram of an item, with how near the item is to it; some stand in it several times.
    pub(super) fn grams(&self, position: Position) -> impl Iterator<Item = (Gram, Closeness)> {
        position.of(&self.items).into_iter().flat_map(|text| {
            self.spellings_of(text).flat_map(|(spelling, letters)| {
                Gram::all_of(letters)
                    .map(|(gram, at, len)| (gram, spelling.closeness_at(at, len, text)))
            })
        })
    }

    fn spellings_of(&self, text: &Text) -> impl Iterator<Item = (&Spelling, &[Letter])> {
        self.spellings.get(text.spellings.clone()).unwrap_or_default().iter().map(|spelling| {
            (spelling, self.letters.get(spelling.letters.clone()).unwrap_or_default())
        })
    }
}

impl Spelling {
    /// How near it is to the pattern.
    fn nearest(&self, letters: &[Letter], pattern: &Pattern, text: &Text) -> Option<Closeness> {
        if !pattern.is_in(letters) {
            return None;
        }
        [0, self.item_len]
            .into_iter()
            .filter(|at| letters.get(*at..).is_some_and(|rest| pattern.begins(rest)))
            .map(|at| self.closeness_at(at, pattern.letters().len(), text))
            .min()
            .or(Some(Closeness::Contains))
    }

    /// How near it is to something that stands in it at this place and is so long.
    const fn closeness_at(&self, at: usize, len: usize, text: &Text) -> Closeness {
        let (item, variety) = (self.item_len, self.variety_len);
        let begins_item = at == 0;
        let begins_variety = at == item;
        let is_item = begins_item && len == item;
        let is_variety = begins_variety && len == variety;
        let is_both = len == item + variety && (begins_item || begins_variety);
        if is_both || (is_item && text.is_plain) {
            Closeness::Itself
        } else if is_item || is_variety {
            Closeness::Named
        } else if begins_item || begins_variety {
            Closeness::Begins
        } else {
            Closeness::Contains
        }
    }
}
