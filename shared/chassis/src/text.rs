//! Texts for people, in Korean and in English.

use std::borrow::Cow;

/// The language a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// Korean, the default.
    #[default]
    Ko,
    /// English.
    En,
}

impl Locale {
    /// Picks the better of our two languages for an `Accept-Language` value (RFC 9110, 12.5.4).
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (Self::Ko, 0.0);
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let locale = match tag.split('-').next().unwrap_or_default() {
                primary if primary.eq_ignore_ascii_case("ko") => Self::Ko,
                primary if primary.eq_ignore_ascii_case("en") => Self::En,
                _ => continue,
            };
            if quality > best.1 {
                best = (locale, quality);
            }
        }
        best.0
    }

    /// The language tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language with this tag, if it is one of ours.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// The same sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    ko: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Text {
    /// A fixed sentence.
    #[must_use]
    pub const fn new(ko: &'static str, en: &'static str) -> Self {
        Self { ko: Cow::Borrowed(ko), en: Cow::Borrowed(en) }
    }

    /// A sentence with something in it.
    #[must_use]
    pub fn with(ko: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn in_locale(&self, locale: Locale) -> Cow<'static, str> {
        match locale {
            Locale::Ko => self.ko.clone(),
            Locale::En => self.en.clone(),
        }
    }
}

/// Why a value was refused: what a rule of the domain says to a person and to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What programs switch on, for example `too_long`.
    pub code: &'static str,
    /// The reason.
    pub text: Text,
}

impl Invalid {
    /// A fixed reason.
    #[must_use]
    pub const fn new(code: &'static str, ko: &'static str, en: &'static str) -> Self {
        Self { code, text: Text::new(ko, en) }
    }

    /// A reason with something in it.
    #[must_use]
    pub const fn with(code: &'static str, text: Text) -> Self {
        Self { code, text }
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_wanted_language_is_found() {
        for (header, expected) in [
            ("", Locale::Ko),
            ("ko-KR,ko;q=0.9,en;q=0.8", Locale::Ko),
            ("en-US,en;q=0.9,ko;q=0.8", Locale::En),
            ("fr, en;q=0.5", Locale::En),
            ("ko;q=0.1, EN;q=0.2", Locale::En),
            ("de", Locale::Ko),
            ("en;q=0", Locale::Ko),
            (";;;,,q=", Locale::Ko),
        ] {
            assert_eq!(Locale::negotiate(header), expected, "{header}");
        }
    }
}
