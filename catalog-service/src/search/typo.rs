//! One typo: a key too many, one too few, a wrong one, or two in the wrong order.

/// Whether the keys of two words differ by at most one typo.
pub(super) fn at_most_one_typo(a: &[char], b: &[char]) -> bool {
    let (a, b) = without_common_start(a, b);
    match without_common_end(a, b) {
        ([] | [_], [] | [_]) => true,
        ([a1, a2], [b1, b2]) => a1 == b2 && a2 == b1,
        _ => false,
    }
}

fn without_common_start<'a>(mut a: &'a [char], mut b: &'a [char]) -> (&'a [char], &'a [char]) {
    while let ([x, a_rest @ ..], [y, b_rest @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (a_rest, b_rest);
    }
    (a, b)
}

fn without_common_end<'a>(mut a: &'a [char], mut b: &'a [char]) -> (&'a [char], &'a [char]) {
    while let ([a_rest @ .., x], [b_rest @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (a_rest, b_rest);
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::at_most_one_typo;

    #[test]
    fn one_typo_and_no_more() {
        for (a, b, expected) in [
            ("", "", true),
            ("", "a", true),
            ("abc", "abc", true),
            ("abc", "abxc", true),
            ("abc", "bc", true),
            ("abc", "axc", true),
            ("abc", "acb", true),
            ("aab", "aba", true),
            ("", "ab", false),
            ("abc", "cba", false),
            ("abcd", "badc", false),
            ("abc", "xbx", false),
            ("abc", "abcde", false),
        ] {
            let keys = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(at_most_one_typo(&keys(a), &keys(b)), expected, "{a} {b}");
            assert_eq!(at_most_one_typo(&keys(b), &keys(a)), expected, "{b} {a}");
        }
    }
}
