//! Where the instances of one service listen.

use std::str::FromStr;

use serde::Deserialize;

use super::Origin;

/// One or more origins. A host that has several addresses stands for as many instances.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OneOrMany")]
pub struct Origins(Vec<Origin>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Text(String),
    Many(Vec<Origin>),
}

impl Origins {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter()
    }
}

impl TryFrom<OneOrMany> for Origins {
    type Error = String;

    fn try_from(given: OneOrMany) -> Result<Self, String> {
        match given {
            OneOrMany::Text(text) => text.parse(),
            OneOrMany::Many(origins) if origins.is_empty() => Err("no address is given".into()),
            OneOrMany::Many(origins) => Ok(Self(origins)),
        }
    }
}

impl FromStr for Origins {
    type Err = String;

    /// Reads one, or several with commas between, as they come from the environment.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(|origin| origin.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Origins;

    #[test]
    fn several_may_come_in_one_text() {
        let origins: Origins = "http://a:1, http://b:2".parse().unwrap();
        let hosts: Vec<_> = origins.iter().map(|origin| (origin.host(), origin.port())).collect();
        assert_eq!(hosts, [("a", 1), ("b", 2)]);
        for text in ["", "http://a:1,", "http://a:1 http://b:2"] {
            assert!(text.parse::<Origins>().is_err(), "{text}");
        }
    }
}
