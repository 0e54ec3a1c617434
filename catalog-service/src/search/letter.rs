//! What texts and queries are made of.

use super::hangul;

/// A letter of a text: a syllable, a bare consonant, or anything else in its plainest form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Letter {
    /// As it is written.
    pub(super) whole: char,
    /// The consonant a syllable begins with; any other letter is its own. Kept, since comparing is
    /// most of what a search does.
    pub(super) initial: char,
}

impl Letter {
    /// Whether a letter of a query stands for this one: it is the same, or it is the consonant that
    /// this one begins with.
    pub(super) fn answers(self, wanted: char) -> bool {
        // No syllable is an initial, so nothing else need be asked.
        wanted == self.whole || wanted == self.initial
    }
}

impl From<char> for Letter {
    fn from(whole: char) -> Self {
        Self { whole, initial: hangul::initial(whole) }
    }
}
