//! Which paths a rule is about.

use std::fmt;

use serde::Deserialize;

/// A path, or a path and everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    path: String,
    below: bool,
}

impl Pattern {
    /// Whether the rule is about `path`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match path.strip_prefix(self.path.as_str()) {
            Some("") => true,
            // A slash at the end names something else, and nothing of ours is called so.
            Some(rest) => self.below && rest.starts_with('/') && !rest.ends_with('/'),
            None => false,
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let path = text.strip_suffix("/**");
        let pattern = Self { below: path.is_some(), path: path.unwrap_or(&text).to_owned() };
        let ok = pattern.path.len() > 1 && !pattern.path.contains('*');
        if ok && super::is_normal(&pattern.path) {
            Ok(pattern)
        } else {
            Err(format!("{text} is no path, nor one with /** after it"))
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        f.write_str(if self.below { "/**" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn below_means_whole_segments() {
        let items = pattern("/v1/items/**");
        assert!(items.matches("/v1/items") && items.matches("/v1/items/a/b"));
        assert!(!items.matches("/v1/itemsa") && !items.matches("/v1/items/"));
        assert!(!items.matches("/v1/items/a/") && !items.matches("/v1/item"));
        let refresh = pattern("/v1/sessions/refresh");
        assert!(refresh.matches("/v1/sessions/refresh"));
        assert!(!refresh.matches("/v1/sessions/refresh/now"));
    }

    #[test]
    fn what_is_no_pattern_stops_the_start() {
        for text in ["", "/", "/**", "v1", "/v1/*", "/v1/**/x", "/v1//x", "/v1/%2e%2e"] {
            assert!(Pattern::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
