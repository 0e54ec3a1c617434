//! The words of the catalogue, by the keys that type them.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::fold::fold;
use super::hangul;
use super::hit::Position;
use super::letter::Letter;
use super::pattern::Pattern;
use super::typo::at_most_one_typo;
use crate::domain::Item;

/// Fewer keys are too little to tell a typo from another word.
const MIN_KEYS_FOR_A_TYPO: usize = 4;

/// A word to complete what is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion<'a> {
    /// The word, as it is published.
    pub text: &'a str,
    /// How many items that a mart sells are called that.
    pub count: usize,
}

/// The words that items and varieties are called.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<Word>,
    by_keys: Sorted,
    by_keys_backwards: Sorted,
    by_initials: Sorted,
}

#[derive(Debug)]
struct Word {
    /// As it is published; none for a word that only people put together, such as 후지사과.
    text: Option<Box<str>>,
    letters: Box<[Letter]>,
    /// The items that are called so, in the order of the catalogue.
    items: Vec<Position>,
}

impl Vocabulary {
    /// Collects the words of the items, which are in the order of the catalogue.
    #[must_use]
    pub fn of(items: &[Item]) -> Self {
        let mut words: HashMap<Box<[Letter]>, Word> = HashMap::new();
        for (position, goods) in Position::all().zip(items) {
            let (item, variety) = goods.heads();
            let item_letters = fold(item);
            let mut add = |text: Option<&str>, letters: Vec<Letter>| {
                let letters: Box<[Letter]> = letters.into();
                let word = words.entry(letters.clone()).or_insert_with(|| Word {
                    text: None,
                    letters,
                    items: Vec::new(),
                });
                word.text = word.text.take().or_else(|| text.map(Into::into));
                if word.items.last() != Some(&position) {
                    word.items.push(position);
                }
            };
            if let Some(variety) = variety {
                let variety_letters = fold(variety);
                add(None, [item_letters.as_slice(), &variety_letters].concat());
                add(None, [variety_letters.as_slice(), &item_letters].concat());
                add(Some(variety), variety_letters);
            }
            add(Some(item), item_letters);
            let (items, varieties) = goods.everyday_words();
            for word in items.iter().chain(varieties) {
                add(Some(word), fold(word));
            }
        }
        words.remove::<[Letter]>(&[]);
        let words: Vec<Word> = words.into_values().collect();
        Self {
            by_keys: Sorted::by(&words, keys),
            by_keys_backwards: Sorted::by(&words, |letters| backwards(&keys(letters))),
            by_initials: Sorted::by(&words, initials),
            words,
        }
    }

    /// The items one of whose words is a typo away from the pattern, in the order of the catalogue.
    ///
    /// One typo leaves the first half of the keys or the last half as it is, unless it swaps the
    /// two keys where the halves meet.
    pub(super) fn one_typo_from(&self, pattern: &Pattern) -> Vec<Position> {
        let typed = keys(pattern.letters());
        if typed.len() < MIN_KEYS_FOR_A_TYPO || pattern.has_bare_consonant() {
            return Vec::new();
        }
        let half = typed.len() / 2;
        let typed_backwards = backwards(&typed);
        let (Some(start), Some(end)) =
            (typed.get(..half), typed_backwards.get(..typed.len() - half))
        else {
            return Vec::new();
        };
        let mut swapped = typed.clone();
        swapped.swap(half - 1, half);

        let from_start = self.by_keys.one_typo_from(start, &typed);
        let from_end = self.by_keys_backwards.one_typo_from(end, &typed_backwards);
        let in_the_middle = self.by_keys.one_typo_from(&swapped, &typed);
        let mut items: Vec<Position> = from_start
            .chain(from_end)
            .chain(in_the_middle)
            .filter_map(|word| self.words.get(word))
            .flat_map(|word| word.items.iter().copied())
            .collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// The words that what is being typed may become: the word itself first, then those that most
    /// items are called. Only words of items before `sold_end` count.
    #[must_use]
    pub fn suggest(
        &self,
        typed: &Pattern,
        sold_end: Position,
        limit: usize,
    ) -> Vec<Suggestion<'_>> {
        let (order, start) = if typed.has_bare_consonant() {
            (&self.by_initials, initials(typed.letters()))
        } else {
            (&self.by_keys, keys(typed.letters()))
        };
        let mut ranked: Vec<_> = order
            .starting_with(&start)
            .filter_map(|word| self.words.get(word))
            .filter(|word| !typed.has_bare_consonant() || typed.begins(&word.letters))
            .filter_map(|word| {
                let count = word.items.partition_point(|position| *position < sold_end);
                let text = word.text.as_deref().filter(|_| count > 0)?;
                Some((!typed.is(&word.letters), Reverse(count), text))
            })
            .collect();
        ranked.sort_unstable();
        ranked.truncate(limit);
        ranked.into_iter().map(|(_, Reverse(count), text)| Suggestion { text, count }).collect()
    }
}

/// Words in the order of some key of theirs.
#[derive(Debug, Default)]
struct Sorted(Vec<(Box<[char]>, usize)>);

impl Sorted {
    fn by(words: &[Word], key: impl Fn(&[Letter]) -> Vec<char>) -> Self {
        let mut entries: Vec<_> = words
            .iter()
            .enumerate()
            .map(|(number, word)| (key(&word.letters).into_boxed_slice(), number))
            .collect();
        entries.sort_unstable();
        Self(entries)
    }

    /// The words whose key begins so, by number.
    fn starting_with(&self, start: &[char]) -> impl Iterator<Item = usize> {
        self.range(start).iter().map(|(_, word)| *word)
    }

    /// The words whose key begins so and is at most a typo away from `typed`, by number.
    fn one_typo_from(&self, start: &[char], typed: &[char]) -> impl Iterator<Item = usize> {
        self.range(start)
            .iter()
            // Most are told by their length alone, without a look at their keys.
            .filter(|(key, _)| key.len().abs_diff(typed.len()) <= 1 && at_most_one_typo(key, typed))
            .map(|(_, word)| *word)
    }

    fn range(&self, start: &[char]) -> &[(Box<[char]>, usize)] {
        let first = self.0.partition_point(|(key, _)| key.as_ref() < start);
        let rest = self.0.get(first..).unwrap_or_default();
        let len = rest.partition_point(|(key, _)| key.starts_with(start));
        rest.get(..len).unwrap_or_default()
    }
}

fn keys(letters: &[Letter]) -> Vec<char> {
    letters.iter().flat_map(|letter| hangul::keystrokes(letter.whole)).collect()
}

fn initials(letters: &[Letter]) -> Vec<char> {
    letters.iter().map(|letter| letter.initial).collect()
}

fn backwards(keys: &[char]) -> Vec<char> {
    keys.iter().rev().copied().collect()
}
