//! Several instances, readers and writers, and a Redis that is stopped, emptied, filled up, killed and
//! brought back in the middle of it all: whoever begins to read after a write was answered sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use contracts::UserId;
use party_service::profiles::Profiles;

use super::cache::Memory;
use super::private_redis::{Loss, PrivateRedis};

/// How many reads there are.
const READS: usize = 600;

/// One person whose name counts up.
struct Person {
    id: UserId,
    /// The last number that was answered.
    answered: AtomicU64,
}

/// Has an instance ask for the epoch, as its worker does.
fn keep(profiles: Profiles, is_over: Arc<AtomicBool>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        while !is_over.load(Ordering::SeqCst) {
            profiles.keep().await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_no_read_misses_an_answered_write_whatever_becomes_of_redis() {
    let mut redis = PrivateRedis::start().await;
    let memory = Arc::new(Memory::at(redis.config()).await);
    let instances = [memory.instance().await, memory.instance().await];
    let is_over = Arc::new(AtomicBool::new(false));
    let mut tasks: Vec<_> =
        instances.iter().map(|profiles| keep(profiles.clone(), is_over.clone())).collect();
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = Person { id: memory.person().await, answered: AtomicU64::new(0) };
        memory.rename(&instances[0], person.id, &name(&person, 0)).await;
        people.push(Arc::new(person));
    }
    for (number, person) in people.iter().enumerate() {
        let (memory, profiles) = (memory.clone(), instances[number % 2].clone());
        let (person, is_over) = (person.clone(), is_over.clone());
        tasks.push(tokio::spawn(async move {
            for number in 1.. {
                memory.rename(&profiles, person.id, &name(&person, number)).await;
                person.answered.store(number, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
            }
        }));
    }
    let reads = Arc::new(AtomicUsize::new(0));
    for number in 0..4 {
        let (people, profiles) = (people.clone(), instances[number % 2].clone());
        let (reads, is_over) = (reads.clone(), is_over.clone());
        tasks.push(tokio::spawn(async move {
            while !is_over.load(Ordering::SeqCst) {
                let person = &people[reads.fetch_add(1, Ordering::SeqCst) % people.len()];
                let answered = person.answered.load(Ordering::SeqCst);
                let known = profiles.get_many(&[person.id]).await.unwrap();
                let seen = number_in(known[&person.id].nickname.as_deref().unwrap());
                assert!(seen >= answered, "{seen} was read, {answered} had been answered");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }));
    }
    let mut files = redis.backup();
    for mishap in 0.. {
        let before = reads.load(Ordering::SeqCst);
        match mishap % 8 {
            0 => redis.freeze(),
            1 => redis.thaw(),
            2 => redis.suffer(Loss::Data).await,
            3 => redis.restart(None).await,
            4 => redis.suffer(Loss::Room).await,
            5 => redis.suffer(Loss::Nothing).await,
            6 => redis.suffer(Loss::Scripts).await,
            _ => {
                redis.restart(Some(&files)).await;
                files = redis.backup();
            }
        }
        let some = READS / 12;
        testkit::until("some have read", async || {
            tokio::time::sleep(Duration::from_millis(5)).await;
            (reads.load(Ordering::SeqCst) > before + some).then_some(())
        })
        .await;
        if reads.load(Ordering::SeqCst) > READS && mishap >= 15 {
            break;
        }
    }
    redis.thaw();
    is_over.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
}

/// A name that nobody else has, with a number in it.
fn name(person: &Person, number: u64) -> String {
    let unique = person.id.as_uuid().simple().to_string();
    format!("{} {number}", &unique[22..])
}

fn number_in(name: &str) -> u64 {
    name.rsplit(' ').next().unwrap().parse().unwrap()
}
