//! Somebody who reads, and the checker of what they see.

use std::collections::HashMap;

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::redis::Command;
use super::world::{Flaw, KEYS, World};
use crate::profiles::reading::{Counts, Look, Reading, Step};

pub(super) struct Reader {
    pub(super) instance: usize,
    reading: Reading<usize, u64>,
    token: u64,
    /// What had been answered when the read began.
    answered: [u64; KEYS],
    /// The step that was begun and not ended: rows are in hand.
    held: Option<(Vec<usize>, Vec<usize>)>,
}

impl Reader {
    pub(super) fn begin(world: &World, instance: usize, random: &mut StdRng) -> Self {
        let wanted = match random.random_range(0..=KEYS) {
            KEYS => (0..KEYS).collect(),
            key => vec![key],
        };
        Self {
            instance,
            reading: Reading::new(wanted, world.trusted(instance)),
            token: random.random(),
            answered: world.answered,
            held: None,
        }
    }

    /// Takes a step; at the end says how many entries were read, or what was wrong with one.
    pub(super) fn step(
        &mut self,
        world: &mut World,
        random: &mut StdRng,
    ) -> Result<Option<usize>, String> {
        if let Some((keys, held)) = self.held.take() {
            self.count_held(world, &keys, held);
            return Ok(None);
        }
        match self.reading.next() {
            Step::Look(epoch, keys) => {
                let command = Command::Look { epoch, keys, token: self.token };
                let answers = world.send(self.instance, command, random);
                let found = answers.iter().flatten().filter(|look| matches!(look, Look::Found(_)));
                world.hits += found.count();
                self.reading.looked(answers);
            }
            Step::Pause(_) => {}
            Step::CountHeld(keys) => self.hold(world, keys),
            Step::Fill(epoch, entries) => {
                let command = Command::Fill { epoch, entries, token: self.token };
                world.send(self.instance, command, random);
            }
            Step::Count(keys) => {
                let found = count(world, &keys);
                self.reading.counted(Counts { found, held: Vec::new() });
            }
            Step::Done(found) => return self.check(&found).map(|()| Some(found.len())),
        }
        Ok(None)
    }

    fn hold(&mut self, world: &mut World, keys: Vec<usize>) {
        let is_free = |key: &usize| world.holder[*key].is_none();
        let held: Vec<usize> = keys.iter().copied().filter(is_free).collect();
        if world.flaw == Flaw::RowsNotHeld {
            self.held = Some((keys.clone(), keys));
            return;
        }
        for key in &held {
            world.holder[*key] = Some(self.instance);
        }
        self.held = Some((keys, held));
    }

    fn count_held(&mut self, world: &mut World, keys: &[usize], held: Vec<usize>) {
        if world.flaw != Flaw::RowsNotHeld {
            for key in &held {
                world.holder[*key] = None;
            }
        }
        // The database may break off in the middle.
        if self.token.is_multiple_of(64) {
            return self.reading.not_counted();
        }
        self.reading.counted_held(Counts { found: count(world, keys), held });
    }

    fn check(&self, found: &HashMap<usize, u64>) -> Result<(), String> {
        for (key, version) in found {
            let answered = self.answered[*key];
            if *version < answered {
                return Err(format!("{version} was read of {key}, {answered} had been answered"));
            }
        }
        Ok(())
    }
}

fn count(world: &World, keys: &[usize]) -> HashMap<usize, u64> {
    keys.iter().map(|key| (*key, world.committed[*key])).collect()
}
