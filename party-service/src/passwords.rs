//! Hashes passwords, off the threads that serve requests and only so many at once.
//!
//! A hash takes tens of milliseconds of a core and megabytes of memory, by design. Without a bound
//! a few hundred sign-ins at once would take both from everything else.

mod hasher;

use std::sync::{Arc, Mutex, PoisonError};

use argon2::Params;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::hasher::{Hasher, Memory};
use crate::config::PasswordsConfig;
use crate::domain::password::{Password, PasswordHash};

/// A password was neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordsError {
    /// Too many are waiting already.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// A fault of ours.
    #[error("passwords cannot be hashed: {0}")]
    Failed(String),
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the password.
    pub is_right: bool,
    /// Whether the hash was made with parameters that are no longer ours.
    pub is_outdated: bool,
}

/// Hashes and checks passwords with argon2id. Cloning shares the queue.
#[derive(Clone)]
pub struct Passwords {
    hasher: Hasher,
    /// The hash of a password nobody has: checking against it takes as long as against any other.
    decoy: PasswordHash,
    /// One permit for each password that is being worked on or waits.
    places: Arc<Semaphore>,
    /// One permit for each that is being worked on.
    turns: Arc<Semaphore>,
    /// Memory that nobody is using now; there is never more of it than there are turns.
    memories: Arc<Mutex<Vec<Memory>>>,
}

impl Passwords {
    /// Makes the queue.
    pub fn new(config: &PasswordsConfig) -> Result<Self, PasswordsError> {
        let params = Params::new(config.memory_kib, config.iterations, config.parallelism, None)
            .map_err(|e| PasswordsError::Failed(e.to_string()))?;
        let concurrency = match config.concurrency {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            set => set,
        };
        let (hasher, mut memory) = (Hasher::new(params), Memory::default());
        let nobodys = Password::typed(&"nobody's password".into());
        Ok(Self {
            decoy: hasher.hash(&mut memory, &nobodys)?,
            hasher,
            places: Arc::new(Semaphore::new(concurrency + config.queue)),
            turns: Arc::new(Semaphore::new(concurrency)),
            memories: Arc::new(Mutex::new(vec![memory])),
        })
    }

    /// Takes a place in the queue, if there is one.
    pub fn place(&self) -> Result<Place, PasswordsError> {
        let permit = self.places.clone().try_acquire_owned().map_err(|_| PasswordsError::Busy)?;
        Ok(Place { passwords: self.clone(), permit: Arc::new(permit) })
    }
}

/// A place in the queue.
pub struct Place {
    passwords: Passwords,
    permit: Arc<OwnedSemaphorePermit>,
}

impl Place {
    /// Hashes a password with a salt of its own.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, PasswordsError> {
        self.run(move |hasher, memory| hasher.hash(memory, &password)).await
    }

    /// Checks a password against a hash. Without one the answer is no, after as much work.
    pub async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.passwords.decoy.clone());
        let verdict =
            self.run(move |hasher, memory| hasher.verify(memory, &password, &hash)).await?;
        Ok(Verdict { is_right: verdict.is_right && exists, ..verdict })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher, &mut Memory) -> Result<T, PasswordsError> + Send + 'static,
    ) -> Result<T, PasswordsError> {
        let failed = |e: &dyn std::error::Error| PasswordsError::Failed(e.to_string());
        let turn = self.passwords.turns.clone().acquire_owned().await.map_err(|e| failed(&e))?;
        let (passwords, place) = (self.passwords.clone(), self.permit.clone());
        let work = move || {
            // Held until the work is done, also when the client has gone meanwhile.
            let _held = (place, turn);
            let free = || passwords.memories.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = free().pop().unwrap_or_default();
            let done = work(&passwords.hasher, &mut memory);
            free().push(memory);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(iterations: u32, concurrency: usize, queue: usize) -> Passwords {
        let config =
            PasswordsConfig { memory_kib: 32, iterations, parallelism: 1, concurrency, queue };
        Passwords::new(&config).unwrap()
    }

    fn typed(text: &str) -> Password {
        Password::typed(&text.into())
    }

    #[tokio::test]
    async fn the_right_password_is_right() {
        let place = passwords(1, 1, 8).place().unwrap();
        let hash = place.hash(typed("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=32,t=1,p=1$"));
        let right = place.verify(typed("correct horse"), Some(hash.clone())).await.unwrap();
        assert_eq!(right, Verdict { is_right: true, is_outdated: false });
        let wrong = place.verify(typed("battery staple"), Some(hash)).await.unwrap();
        assert!(!wrong.is_right);
    }

    #[tokio::test]
    async fn a_hash_of_the_reference_implementation_is_understood() {
        // echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1, of the reference's own tests.
        let reference = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ\
                         $nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let hash = PasswordHash::new(reference.to_owned());
        let place = passwords(1, 1, 8).place().unwrap();
        let verdict = place.verify(typed("password"), Some(hash)).await.unwrap();
        assert_eq!(verdict, Verdict { is_right: true, is_outdated: true });
    }

    #[tokio::test]
    async fn one_password_has_many_hashes() {
        let place = passwords(1, 1, 8).place().unwrap();
        let one = place.hash(typed("correct horse")).await.unwrap();
        assert_ne!(place.hash(typed("correct horse")).await.unwrap(), one);
    }

    #[tokio::test]
    async fn nobody_has_the_decoy() {
        let place = passwords(1, 1, 8).place().unwrap();
        assert!(!place.verify(typed("nobody's password"), None).await.unwrap().is_right);
    }

    #[tokio::test]
    async fn other_parameters_are_noticed() {
        let (old, new) = (passwords(1, 1, 8).place().unwrap(), passwords(2, 1, 8).place().unwrap());
        let hash = old.hash(typed("correct horse")).await.unwrap();
        let verdict = new.verify(typed("correct horse"), Some(hash)).await.unwrap();
        assert_eq!(verdict, Verdict { is_right: true, is_outdated: true });
    }

    #[tokio::test]
    async fn a_full_queue_takes_no_more_until_a_place_is_free() {
        let passwords = passwords(1, 1, 1);
        let (first, second) = (passwords.place().unwrap(), passwords.place().unwrap());
        assert!(matches!(passwords.place(), Err(PasswordsError::Busy)));
        drop(first);
        assert!(passwords.place().is_ok());
        second.hash(typed("x")).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn memory_is_used_again() {
        let passwords = passwords(1, 2, 30);
        let hashes = (0..30).map(|_| async {
            passwords.place().unwrap().hash(typed("correct horse")).await.unwrap()
        });
        futures_util::future::join_all(hashes).await;
        let memories = passwords.memories.lock().unwrap().len();
        assert!((1..=2).contains(&memories), "{memories}");
    }
}
