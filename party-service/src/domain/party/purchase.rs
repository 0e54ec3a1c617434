//! How much is bought, and for how much.

use chassis::text::Invalid;

use super::shares::out_of_range;
use crate::domain::written::read;

/// What is bought beside the item itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// How much of the item.
    pub quantity: Quantity,
    /// In which unit.
    pub unit: Unit,
    /// What it costs in all, if that is known.
    pub total_price: Option<Won>,
    /// What the leader says about it.
    pub description: Option<Description>,
}

/// How much of an item: 1 to 1,000,000 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity(u32);

impl Quantity {
    /// Accepts 1 to 1,000,000.
    pub fn new(number: u32) -> Result<Self, Invalid> {
        within(1, 1_000_000, number).map(Self)
    }

    /// The number of units.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// An amount of money in won: 0 to 100,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Won(u32);

impl Won {
    /// Accepts 0 to 100,000,000.
    pub fn new(won: u32) -> Result<Self, Invalid> {
        within(0, 100_000_000, won).map(Self)
    }

    /// The number of won.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A unit of quantity, for example `kg` or `상자`: 1 to 20 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit(String);

impl Unit {
    /// Reads a unit.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let unit = read(text, 20)?;
        unit.map(Self).ok_or(Invalid::new("required", "비워 둘 수 없습니다", "must not be empty"))
    }

    /// The unit.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the leader says about a party, at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// Reads a description; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 500)?.map(Self))
    }

    /// The description.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The description.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

fn within(from: u32, to: u32, number: u32) -> Result<u32, Invalid> {
    if (from..=to).contains(&number) { Ok(number) } else { Err(out_of_range(from, to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d15_amounts_have_bounds() {
        for good in [1, 1_000_000] {
            assert_eq!(Quantity::new(good).unwrap().get(), good);
        }
        for bad in [0, 1_000_001, u32::MAX] {
            assert_eq!(Quantity::new(bad).unwrap_err().code, "out_of_range");
        }
        assert!(Won::new(0).is_ok() && Won::new(100_000_000).is_ok());
        assert_eq!(Won::new(100_000_001).unwrap_err().code, "out_of_range");
    }

    #[test]
    fn a_unit_says_something() {
        assert_eq!(Unit::parse(" 상자 ").unwrap().as_str(), "상자");
        assert_eq!(Unit::parse("  ").unwrap_err().code, "required");
        assert_eq!(Unit::parse(&"g".repeat(21)).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_description_may_say_nothing() {
        assert_eq!(Description::parse(" "), Ok(None));
        assert_eq!(Description::parse(&"글".repeat(501)).unwrap_err().code, "too_long");
    }
}
