//! Whose heartbeat is due: a wheel of slots that turns once in each interval.

/// Keys in the order in which they come around.
#[derive(Debug)]
pub(super) struct Wheel<K> {
    slots: Vec<Vec<K>>,
    hand: usize,
}

impl<K> Wheel<K> {
    /// A wheel that comes around after so many turns, at least one.
    pub(super) fn new(turns: usize) -> Self {
        Self { slots: std::iter::repeat_with(Vec::new).take(turns.max(1)).collect(), hand: 0 }
    }

    /// Adds a key that is due a whole round from now.
    pub(super) fn add(&mut self, key: K) {
        if let Some(slot) = self.slots.get_mut(self.hand) {
            slot.push(key);
        }
    }

    /// Turns the wheel by one slot and gives those that are due. Whoever is to come around again
    /// is added again.
    pub(super) fn turn(&mut self) -> Vec<K> {
        self.hand = (self.hand + 1) % self.slots.len();
        self.slots.get_mut(self.hand).map(std::mem::take).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Wheel;

    #[test]
    fn a_key_comes_around_after_one_round() {
        let mut wheel = Wheel::new(3);
        wheel.add('a');
        assert!(wheel.turn().is_empty());
        wheel.add('b');
        assert!(wheel.turn().is_empty());
        assert_eq!(wheel.turn(), ['a']);
        assert_eq!(wheel.turn(), ['b']);
        assert!(wheel.turn().is_empty());
    }
}
