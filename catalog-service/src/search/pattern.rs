//! A query, ready to be compared.

use super::fold::fold;
use super::grams::Gram;
use super::hangul;

/// The letters that are looked for; a bare consonant stands for every syllable it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    letters: Vec<char>,
}

impl Pattern {
    /// Folds a query. A query in which nothing is left looks for nothing.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        Some(fold(query)).filter(|letters| !letters.is_empty()).map(|letters| Self { letters })
    }

    /// The pattern that a gram is.
    pub(super) fn of_gram(gram: Gram) -> Self {
        Self { letters: gram.letters().collect() }
    }

    /// The letters.
    pub(super) fn letters(&self) -> &[char] {
        &self.letters
    }

    /// Whether a consonant stands for a syllable.
    pub(super) fn has_bare_consonant(&self) -> bool {
        self.letters.iter().copied().any(hangul::is_bare_consonant)
    }

    /// Whether these are the letters.
    pub(super) fn is(&self, letters: &[char]) -> bool {
        self.letters.len() == letters.len() && self.starts(letters)
    }

    /// Whether they begin the letters.
    pub(super) fn starts(&self, letters: &[char]) -> bool {
        self.letters.len() <= letters.len()
            && self.letters.iter().zip(letters).all(|(wanted, letter)| stands_for(*wanted, *letter))
    }

    /// Whether they stand anywhere in the letters.
    pub(super) fn is_in(&self, letters: &[char]) -> bool {
        letters.windows(self.letters.len()).any(|window| self.starts(window))
    }

    /// The grams that every text with this pattern has.
    pub(super) fn grams(&self) -> impl Iterator<Item = Gram> {
        let single = (self.letters.len() == 1).then(|| self.letters.first()).flatten();
        let pairs = self.letters.windows(2).filter_map(|pair| match pair {
            [a, b] => Some(Gram::of_pair(*a, *b)),
            _ => None,
        });
        single.map(|letter| Gram::Single(*letter)).into_iter().chain(pairs)
    }

    /// The gram that says all that the pattern says, if there is one.
    pub(super) fn as_gram(&self) -> Option<Gram> {
        match self.letters.as_slice() {
            [letter] => Some(Gram::Single(*letter)),
            [a, b] => Some(Gram::Pair(*a, *b)).filter(|gram| *gram == Gram::of_pair(*a, *b)),
            _ => None,
        }
    }
}

fn stands_for(wanted: char, letter: char) -> bool {
    wanted == letter || (hangul::is_bare_consonant(wanted) && hangul::initial(letter) == wanted)
}
