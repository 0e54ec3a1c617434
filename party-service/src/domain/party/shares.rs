//! In how many shares a purchase is split.

use chassis::text::{Invalid, Text};

use super::{Refusal, Refusals};

/// How many shares a purchase can have: with fewer than two there is nothing to split.
const TOTAL: std::ops::RangeInclusive<u32> = 2..=100;

/// The split of a purchase: `leader < min ≤ total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    total: u32,
    leader: u32,
    min: u32,
}

impl Shares {
    /// A split in `total` shares, of which the leader keeps some (by default one), and which goes
    /// ahead if `min` of them are taken (by default one more than the leader's).
    pub fn new(total: u32, leader: Option<u32>, min: Option<u32>) -> Result<Self, Refusals> {
        let mut refusals = Refusals::new();
        let mut check = |field, value: u32, from: u32, to: u32| {
            if !(from..=to).contains(&value) {
                refusals.push(Refusal { field, reason: out_of_range(from, to) });
            }
        };
        check("total_shares", total, *TOTAL.start(), *TOTAL.end());
        let total = total.clamp(*TOTAL.start(), *TOTAL.end());
        let leader = leader.unwrap_or(1);
        check("leader_shares", leader, 1, total - 1);
        let leader = leader.clamp(1, total - 1);
        let min = min.unwrap_or(leader + 1);
        check("min_shares", min, leader + 1, total);
        if refusals.is_empty() { Ok(Self { total, leader, min }) } else { Err(refusals) }
    }

    /// All shares.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.total
    }

    /// Those of the leader, 1 or more.
    #[must_use]
    pub const fn leader(self) -> u32 {
        self.leader
    }

    /// How many must be taken, the leader's included, for the party to go ahead.
    #[must_use]
    pub const fn min(self) -> u32 {
        self.min
    }
}

/// The reason for refusing a number that is not within bounds.
pub(super) fn out_of_range(from: u32, to: u32) -> Invalid {
    let text = Text::with(format!("{from}~{to}이어야 합니다"), format!("must be {from} to {to}"));
    Invalid::with("out_of_range", text)
}

#[cfg(test)]
mod tests {
    use super::Shares;

    fn refused(total: u32, leader: Option<u32>, min: Option<u32>) -> Vec<&'static str> {
        let refusals = Shares::new(total, leader, min).unwrap_err();
        refusals.into_iter().map(|refusal| refusal.field).collect()
    }

    #[test]
    fn a_simple_party_needs_one_neighbour() {
        let shares = Shares::new(4, None, None).unwrap();
        assert_eq!((shares.total(), shares.leader(), shares.min()), (4, 1, 2));
        let shares = Shares::new(4, Some(3), None).unwrap();
        assert_eq!((shares.leader(), shares.min()), (3, 4));
    }

    #[test]
    fn d15_shares_that_split_nothing_are_refused() {
        assert_eq!(refused(0, None, None), ["total_shares"]);
        assert_eq!(refused(1, None, None), ["total_shares"]);
        assert_eq!(refused(101, None, None), ["total_shares"]);
        assert_eq!(
            refused(u32::MAX, Some(0), Some(0)),
            ["total_shares", "leader_shares", "min_shares"]
        );
        assert_eq!(refused(4, Some(4), None), ["leader_shares"]);
        assert_eq!(refused(4, Some(2), Some(2)), ["min_shares"]);
        assert_eq!(refused(4, None, Some(5)), ["min_shares"]);
        assert!(Shares::new(2, Some(1), Some(2)).is_ok());
        assert!(Shares::new(100, Some(99), Some(100)).is_ok());
    }
}
