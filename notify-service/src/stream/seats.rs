//! How many streams there may be, in all and for one person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::UserId;

/// The streams of this instance, counted.
#[derive(Clone, Debug)]
pub(super) struct Seats(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    at_most: usize,
    at_most_each: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<UserId, usize>,
}

/// There is no room for another stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// This instance has as many as it takes.
    #[error("this instance keeps no more streams")]
    Instance,
    /// This person has as many as one may have.
    #[error("nobody has more streams")]
    Person,
}

/// The right to one stream; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    shared: Arc<Shared>,
    user_id: UserId,
}

impl Seats {
    pub(super) fn new(at_most: usize, at_most_each: usize) -> Self {
        Self(Arc::new(Shared { at_most, at_most_each, taken: Mutex::default() }))
    }

    /// Takes a seat for this person.
    pub(super) fn take(&self, user_id: UserId) -> Result<Seat, Full> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.at_most {
            return Err(Full::Instance);
        }
        let own = taken.by.entry(user_id).or_default();
        if *own >= self.0.at_most_each {
            return Err(Full::Person);
        }
        *own += 1;
        taken.all += 1;
        Ok(Seat { shared: self.0.clone(), user_id })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.shared.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(own) = taken.by.get_mut(&self.user_id) {
            *own -= 1;
            if *own == 0 {
                taken.by.remove(&self.user_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::UserId;

    use super::{Full, Seats};

    #[test]
    fn seats_are_limited_and_given_back() {
        let seats = Seats::new(3, 2);
        let (one, other) = (UserId::new(), UserId::new());
        let first = seats.take(one).unwrap();
        let _second = seats.take(one).unwrap();
        assert_eq!(seats.take(one).unwrap_err(), Full::Person);
        let _third = seats.take(other).unwrap();
        assert_eq!(seats.take(other).unwrap_err(), Full::Instance);
        drop(first);
        let _again = seats.take(one).unwrap();
        assert_eq!(seats.take(other).unwrap_err(), Full::Instance);
    }
}
