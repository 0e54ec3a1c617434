//! Hashes passwords, off the threads that serve requests and only so many at once.
//!
//! A hash takes tens of milliseconds of a core and megabytes of memory, by design. Without a bound
//! a few hundred sign-ins at once would take both from everything else.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    argon2: Argon2<'static>,
    /// The hash of a password nobody has: checking against it takes as long as against any other.
    decoy: PasswordHash,
    /// One permit for each password that is being worked on or waits.
    places: Arc<Semaphore>,
    /// One permit for each that is being worked on.
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// Makes the queue.
    pub fn new(config: &PasswordsConfig) -> Result<Self, PasswordsError> {
        let params = Params::new(config.memory_kib, config.iterations, config.parallelism, None)
            .map_err(|e| PasswordsError::Failed(e.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let concurrency = match config.concurrency {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            set => set,
        };
        Ok(Self {
            decoy: hash(&argon2, "nobody's password")?,
            argon2,
            places: Arc::new(Semaphore::new(concurrency + config.queue)),
            turns: Arc::new(Semaphore::new(concurrency)),
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
        self.run(move |argon2| hash(argon2, password.expose())).await
    }

    /// Checks a password against a hash. Without one the answer is no, after as much work.
    pub async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, PasswordsError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.passwords.decoy.clone());
        let verdict = self.run(move |argon2| verify(argon2, password.expose(), &hash)).await?;
        Ok(Verdict { is_right: verdict.is_right && exists, ..verdict })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, PasswordsError> + Send + 'static,
    ) -> Result<T, PasswordsError> {
        let failed = |e: &dyn std::error::Error| PasswordsError::Failed(e.to_string());
        let turn = self.passwords.turns.clone().acquire_owned().await.map_err(|e| failed(&e))?;
        let (place, argon2) = (self.permit.clone(), self.passwords.argon2.clone());
        let work = move || {
            // Held until the work is done, also when the client has gone meanwhile.
            let _held = (place, turn);
            work(&argon2)
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))?
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<PasswordHash, PasswordsError> {
    let hash: phc::PasswordHash = argon2
        .hash_password(password.as_bytes())
        .map_err(|e| PasswordsError::Failed(e.to_string()))?;
    Ok(PasswordHash::new(hash.to_string()))
}

fn verify(
    argon2: &Argon2<'_>,
    password: &str,
    hash: &PasswordHash,
) -> Result<Verdict, PasswordsError> {
    let failed = |e: argon2::password_hash::Error| PasswordsError::Failed(e.to_string());
    let parsed =
        phc::PasswordHash::new(hash.as_str()).map_err(|e| PasswordsError::Failed(e.to_string()))?;
    let is_right = match argon2.verify_password(password.as_bytes(), &parsed) {
        Ok(()) => true,
        Err(argon2::password_hash::Error::PasswordInvalid) => false,
        Err(error) => return Err(failed(error)),
    };
    let theirs = Params::try_from(&parsed).map_err(failed)?;
    let ours = argon2.params();
    let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    Ok(Verdict { is_right, is_outdated: cost(&theirs) != cost(ours) })
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
}
