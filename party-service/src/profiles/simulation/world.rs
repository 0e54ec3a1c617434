//! The servers, the instances, the time, and what can go wrong with them.

use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::redis::{Command, Entry, Process};
use crate::profiles::epoch::{Epoch, EpochState};
use crate::profiles::reading::Look;
use crate::profiles::trust::Trust;

/// How many people there are.
pub(super) const KEYS: usize = 2;
/// How many instances of the service.
pub(super) const INSTANCES: usize = 2;

/// What is left out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    /// Entries are stored whether or not the lease is there.
    LeasesIgnored,
    /// Whoever fills counts without holding the row.
    RowsNotHeld,
    /// A writer goes on at once after closing an epoch.
    NoWait,
    /// A writer who could not remove an entry does nothing about it.
    EpochNotClosed,
    /// A process that was restarted knows the scripts of the one before.
    ScriptsSaved,
    /// An instance relies on an epoch for ever.
    TrustUnbounded,
    /// An epoch is opened while others may rely on the one before.
    OpenedTooSoon,
    /// Writers do not remove entries.
    NothingRemoved,
}

impl Flaw {
    pub(super) const ALL: [Self; 8] = [
        Self::LeasesIgnored,
        Self::RowsNotHeld,
        Self::NoWait,
        Self::EpochNotClosed,
        Self::ScriptsSaved,
        Self::TrustUnbounded,
        Self::OpenedTooSoon,
        Self::NothingRemoved,
    ];
}

/// An instance of the service.
pub(super) struct Instance {
    pub(super) trust: Trust,
    /// Which Redis process it talks to.
    server: usize,
    /// Whether it can reach it.
    is_connected: bool,
    /// How fast its clock runs, in per mille.
    rate: u32,
}

pub(super) struct World {
    pub(super) flaw: Flaw,
    start: Instant,
    now: Duration,
    pub(super) instances: Vec<Instance>,
    processes: Vec<Process>,
    /// Data that a process may come back with.
    saved: Vec<std::collections::HashMap<usize, Entry>>,
    /// What was committed, by key: how many writes.
    pub(super) committed: [u64; KEYS],
    /// What of it was answered.
    pub(super) answered: [u64; KEYS],
    /// Which instance holds the row, if any.
    pub(super) holder: [Option<usize>; KEYS],
    pub(super) state: Option<EpochState>,
    names: u64,
    pub(super) hits: usize,
    pub(super) writes: usize,
    pub(super) closed: usize,
}

impl World {
    pub(super) fn new(random: &mut StdRng, flaw: Flaw) -> Self {
        let instance = |random: &mut StdRng| Instance {
            trust: Trust::None,
            server: 0,
            is_connected: true,
            rate: random.random_range(980..=1020),
        };
        Self {
            flaw,
            start: Instant::now(),
            now: Duration::from_secs(1),
            instances: (0..INSTANCES).map(|_| instance(random)).collect(),
            processes: vec![Process::default()],
            saved: Vec::new(),
            committed: [0; KEYS],
            answered: [0; KEYS],
            holder: [None; KEYS],
            state: None,
            names: 0,
            hits: 0,
            writes: 0,
            closed: 0,
        }
    }

    /// The time by the clock of an instance.
    pub(super) fn clock(&self, instance: usize) -> Instant {
        self.start + self.now * self.instances[instance].rate / 1_000
    }

    /// The epoch that an instance relies on.
    pub(super) fn trusted(&self, instance: usize) -> Option<Epoch> {
        let now = if self.flaw == Flaw::TrustUnbounded { self.start } else { self.clock(instance) };
        self.instances[instance].trust.epoch(now)
    }

    /// A name that nothing else has.
    pub(super) fn name(&mut self) -> u64 {
        self.names += 1;
        self.names
    }

    /// Sends a command; `None` if no answer came, or that the epoch is not known.
    pub(super) fn send(
        &mut self,
        instance: usize,
        command: Command,
        random: &mut StdRng,
    ) -> Option<Vec<Look<u64>>> {
        let Instance { server, is_connected, .. } = self.instances[instance];
        if !is_connected {
            return None;
        }
        let ignores_leases = self.flaw == Flaw::LeasesIgnored;
        let process = &mut self.processes[server];
        match random.random_range(0..20) {
            // It is lost.
            0 => None,
            // The answer is lost.
            1 => {
                process.execute(command, ignores_leases);
                None
            }
            // It is given up, and arrives late.
            2 => {
                process.late.push(command);
                None
            }
            _ => process.execute(command, ignores_leases),
        }
    }

    /// Whether the process that an instance talks to knows an epoch; `None` if that is not to be
    /// found out.
    pub(super) fn knows(&self, instance: usize, epoch: &Epoch) -> Option<bool> {
        let Instance { server, is_connected, .. } = self.instances[instance];
        is_connected.then(|| self.processes[server].scripts.contains(epoch))
    }

    /// Something happens; names the instance if one has died.
    pub(super) fn mishap(&mut self, random: &mut StdRng) -> Option<usize> {
        let instance = random.random_range(0..INSTANCES);
        let server = self.instances[instance].server;
        match random.random_range(0..18) {
            0..=4 => self.now += Duration::from_millis(random.random_range(1..500)),
            5 => self.instances[instance].is_connected = false,
            6..=8 => self.instances[instance].is_connected = true,
            9 => self.saved.push(self.processes[server].data.clone()),
            10 => self.restart(server, random),
            11 | 16 => self.fail_over(random),
            12 => drop(self.processes[server].data.remove(&random.random_range(0..KEYS))),
            13 => self.processes[server].scripts.clear(),
            14 => {
                self.crash(instance);
                return Some(instance);
            }
            _ => self.deliver_late(server, random),
        }
        None
    }

    /// A process ends and another begins in its place, with nothing or with what was saved.
    fn restart(&mut self, server: usize, random: &mut StdRng) {
        let scripts = std::mem::take(&mut self.processes[server].scripts);
        self.processes[server] = self.new_process(random);
        if self.flaw == Flaw::ScriptsSaved {
            self.processes[server].scripts = scripts;
        }
    }

    /// Another process takes over, with old data; not everyone notices at once.
    fn fail_over(&mut self, random: &mut StdRng) {
        let process = self.new_process(random);
        self.processes.push(process);
        for instance in &mut self.instances {
            if random.random_bool(0.7) {
                instance.server = self.processes.len() - 1;
            }
        }
    }

    fn new_process(&self, random: &mut StdRng) -> Process {
        if self.saved.is_empty() || random.random_bool(0.2) {
            return Process::default();
        }
        Process::with_data(self.saved[random.random_range(0..self.saved.len())].clone())
    }

    /// An instance dies, with all its transactions, and begins again.
    fn crash(&mut self, instance: usize) {
        self.instances[instance].trust = Trust::None;
        for holder in &mut self.holder {
            if *holder == Some(instance) {
                *holder = None;
            }
        }
    }

    fn deliver_late(&mut self, server: usize, random: &mut StdRng) {
        let ignores_leases = self.flaw == Flaw::LeasesIgnored;
        let process = &mut self.processes[server];
        if !process.late.is_empty() {
            let index = random.random_range(0..process.late.len());
            let command = process.late.swap_remove(index);
            process.execute(command, ignores_leases);
        }
    }
}
