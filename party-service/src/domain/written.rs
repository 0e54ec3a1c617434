//! What people write: bounded and without control characters.

use chassis::text::{Invalid, Text};

/// Text of at most `max_chars` characters without white space around it; `None` if nothing is left.
pub(crate) fn read(text: &str, max_chars: usize) -> Result<Option<String>, Invalid> {
    let text = text.trim();
    if text.chars().count() > max_chars {
        let reason = Text::with(
            format!("{max_chars}자 이하여야 합니다"),
            format!("must have at most {max_chars} characters"),
        );
        return Err(Invalid::with("too_long", reason));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Invalid::new(
            "invalid_characters",
            "제어 문자는 쓸 수 없습니다",
            "must not have control characters",
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(read(&"사".repeat(10), 10).unwrap(), Some("사".repeat(10)));
        assert_eq!(read(&"사".repeat(11), 10).unwrap_err().code, "too_long");
    }

    #[test]
    fn lines_may_break_and_nothing_else_is_hidden() {
        assert_eq!(read(" 반씩\n나눠요 ", 10).unwrap(), Some("반씩\n나눠요".into()));
        assert_eq!(read(" \n ", 10), Ok(None));
        for bad in ["a\0b", "a\u{1b}[2Jb", "a\tb", "a\rb"] {
            assert_eq!(read(bad, 10).unwrap_err().code, "invalid_characters");
        }
    }
}
