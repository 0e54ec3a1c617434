//! From a pattern to the items that have it.

use std::ops::Range;

use super::grams::Grams;
use super::pattern::Pattern;
use super::text::{Closeness, Text};
use super::vocabulary::Vocabulary;
use crate::domain::Item;

/// The place of an item in the catalogue; items stand there in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u32);

impl Position {
    /// The positions from the first on.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..u32::MAX).map(Self)
    }

    /// The position with this number. A catalogue with more than four thousand million items
    /// would show its first ones only.
    #[must_use]
    pub fn nth(number: usize) -> Self {
        Self(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The positions from this one to the one before `end`.
    pub fn up_to(self, end: Self) -> impl Iterator<Item = Self> {
        (self.0..end.0).map(Self)
    }

    /// What stands there.
    #[must_use]
    pub fn of<T>(self, list: &[T]) -> Option<&T> {
        list.get(usize::try_from(self.0).ok()?)
    }
}

/// An item that was found. Hits are in the order in which people see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// How near it is.
    pub closeness: Closeness,
    /// Which.
    pub position: Position,
}

/// Answers patterns.
#[derive(Debug)]
pub struct Index {
    texts: Vec<Text>,
    grams: Grams,
}

impl Index {
    /// Reads the items, which are in the order of the catalogue.
    #[must_use]
    pub fn of(items: &[Item]) -> Self {
        let texts: Vec<Text> = items.iter().map(Text::of).collect();
        let grams = Grams::of(&texts);
        Self { texts, grams }
    }

    /// Finds the first `limit` hits within a part of the catalogue, beginning at `from`. Only when
    /// nothing in all the catalogue has the pattern, names one typo away count as well.
    #[must_use]
    pub fn search(
        &self,
        pattern: &Pattern,
        vocabulary: &Vocabulary,
        within: &Range<Position>,
        from: Hit,
        limit: usize,
    ) -> Vec<Hit> {
        let hits = if from.closeness == Closeness::Typo {
            None
        } else if let Some(gram) = pattern.as_gram() {
            self.read_list(pattern, self.grams.list(gram), within, from, limit)
        } else {
            self.check_candidates(pattern, within, from, limit)
        };
        hits.unwrap_or_else(|| {
            let typos = vocabulary.one_typo_from(pattern).into_iter();
            typos
                .map(|position| Hit { closeness: Closeness::Typo, position })
                .filter(|hit| *hit >= from && within.contains(&hit.position))
                .take(limit)
                .collect()
        })
    }

    /// Takes hits from a list that holds exactly the answers, in their order. None if it is empty.
    fn read_list(
        &self,
        pattern: &Pattern,
        list: &[Position],
        within: &Range<Position>,
        from: Hit,
        limit: usize,
    ) -> Option<Vec<Hit>> {
        let before = |position: &Position| self.hit(pattern, *position).is_some_and(|h| h < from);
        let rest = list.get(list.partition_point(before)..).unwrap_or_default();
        let hits = rest
            .iter()
            .filter(|position| within.contains(position))
            .filter_map(|position| self.hit(pattern, *position))
            .take(limit)
            .collect();
        (!list.is_empty()).then_some(hits)
    }

    /// Looks at every text on the shortest list that all answers are on. None if it has no answer.
    fn check_candidates(
        &self,
        pattern: &Pattern,
        within: &Range<Position>,
        from: Hit,
        limit: usize,
    ) -> Option<Vec<Hit>> {
        let lists = pattern.grams().map(|gram| self.grams.list(gram));
        let candidates = lists.min_by_key(|list| list.len()).unwrap_or_default();
        let mut found = false;
        let mut hits: Vec<Hit> = candidates
            .iter()
            .filter_map(|position| self.hit(pattern, *position))
            .inspect(|_| found = true)
            .filter(|hit| *hit >= from && within.contains(&hit.position))
            .collect();
        if hits.len() > limit && limit > 0 {
            hits.select_nth_unstable(limit - 1);
            hits.truncate(limit);
        }
        hits.sort_unstable();
        found.then_some(hits)
    }

    fn hit(&self, pattern: &Pattern, position: Position) -> Option<Hit> {
        let closeness = position.of(&self.texts)?.closeness(pattern)?;
        Some(Hit { closeness, position })
    }
}
