//! Lists of the texts that have one letter, or two in a row.

use std::collections::HashMap;

use super::closeness::Closeness;
use super::hit::{Hit, PackedHit, Position};
use super::letter::Letter;
use super::text::Texts;

/// One letter, or two in a row, each as it is written or reduced to its first consonant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Gram {
    Single(char),
    Pair(char, char),
}

impl Gram {
    /// The grams that begin at each letter, with the number of the letter and their length.
    pub(super) fn all_of(letters: &[Letter]) -> impl Iterator<Item = (Self, usize, usize)> {
        let forms = |letter: &Letter| [letter.whole, letter.initial];
        let singles = letters
            .iter()
            .enumerate()
            .flat_map(move |(at, letter)| forms(letter).map(|form| (Self::Single(form), at, 1)));
        let pairs = letters.iter().zip(letters.iter().skip(1)).enumerate();
        let pairs = pairs.flat_map(move |(at, (first, second))| {
            forms(first)
                .into_iter()
                .flat_map(move |one| forms(second).map(|other| (Self::Pair(one, other), at, 2)))
        });
        singles.chain(pairs)
    }
}

/// For each gram the texts that have it, the nearest first.
#[derive(Debug, Default)]
pub(super) struct Grams {
    lists: HashMap<Gram, Vec<PackedHit>>,
}

impl Grams {
    /// Makes the lists.
    pub(super) fn of(texts: &Texts) -> Self {
        let mut nearest: HashMap<Gram, Closeness> = HashMap::new();
        let mut lists: HashMap<Gram, Vec<PackedHit>> = HashMap::new();
        for position in Position::all().take(texts.len()) {
            for (gram, closeness) in texts.grams(position) {
                let known = nearest.entry(gram).or_insert(closeness);
                *known = closeness.min(*known);
            }
            for (gram, closeness) in nearest.drain() {
                lists.entry(gram).or_default().push(Hit { closeness, position }.into());
            }
        }
        for list in lists.values_mut() {
            list.sort_unstable();
            list.shrink_to_fit();
        }
        Self { lists }
    }

    /// The texts that have the gram.
    pub(super) fn list(&self, gram: Gram) -> &[PackedHit] {
        self.lists.get(&gram).map(Vec::as_slice).unwrap_or_default()
    }
}
