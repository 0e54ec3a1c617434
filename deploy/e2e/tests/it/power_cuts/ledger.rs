//! What everybody is to have been told.

use std::collections::BTreeMap;

use contracts::{PartyId, UserId};

/// Whom, of what type, about which party.
pub(super) type Entry = (UserId, String, PartyId);

/// How often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ledger(BTreeMap<Entry, u64>);

impl Ledger {
    /// One more.
    pub(super) fn add(&mut self, user_id: UserId, kind: &str, party_id: PartyId) {
        *self.0.entry((user_id, kind.to_owned(), party_id)).or_default() += 1;
    }

    /// All of another one too.
    pub(super) fn take_over(&mut self, other: Self) {
        for (entry, count) in other.0 {
            *self.0.entry(entry).or_default() += count;
        }
    }

    /// How many notifications it has.
    pub(super) fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Where another one says something else: an entry, how often it is here, and how often there.
    pub(super) fn differences(&self, other: &Self) -> Vec<(Entry, u64, u64)> {
        let count = |ledger: &Self, entry| ledger.0.get(entry).copied().unwrap_or_default();
        let entries = self.0.keys().chain(other.0.keys().filter(|key| !self.0.contains_key(*key)));
        entries
            .map(|entry| (entry.clone(), count(self, entry), count(other, entry)))
            .filter(|(_, here, there)| here != there)
            .collect()
    }
}
