//! An item that was found, and the place where it stands.

use super::closeness::Closeness;

/// The place of an item in the catalogue; items stand there in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u32);

/// How many bits of a packed hit are the position: enough for a thousand million items.
const POSITION_BITS: u32 = 29;
const LAST: u32 = (1 << POSITION_BITS) - 1;

impl Position {
    /// The positions from the first on.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LAST).map(Self)
    }

    /// The position with this number. Of a catalogue too large to be numbered the last items are
    /// not shown.
    #[must_use]
    pub fn nth(number: usize) -> Self {
        Self(u32::try_from(number).unwrap_or(LAST).min(LAST))
    }

    /// The positions from this one to the one before `end`.
    pub fn up_to(self, end: Self) -> impl Iterator<Item = Self> {
        (self.0..end.0).map(Self)
    }

    /// What stands there.
    #[must_use]
    pub fn of<T>(self, list: &[T]) -> Option<&T> {
        list.get(self.number())
    }

    fn number(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// An item that was found. Hits are in the order in which people see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// How near it is.
    pub closeness: Closeness,
    /// Which.
    pub position: Position,
}

/// A hit in four bytes, in the same order: there are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackedHit(u32);

impl From<Hit> for PackedHit {
    fn from(hit: Hit) -> Self {
        Self(u32::from(hit.closeness.rank()) << POSITION_BITS | hit.position.0)
    }
}

impl PackedHit {
    /// Where it stands.
    pub(super) const fn position(self) -> Position {
        Position(self.0 & LAST)
    }

    /// How near it is.
    pub(super) fn closeness(self) -> Closeness {
        u8::try_from(self.0 >> POSITION_BITS)
            .ok()
            .and_then(Closeness::from_rank)
            .unwrap_or(Closeness::Contains)
    }
}

/// A set of positions.
pub(super) struct Positions(Vec<u64>);

impl Positions {
    /// The positions of these hits.
    pub(super) fn of(hits: &[PackedHit]) -> Self {
        let mut words = Vec::new();
        for hit in hits {
            let number = hit.position().number();
            if words.len() <= number / 64 {
                words.resize(number / 64 + 1, 0);
            }
            if let Some(word) = words.get_mut(number / 64) {
                *word |= 1 << (number % 64);
            }
        }
        Self(words)
    }

    /// Whether it is one of them.
    pub(super) fn contains(&self, position: Position) -> bool {
        let number = position.number();
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hit, PackedHit, Position, Positions};
    use crate::search::Closeness;

    #[test]
    fn packed_hits_keep_their_order_and_what_they_say() {
        let hits: Vec<Hit> = (0..5)
            .flat_map(|rank| {
                let closeness = Closeness::from_rank(rank).unwrap();
                [0, 1, 77, 1_000_000].map(|at| Hit { closeness, position: Position::nth(at) })
            })
            .collect();
        let packed: Vec<PackedHit> = hits.iter().copied().map(PackedHit::from).collect();
        assert!(packed.is_sorted());
        for (hit, packed) in hits.iter().zip(&packed) {
            assert_eq!((hit.closeness, hit.position), (packed.closeness(), packed.position()));
        }
        let set = Positions::of(&packed[..2]);
        assert!(set.contains(Position::nth(1)) && !set.contains(Position::nth(77)));
    }
}
