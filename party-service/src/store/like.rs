//! Patterns for `LIKE` in which a client's text stands for nothing but itself.

/// The pattern of what has this text in it.
#[must_use]
pub fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn d50_wildcards_are_letters() {
        assert_eq!(containing(r"50%_\a"), r"%50\%\_\\a%");
    }
}
