//! Lists of the texts that have one letter, or two in a row.

use std::collections::{HashMap, HashSet};

use super::hangul::{initial, is_bare_consonant};
use super::index::Position;
use super::pattern::Pattern;
use super::text::Text;

/// One letter, or two in a row: as they are written, or both reduced to their first consonants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Gram {
    Single(char),
    Pair(char, char),
}

impl Gram {
    /// The pair to look up for two letters of a query. Beside a bare consonant the other letter is
    /// reduced as well: a list for each mixture would be long, and the texts on it are looked at
    /// anyway.
    pub(super) fn of_pair(a: char, b: char) -> Self {
        if is_bare_consonant(a) || is_bare_consonant(b) {
            Self::Pair(initial(a), initial(b))
        } else {
            Self::Pair(a, b)
        }
    }

    /// Its letters.
    pub(super) fn letters(self) -> impl Iterator<Item = char> {
        let (first, second) = match self {
            Self::Single(letter) => (letter, None),
            Self::Pair(a, b) => (a, Some(b)),
        };
        std::iter::once(first).chain(second)
    }

    /// All grams of a text, each once.
    fn all_of(letters: &[char]) -> HashSet<Self> {
        let singles = letters.iter().flat_map(|c| [Self::Single(*c), Self::Single(initial(*c))]);
        let pairs = letters.windows(2).flat_map(|pair| match pair {
            [a, b] => vec![Self::Pair(*a, *b), Self::Pair(initial(*a), initial(*b))],
            _ => Vec::new(),
        });
        singles.chain(pairs).collect()
    }
}

/// For each gram the texts that have it, the closest first.
#[derive(Debug, Default)]
pub(super) struct Grams {
    lists: HashMap<Gram, Vec<Position>>,
}

impl Grams {
    /// Makes the lists.
    pub(super) fn of(texts: &[Text]) -> Self {
        let mut lists: HashMap<Gram, Vec<Position>> = HashMap::new();
        for (position, text) in Position::all().zip(texts) {
            for gram in Gram::all_of(text.letters()) {
                lists.entry(gram).or_default().push(position);
            }
        }
        for (gram, list) in &mut lists {
            let pattern = Pattern::of_gram(*gram);
            // The sort is stable, so equally close texts stay in the order of the catalogue.
            list.sort_by_cached_key(|position| position.of(texts)?.closeness(&pattern));
            list.shrink_to_fit();
        }
        Self { lists }
    }

    /// The texts that have the gram.
    pub(super) fn list(&self, gram: Gram) -> &[Position] {
        self.lists.get(&gram).map(Vec::as_slice).unwrap_or_default()
    }
}
