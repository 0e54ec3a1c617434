//! A Redis process as the script sees it.

use std::collections::{HashMap, HashSet};

use crate::profiles::epoch::Epoch;
use crate::profiles::reading::Look;

/// What stands under a key.
#[derive(Clone)]
pub(super) enum Entry {
    Lease { epoch: Epoch, token: u64 },
    Value { epoch: Epoch, version: u64 },
}

/// A command, as it travels.
#[derive(Clone)]
pub(super) enum Command {
    Load(Epoch),
    Look { epoch: Epoch, keys: Vec<usize>, token: u64 },
    Fill { epoch: Epoch, entries: Vec<(usize, Option<u64>)>, token: u64 },
    Remove { epoch: Epoch, key: usize },
}

/// One process, from its start to its end.
#[derive(Clone, Default)]
pub(super) struct Process {
    pub(super) scripts: HashSet<Epoch>,
    pub(super) data: HashMap<usize, Entry>,
    /// Commands that nobody waits for any more and that will arrive all the same.
    pub(super) late: Vec<Command>,
}

impl Process {
    /// A process that begins with data of the past.
    pub(super) fn with_data(data: HashMap<usize, Entry>) -> Self {
        Self { data, ..Self::default() }
    }

    /// Does what it is told; `None` if it does not know the epoch.
    pub(super) fn execute(
        &mut self,
        command: Command,
        ignores_leases: bool,
    ) -> Option<Vec<Look<u64>>> {
        match command {
            Command::Load(epoch) => {
                self.scripts.insert(epoch);
                Some(Vec::new())
            }
            Command::Look { epoch, keys, token } => {
                self.require(&epoch)?;
                Some(keys.into_iter().map(|key| self.look(&epoch, key, token)).collect())
            }
            Command::Fill { epoch, entries, token } => {
                self.require(&epoch)?;
                for (key, version) in entries {
                    let is_ours = matches!(self.data.get(&key), Some(Entry::Lease { epoch: e, token: t })
                        if *e == epoch && *t == token);
                    match version {
                        Some(version) if is_ours || ignores_leases => {
                            self.data.insert(key, Entry::Value { epoch: epoch.clone(), version });
                        }
                        None if is_ours => drop(self.data.remove(&key)),
                        _ => {}
                    }
                }
                Some(Vec::new())
            }
            Command::Remove { epoch, key } => {
                self.require(&epoch)?;
                self.data.remove(&key);
                Some(Vec::new())
            }
        }
    }

    fn require(&self, epoch: &Epoch) -> Option<()> {
        self.scripts.contains(epoch).then_some(())
    }

    fn look(&mut self, epoch: &Epoch, key: usize, token: u64) -> Look<u64> {
        match self.data.get(&key) {
            Some(Entry::Value { epoch: e, version }) if e == epoch => Look::Found(*version),
            Some(Entry::Lease { epoch: e, .. }) if e == epoch => Look::Taken,
            _ => {
                self.data.insert(key, Entry::Lease { epoch: epoch.clone(), token });
                Look::Leased
            }
        }
    }
}
