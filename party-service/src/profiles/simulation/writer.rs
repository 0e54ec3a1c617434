//! Somebody who writes, as `Profiles::forget` has them do it.

use std::time::Instant;

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::redis::Command;
use super::world::{Flaw, KEYS, World};
use crate::profiles::epoch::{Epoch, EpochState};
use crate::profiles::trust::LAPSES_AFTER;

pub(super) struct Writer {
    pub(super) instance: usize,
    key: usize,
    next: Next,
}

enum Next {
    Hold,
    AskEpoch,
    Remove(Epoch),
    Close(Epoch),
    WaitUntil(Instant),
    Commit,
    Answer(u64),
}

impl Writer {
    pub(super) fn begin(instance: usize, random: &mut StdRng) -> Self {
        Self { instance, key: random.random_range(0..KEYS), next: Next::Hold }
    }

    /// Takes a step; says whether it was the last.
    pub(super) fn step(&mut self, world: &mut World, random: &mut StdRng) -> bool {
        let now = world.clock(self.instance);
        match std::mem::replace(&mut self.next, Next::Commit) {
            Next::Hold if world.holder[self.key].is_some() => self.next = Next::Hold,
            Next::Hold => {
                world.holder[self.key] = Some(self.instance);
                self.next = Next::AskEpoch;
            }
            Next::AskEpoch => self.next = self.ask(world, now),
            Next::Remove(epoch) => {
                let command = Command::Remove { epoch: epoch.clone(), key: self.key };
                let was_removed = world.send(self.instance, command, random).is_some();
                if !was_removed && world.flaw != Flaw::EpochNotClosed {
                    self.next = Next::Close(epoch);
                }
            }
            Next::Close(epoch) => {
                close(world, &epoch);
                let pause = if world.flaw == Flaw::NoWait { None } else { Some(LAPSES_AFTER) };
                self.next = pause.map_or(Next::Commit, |pause| Next::WaitUntil(now + pause));
            }
            Next::WaitUntil(until) if now < until => self.next = Next::WaitUntil(until),
            Next::WaitUntil(_) => {}
            Next::Commit => {
                world.committed[self.key] += 1;
                world.holder[self.key] = None;
                world.writes += 1;
                self.next = Next::Answer(world.committed[self.key]);
            }
            Next::Answer(version) => {
                world.answered[self.key] = world.answered[self.key].max(version);
                return true;
            }
        }
        false
    }

    fn ask(&self, world: &World, now: Instant) -> Next {
        match world.state.clone() {
            None => Next::Commit,
            Some(_) if world.flaw == Flaw::NothingRemoved => Next::Commit,
            Some(EpochState { epoch, is_open: true }) => Next::Remove(epoch),
            Some(EpochState { epoch, is_open: false }) => {
                Next::WaitUntil(now + world.instances[self.instance].trust.remains(&epoch, now))
            }
        }
    }
}

fn close(world: &mut World, epoch: &Epoch) {
    if world.state.as_ref().is_some_and(|state| state.epoch == *epoch) {
        let epoch = Epoch::named(&format!("closed-{}", world.name()));
        world.state = Some(EpochState { epoch, is_open: false });
        world.closed += 1;
    }
}
