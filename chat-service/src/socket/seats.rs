//! How many connections each person has on this instance.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::UserId;

/// Counts the connections of each person.
#[derive(Debug)]
pub(super) struct Seats {
    most: usize,
    taken: Mutex<HashMap<UserId, usize>>,
}

/// A connection that counts, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    user: UserId,
}

impl Seats {
    pub(super) fn new(most: usize) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// A seat for one more connection of somebody, if they have not too many.
    pub(super) fn take(self: &Arc<Self>, user: UserId) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(user).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), user })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_given_back() {
        let seats = Arc::new(Seats::new(2));
        let (me, other) = (UserId::new(), UserId::new());
        let first = seats.take(me).unwrap();
        let _second = seats.take(me).unwrap();
        assert!(seats.take(me).is_none());
        assert!(seats.take(other).is_some());
        drop(first);
        assert!(seats.take(me).is_some());
    }
}
