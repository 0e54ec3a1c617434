//! One read of the cache, step by step: what is to be done next, whatever came of the step before.
//!
//! Nothing in here waits, asks or knows what is read: whoever drives it does, be it against the
//! real servers or in a simulation that lets everything happen that can.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use super::epoch::Epoch;

/// How often a reader looks whether somebody else has finished counting: for about a second.
const LOOKS: u32 = 9;
/// The pause before the second look; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// What a look found in place of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look<V> {
    /// The entry.
    Found(V),
    /// Nothing: a lease is there now, and it is ours.
    Leased,
    /// Somebody else's lease.
    Taken,
}

/// What was counted in the database.
#[derive(Clone, Debug)]
pub(crate) struct Counts<K, V> {
    /// What there is.
    pub(crate) found: HashMap<K, V>,
    /// Which of them were in hand while they were counted.
    pub(crate) held: Vec<K>,
}

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step<K, V> {
    /// Look for entries, in this epoch.
    Look(Epoch, Vec<K>),
    /// Leave the one who counts a little time.
    Pause(Duration),
    /// Count, holding what is free to be held: [`Reading::counted_held`].
    CountHeld(Vec<K>),
    /// Store these, or give back the leases of those without an entry. It need not succeed.
    Fill(Epoch, Vec<(K, Option<V>)>),
    /// Count: [`Reading::counted`].
    Count(Vec<K>),
    /// That is all there is.
    Done(HashMap<K, V>),
}

/// A read that is under way.
#[derive(Debug)]
pub(crate) struct Reading<K, V> {
    /// The epoch to look in; without one, all is counted.
    ///
    /// It stays the same to the end of the read: what every write answered before the read began
    /// has removed from an epoch can never come back in it.
    epoch: Option<Epoch>,
    /// What is still wanted.
    wanted: Vec<K>,
    /// What we have leases for.
    leased: Vec<K>,
    /// What is to be stored.
    fill: Vec<(K, Option<V>)>,
    found: HashMap<K, V>,
    looks: u32,
    has_paused: bool,
}

impl<K: Clone + Eq + Hash, V: Clone> Reading<K, V> {
    /// Begins to read; `epoch` is the one that may be relied on at this moment.
    pub(crate) fn new(wanted: Vec<K>, epoch: Option<Epoch>) -> Self {
        Self {
            epoch,
            wanted,
            leased: Vec::new(),
            fill: Vec::new(),
            found: HashMap::new(),
            looks: 0,
            has_paused: false,
        }
    }

    /// The next step.
    pub(crate) fn next(&mut self) -> Step<K, V> {
        if !self.leased.is_empty() {
            return Step::CountHeld(self.leased.clone());
        }
        let epoch = self.epoch.clone();
        if let Some(epoch) = epoch.clone().filter(|_| !self.fill.is_empty()) {
            return Step::Fill(epoch, std::mem::take(&mut self.fill));
        }
        if self.wanted.is_empty() {
            return Step::Done(std::mem::take(&mut self.found));
        }
        let Some(epoch) = epoch.filter(|_| self.looks < LOOKS) else {
            return Step::Count(self.wanted.clone());
        };
        if self.looks > 0 && !self.has_paused {
            self.has_paused = true;
            return Step::Pause(FIRST_PAUSE * 2_u32.pow(self.looks - 1));
        }
        Step::Look(epoch, self.wanted.clone())
    }

    /// What came of [`Step::Look`], in the order of the keys; nothing if it failed.
    pub(crate) fn looked(&mut self, answers: Option<Vec<Look<V>>>) {
        let Some(answers) = answers else {
            self.epoch = None;
            return;
        };
        self.looks += 1;
        self.has_paused = false;
        for (key, answer) in std::mem::take(&mut self.wanted).into_iter().zip(answers) {
            match answer {
                Look::Found(value) => drop(self.found.insert(key, value)),
                Look::Leased => self.leased.push(key),
                Look::Taken => self.wanted.push(key),
            }
        }
    }

    /// What came of [`Step::CountHeld`].
    pub(crate) fn counted_held(&mut self, counts: Counts<K, V>) {
        for key in std::mem::take(&mut self.leased) {
            let value = counts.found.get(&key);
            let kept = value.filter(|_| counts.held.contains(&key)).cloned();
            self.fill.push((key, kept));
        }
        self.found.extend(counts.found);
    }

    /// [`Step::CountHeld`] failed: its leases are given back, and that was it.
    pub(crate) fn not_counted(&mut self) {
        self.fill.extend(self.leased.drain(..).map(|key| (key, None)));
        self.wanted.clear();
    }

    /// What came of [`Step::Count`].
    pub(crate) fn counted(&mut self, counts: Counts<K, V>) {
        self.wanted.clear();
        self.found.extend(counts.found);
    }
}
