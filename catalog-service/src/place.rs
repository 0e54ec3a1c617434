//! A place in a list of items, as a cursor carries it from page to page.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::{Code, Item, SortKey};
use crate::search::Closeness;

/// The place of an item in a list. It names what the order is made of instead of a number, so it
/// holds when the catalogue was replaced meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How near the item was to what was looked for.
    pub closeness: Closeness,
    unsold: bool,
    category: Code,
    item: Code,
    catch_all: bool,
    code: Code,
}

/// What a cursor holds; an array is shorter than an object.
#[derive(Serialize, Deserialize)]
struct Wire<T>(u8, bool, T, T, bool, T);

impl Place {
    /// The place of an item that was found this near.
    #[must_use]
    pub fn of(item: &Item, closeness: Closeness) -> Self {
        let key = item.sort_key();
        Self {
            closeness,
            unsold: key.unsold,
            category: key.category.clone(),
            item: key.item.clone(),
            catch_all: key.catch_all,
            code: key.code.clone(),
        }
    }

    /// Where it stands in the catalogue.
    #[must_use]
    pub const fn sort_key(&self) -> SortKey<'_> {
        SortKey {
            unsold: self.unsold,
            category: &self.category,
            item: &self.item,
            catch_all: self.catch_all,
            code: &self.code,
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (category, item, code) = (&self.category, &self.item, &self.code);
        Wire(
            self.closeness.rank(),
            self.unsold,
            category.as_str(),
            item.as_str(),
            self.catch_all,
            code.as_str(),
        )
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Wire(rank, unsold, category, item, catch_all, code) =
            Wire::<String>::deserialize(from)?;
        let parse = |text: String| Code::parse(&text).map_err(|_| D::Error::custom("no code"));
        Ok(Self {
            closeness: Closeness::from_rank(rank).ok_or_else(|| D::Error::custom("no rank"))?,
            unsold,
            category: parse(category)?,
            item: parse(item)?,
            catch_all,
            code: parse(code)?,
        })
    }
}
