//! What `Profiles::keep` does, step by step.

use std::time::Instant;

use rand::rngs::StdRng;

use super::redis::Command;
use super::world::{Flaw, World};
use crate::profiles::epoch::{Epoch, EpochState};
use crate::profiles::trust;

pub(super) struct Keeper {
    pub(super) instance: usize,
    next: Next,
}

enum Next {
    Ask,
    Probe { state: Option<EpochState>, asked_at: Instant },
    Load { old: Option<Epoch> },
    Replace { old: Option<Epoch>, new: EpochState },
}

impl Keeper {
    pub(super) const fn new(instance: usize) -> Self {
        Self { instance, next: Next::Ask }
    }

    /// Takes a step; says whether it begins anew.
    pub(super) fn step(&mut self, world: &mut World, random: &mut StdRng) -> bool {
        let now = world.clock(self.instance);
        match std::mem::replace(&mut self.next, Next::Ask) {
            Next::Ask => self.next = Next::Probe { state: world.state.clone(), asked_at: now },
            Next::Probe { state, asked_at } => self.probe(world, state, asked_at),
            Next::Load { old } => {
                let epoch = Epoch::named(&world.name().to_string());
                if world.send(self.instance, Command::Load(epoch.clone()), random).is_some() {
                    self.next = Next::Replace { old, new: EpochState { epoch, is_open: true } };
                }
            }
            Next::Replace { old, new } => {
                if world.state.as_ref().map(|state| &state.epoch) == old.as_ref() {
                    world.state = Some(new);
                }
            }
        }
        matches!(self.next, Next::Ask)
    }

    fn probe(&mut self, world: &mut World, state: Option<EpochState>, asked_at: Instant) {
        let known = match &state {
            Some(EpochState { epoch, is_open: true }) => world.knows(self.instance, epoch),
            _ => None,
        };
        let now = world.clock(self.instance);
        let trust = &mut world.instances[self.instance].trust;
        let mut next = trust.note(state.as_ref(), known, asked_at, now);
        if world.flaw == Flaw::OpenedTooSoon && next == trust::Next::Close {
            next = trust::Next::Open;
        }
        let old = state.map(|state| state.epoch);
        self.next = match next {
            trust::Next::Nothing => Next::Ask,
            trust::Next::Open => Next::Load { old },
            trust::Next::Close => {
                let epoch = Epoch::named(&format!("closed-{}", world.name()));
                Next::Replace { old, new: EpochState { epoch, is_open: false } }
            }
        };
    }
}
