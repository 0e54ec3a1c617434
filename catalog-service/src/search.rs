//! The search, in memory.
//!
//! Texts and queries are folded alike ([`fold`]) into letters: Hangul syllables, bare consonants
//! such as ㅅ, and everything else in its plainest form. A [`Pattern`] is a folded query in which
//! a bare consonant stands for any syllable that begins with it, so that ㅅㄱ and 사ㄱ find 사과.
//! [`Index`] answers patterns of one or two letters from lists made beforehand, and longer ones by
//! looking at what is on the lists of all their pairs. [`Vocabulary`] knows the words of the
//! catalogue by their keystrokes: it completes what is being typed and forgives one typo.

mod closeness;
mod fold;
mod grams;
mod hangul;
mod hit;
mod index;
mod letter;
mod pattern;
mod text;
mod typo;
mod vocabulary;

pub use closeness::Closeness;
pub use hit::{Hit, Position};
pub use index::Index;
pub use pattern::Pattern;
pub use vocabulary::{Suggestion, Vocabulary};
