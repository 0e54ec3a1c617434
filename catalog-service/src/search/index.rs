//! From a pattern to the items that have it.

use std::ops::Range;

use super::closeness::Closeness;
use super::grams::Grams;
use super::hit::{Hit, PackedHit, Position, Positions};
use super::pattern::Pattern;
use super::text::Texts;
use super::vocabulary::Vocabulary;
use crate::domain::Item;

/// More candidates than this are thinned out before their letters are looked at.
const FEW: usize = 64;
/// By how many further lists they are thinned out.
const SIEVES: usize = 2;

/// Answers patterns.
#[derive(Debug)]
pub struct Index {
    texts: Texts,
    grams: Grams,
}

impl Index {
    /// Reads the items, which are in the order of the catalogue.
    #[must_use]
    pub fn of(items: &[Item]) -> Self {
        let texts = Texts::of(items);
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
            read_list(self.grams.list(gram), within, from, limit)
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

    /// Looks at every text that may have the pattern. None if no text has it, within the range or
    /// elsewhere.
    fn check_candidates(
        &self,
        pattern: &Pattern,
        within: &Range<Position>,
        from: Hit,
        limit: usize,
    ) -> Option<Vec<Hit>> {
        let (inside, outside): (Vec<Position>, Vec<Position>) =
            self.candidates(pattern).into_iter().partition(|position| within.contains(position));
        let closeness = |position| self.texts.closeness(position, pattern);
        let mut hits: Vec<Hit> = inside
            .into_iter()
            .filter_map(|position| Some(Hit { closeness: closeness(position)?, position }))
            .collect();
        if hits.is_empty() && !outside.into_iter().any(|position| closeness(position).is_some()) {
            return None;
        }
        hits.retain(|hit| *hit >= from);
        if hits.len() > limit && limit > 0 {
            hits.select_nth_unstable(limit - 1);
        }
        hits.truncate(limit);
        hits.sort_unstable();
        Some(hits)
    }

    /// The texts that have all grams of the pattern, or nearly: the shortest list, without what is
    /// missing on the next ones.
    fn candidates(&self, pattern: &Pattern) -> Vec<Position> {
        let mut lists: Vec<&[PackedHit]> =
            pattern.grams().map(|gram| self.grams.list(gram)).collect();
        lists.sort_unstable_by_key(|list| list.len());
        let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
        let mut candidates: Vec<Position> = shortest.iter().map(|hit| hit.position()).collect();
        for sieve in others.iter().take(SIEVES) {
            if candidates.len() > FEW {
                let sieve = Positions::of(sieve);
                candidates.retain(|position| sieve.contains(*position));
            }
        }
        candidates
    }
}

/// Takes hits from a list that holds exactly the answers, in their order. None if it is empty.
fn read_list(
    list: &[PackedHit],
    within: &Range<Position>,
    from: Hit,
    limit: usize,
) -> Option<Vec<Hit>> {
    let from = PackedHit::from(from);
    let rest = list.get(list.partition_point(|hit| *hit < from)..).unwrap_or_default();
    let hits = rest
        .iter()
        .map(|hit| Hit { closeness: hit.closeness(), position: hit.position() })
        .filter(|hit| within.contains(&hit.position))
        .take(limit)
        .collect();
    (!list.is_empty()).then_some(hits)
}
