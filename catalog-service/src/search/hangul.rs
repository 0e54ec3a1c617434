//! Hangul syllables taken apart (The Unicode Standard, 3.12).

const FIRST_SYLLABLE: u32 = 0xAC00;
const SYLLABLES: u32 = 11_172;
const FINALS: u32 = 28;
const VOWELS: u32 = 21;

/// The consonants a syllable can begin with, in the order of Unicode.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];

/// The keys that type each vowel, in the order of Unicode.
const VOWEL_KEYS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ",
    "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];

/// The keys that type each final consonant, in the order of Unicode; the first is none.
const FINAL_KEYS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ",
    "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ",
    "ㅎ",
];

/// Whether the letter is a consonant that stands alone.
pub(super) const fn is_bare_consonant(letter: char) -> bool {
    matches!(letter, 'ㄱ'..='ㅎ')
}

/// The consonant a syllable begins with; any other letter is its own.
pub(super) fn initial(letter: char) -> char {
    syllable(letter)
        .and_then(|index| lookup(&INITIALS, index / (VOWELS * FINALS)))
        .unwrap_or(letter)
}

/// The keys that type a letter on a Korean keyboard.
pub(super) fn keystrokes(letter: char) -> impl Iterator<Item = char> {
    let (vowel, end) = syllable(letter).map_or(("", ""), |index| {
        let vowel = lookup(&VOWEL_KEYS, index / FINALS % VOWELS).unwrap_or_default();
        (vowel, lookup(&FINAL_KEYS, index % FINALS).unwrap_or_default())
    });
    std::iter::once(initial(letter)).chain(vowel.chars()).chain(end.chars())
}

/// The letters of a conjoining jamo that found no syllable to join; any other character is itself.
pub(super) fn loose_jamo(c: char) -> impl Iterator<Item = char> {
    let code = u32::from(c);
    let keys = match code {
        0x1161..=0x1175 => lookup(&VOWEL_KEYS, code - 0x1161),
        0x11A8..=0x11C2 => lookup(&FINAL_KEYS, code - 0x11A7),
        _ => None,
    };
    let consonant = match code {
        0x1100..=0x1112 => lookup(&INITIALS, code - 0x1100),
        _ => None,
    };
    let single = keys.is_none().then_some(consonant.unwrap_or(c));
    keys.unwrap_or_default().chars().chain(single)
}

/// The number of a syllable in the order of Unicode.
fn syllable(letter: char) -> Option<u32> {
    u32::from(letter).checked_sub(FIRST_SYLLABLE).filter(|index| *index < SYLLABLES)
}

fn lookup<T: Copy>(table: &[T], index: u32) -> Option<T> {
    table.get(usize::try_from(index).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::{initial, is_bare_consonant, keystrokes, loose_jamo};

    #[test]
    fn syllables_come_apart() {
        for (letter, first, keys) in [
            ('가', 'ㄱ', "ㄱㅏ"),
            ('힣', 'ㅎ', "ㅎㅣㅎ"),
            ('과', 'ㄱ', "ㄱㅗㅏ"),
            ('닭', 'ㄷ', "ㄷㅏㄹㄱ"),
            ('꽃', 'ㄲ', "ㄲㅗㅊ"),
            ('ㅅ', 'ㅅ', "ㅅ"),
            ('a', 'a', "a"),
        ] {
            assert_eq!(initial(letter), first);
            assert_eq!(keystrokes(letter).collect::<String>(), keys);
        }
    }

    #[test]
    fn jamo_without_a_syllable_are_shown_as_typed() {
        for (jamo, letters) in
            [('\u{1109}', "ㅅ"), ('\u{11AA}', "ㄱㅅ"), ('\u{1161}', "ㅏ"), ('x', "x")]
        {
            assert_eq!(loose_jamo(jamo).collect::<String>(), letters);
        }
        assert!(is_bare_consonant('ㅎ') && !is_bare_consonant('ㅏ') && !is_bare_consonant('하'));
    }
}
