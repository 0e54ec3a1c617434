//! What is looked for: parts of names that are there, as people type them, and what is not there.

use catalog_service::domain::Item;
use rand::RngExt as _;
use rand::rngs::StdRng;

/// A way of looking for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Beginning,
    Middle,
    Letter,
    Initials,
    Initial,
    Mixed,
    Typo,
    Nothing,
}

/// The consonants that syllables begin with, in the order of Unicode.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 9] = [
        Self::Name,
        Self::Beginning,
        Self::Middle,
        Self::Letter,
        Self::Initials,
        Self::Initial,
        Self::Mixed,
        Self::Typo,
        Self::Nothing,
    ];

    /// What it is called in the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Name => "a whole name",
            Self::Beginning => "the beginning of a name",
            Self::Middle => "the middle of a name",
            Self::Letter => "one letter",
            Self::Initials => "초성 of a name",
            Self::Initial => "one 초성",
            Self::Mixed => "a letter and 초성",
            Self::Typo => "a name with a typo",
            Self::Nothing => "what is not there",
        }
    }

    /// Whether `LIKE` can answer it at all.
    pub(super) const fn suits_like(self) -> bool {
        matches!(self, Self::Name | Self::Beginning | Self::Middle | Self::Letter | Self::Nothing)
    }

    /// So many queries of this kind.
    pub(super) fn queries(self, random: &mut StdRng, items: &[Item], count: usize) -> Vec<String> {
        let mut queries = Vec::with_capacity(count);
        while queries.len() < count && !items.is_empty() {
            let Some(item) = items.get(random.random_range(0..items.len())) else { continue };
            let name = if random.random() { &item.item.name } else { &item.variety.name };
            let letters: Vec<char> =
                name.as_str().chars().filter(|c| c.is_alphanumeric()).collect();
            queries.extend(self.query(random, &letters));
        }
        queries
    }

    fn query(self, random: &mut StdRng, letters: &[char]) -> Option<String> {
        let whole: String = letters.iter().collect();
        Some(match self {
            Self::Name => whole,
            Self::Beginning => letters.get(..2.min(letters.len()))?.iter().collect(),
            Self::Middle => letters.get(1..).filter(|rest| rest.len() > 1)?.iter().collect(),
            Self::Letter => letters.get(random.random_range(0..letters.len().max(1)))?.to_string(),
            Self::Initials => letters.iter().copied().map(initial).collect(),
            Self::Initial => initial(*letters.first()?).to_string(),
            Self::Mixed => {
                let rest = letters.get(1..).filter(|rest| !rest.is_empty())?;
                letters.iter().take(1).copied().chain(rest.iter().copied().map(initial)).collect()
            }
            Self::Typo => {
                let (last, rest) = letters.split_last().filter(|(_, rest)| rest.len() > 1)?;
                // The next syllable in Unicode has another final consonant.
                let wrong = char::from_u32(u32::from(*last) + 1)?;
                rest.iter().copied().chain([wrong]).collect()
            }
            Self::Nothing => format!("{whole}뷁"),
        })
    }
}

fn initial(letter: char) -> char {
    let index = u32::from(letter).checked_sub(0xAC00).filter(|index| *index < 11_172);
    index
        .and_then(|index| INITIALS.chars().nth(usize::try_from(index / 588).ok()?))
        .unwrap_or(letter)
}
