//! Everything that can happen to the cache, in any order: readers, writers and keepers on several
//! instances take their steps one at a time while servers fail, forget, come back with old data,
//! and commands arrive late. After each read the checker asks whether it saw every write that had
//! been answered when it began.
//!
//! [`Reading`](super::reading::Reading) and [`Trust`](super::trust::Trust) are those of the
//! service; the writers and keepers here do step by step what [`Profiles::forget`](super::Profiles)
//! and [`Profiles::keep`](super::Profiles) do in one go.

mod keeper;
mod reader;
mod redis;
mod world;
mod writer;

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::keeper::Keeper;
use self::reader::Reader;
use self::world::{Flaw, INSTANCES, World};
use self::writer::Writer;

/// Somebody who takes steps.
enum Actor {
    Reader(Reader),
    Writer(Writer),
    Keeper(Keeper),
}

/// How many things happen in one run.
const STEPS: usize = 120;
/// How many actors there are at once, beside one keeper for each instance.
const BUSY: usize = 4;

/// What a run amounted to.
#[derive(Default)]
struct Tally {
    reads: usize,
    hits: usize,
    writes: usize,
    closed: usize,
}

/// One run; fails with what was seen instead of what was answered.
fn run(seed: u64, flaw: Flaw, tally: &mut Tally) -> Result<(), String> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(&mut random, flaw);
    let mut actors: Vec<Actor> =
        (0..INSTANCES).map(|instance| Actor::Keeper(Keeper::new(instance))).collect();
    // Most runs begin with a cache in use.
    for _ in 0..random.random_range(0..4) {
        for actor in &mut actors {
            while let Actor::Keeper(keeper) = actor {
                if keeper.step(&mut world, &mut random) {
                    break;
                }
            }
        }
    }
    for _ in 0..STEPS {
        if actors.len() < INSTANCES + BUSY && random.random_bool(0.5) {
            let instance = random.random_range(0..INSTANCES);
            actors.push(if random.random_bool(0.6) {
                Actor::Reader(Reader::begin(&world, instance, &mut random))
            } else {
                Actor::Writer(Writer::begin(instance, &mut random))
            });
        }
        if random.random_bool(0.12) {
            let crashed = world.mishap(&mut random);
            actors.retain_mut(|actor| crashed.is_none_or(|instance| actor.survives(instance)));
        }
        let chosen = random.random_range(0..actors.len());
        let is_done = match &mut actors[chosen] {
            Actor::Keeper(keeper) => {
                keeper.step(&mut world, &mut random);
                false
            }
            Actor::Writer(writer) => writer.step(&mut world, &mut random),
            Actor::Reader(reader) => match reader.step(&mut world, &mut random)? {
                Some(found) => {
                    tally.reads += found;
                    true
                }
                None => false,
            },
        };
        if is_done {
            actors.swap_remove(chosen);
        }
    }
    tally.hits += world.hits;
    tally.writes += world.writes;
    tally.closed += world.closed;
    Ok(())
}

impl Actor {
    /// What is left of an actor whose instance, maybe, has died.
    fn survives(&mut self, crashed: usize) -> bool {
        match self {
            Self::Reader(reader) => reader.instance != crashed,
            Self::Writer(writer) => writer.instance != crashed,
            Self::Keeper(keeper) => {
                if keeper.instance == crashed {
                    *keeper = Keeper::new(crashed);
                }
                true
            }
        }
    }
}

fn runs(seeds: std::ops::Range<u64>) {
    let mut tally = Tally::default();
    for seed in seeds.clone() {
        if let Err(stale) = run(seed, Flaw::None, &mut tally) {
            panic!("seed {seed}: {stale}");
        }
    }
    // A simulation in which nothing happens proves nothing.
    let runs = usize::try_from(seeds.end - seeds.start).unwrap();
    assert!(tally.reads > runs && tally.hits > runs / 2, "{} reads", tally.reads);
    assert!(tally.writes > runs && tally.closed > runs / 20, "{} writes", tally.writes);
}

#[test]
fn d47_no_read_misses_an_answered_write_first_25_000() {
    runs(0..25_000);
}

#[test]
fn d47_no_read_misses_an_answered_write_second_25_000() {
    runs(25_000..50_000);
}

#[test]
fn d47_no_read_misses_an_answered_write_third_25_000() {
    runs(50_000..75_000);
}

#[test]
fn d47_no_read_misses_an_answered_write_fourth_25_000() {
    runs(75_000..100_000);
}

/// Each part of the protocol is there for a reason: without it the checker finds a stale read.
#[test]
fn the_checker_notices_whatever_is_left_out() {
    for flaw in Flaw::ALL {
        let mut tally = Tally::default();
        let found = (0..200_000).find(|seed| run(*seed, flaw, &mut tally).is_err());
        assert!(found.is_some(), "{flaw:?} makes no difference");
    }
}
