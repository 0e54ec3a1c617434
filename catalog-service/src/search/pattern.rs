//! A query, ready to be compared.

use super::fold::fold;
use super::grams::Gram;
use super::hangul;
use super::letter::Letter;

/// The letters that are looked for; a bare consonant stands for every syllable it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    letters: Vec<Letter>,
}

impl Pattern {
    /// Folds a query. A query in which nothing is left looks for nothing.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        Some(fold(query)).filter(|letters| !letters.is_empty()).map(|letters| Self { letters })
    }

    /// The letters; there is at least one.
    pub(super) fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// Whether a consonant stands for a syllable.
    pub(super) fn has_bare_consonant(&self) -> bool {
        self.letters.iter().any(|letter| hangul::is_bare_consonant(letter.whole))
    }

    /// Whether these are the letters.
    pub(super) fn is(&self, letters: &[Letter]) -> bool {
        self.letters.len() == letters.len() && self.begins(letters)
    }

    /// Whether they begin the letters.
    pub(super) fn begins(&self, letters: &[Letter]) -> bool {
        self.letters.len() <= letters.len()
            && self.letters.iter().zip(letters).all(|(wanted, letter)| letter.answers(wanted.whole))
    }

    /// Whether they stand anywhere in the letters.
    pub(super) fn is_in(&self, letters: &[Letter]) -> bool {
        letters.windows(self.letters.len()).any(|window| self.begins(window))
    }

    /// The grams that every text with this pattern has.
    pub(super) fn grams(&self) -> impl Iterator<Item = Gram> {
        self.letters.windows(2).filter_map(|pair| match pair {
            [a, b] => Some(Gram::Pair(a.whole, b.whole)),
            _ => None,
        })
    }

    /// The gram that says all that the pattern says, if it is short enough.
    pub(super) fn as_gram(&self) -> Option<Gram> {
        match self.letters.as_slice() {
            [letter] => Some(Gram::Single(letter.whole)),
            [a, b] => Some(Gram::Pair(a.whole, b.whole)),
            _ => None,
        }
    }
}
