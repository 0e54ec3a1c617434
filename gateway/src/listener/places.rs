//! How many connections one address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// The connections by address, of all workers.
type Taken = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Where each has its place.
#[derive(Clone, Debug)]
pub(super) struct Places {
    taken: Taken,
    most: usize,
}

/// The place of one connection.
#[derive(Debug)]
pub(super) struct Place(Option<(Taken, IpAddr)>);

impl Places {
    /// At most so many connections for one address; 0: as many as come.
    #[must_use]
    pub(super) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// A place for one more, if there is.
    #[must_use]
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        if self.most == 0 {
            return Some(Place(None));
        }
        let mut taken = self.taken.lock().ok()?;
        let count = taken.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place(Some((self.taken.clone(), address))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((taken, address)) = self.0.take() else { return };
        let Ok(mut taken) = taken.lock() else { return };
        if let Some(count) = taken.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn who_goes_makes_room() {
        let places = Places::new(2);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let held = (places.enter(one).unwrap(), places.enter(one).unwrap());
        assert!(places.enter(one).is_none() && places.enter(other).is_some());
        drop(held);
        assert!(places.enter(one).is_some());
        assert!(places.taken.lock().unwrap().is_empty(), "nobody is remembered who is gone");
    }
}
