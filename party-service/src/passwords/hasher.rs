//! Argon2id (RFC 9106) on memory that is used again.
//!
//! A hash fills megabytes. Left to the allocator, each thread that ever computed one keeps as much
//! for itself; here each hash under way borrows a [`Memory`], and there are only so many.

use argon2::password_hash::phc::{self, Output, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::{PasswordsError, Verdict};
use crate::domain::password::{Password, PasswordHash};

/// The length of a hash, in bytes.
const HASH_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;

/// What a hash is computed in.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

/// Hashes with our parameters and checks with those of the hash.
#[derive(Clone)]
pub(super) struct Hasher(Params);

impl Hasher {
    pub(super) const fn new(params: Params) -> Self {
        Self(params)
    }

    /// Hashes a password with a new salt.
    pub(super) fn hash(
        &self,
        memory: &mut Memory,
        password: &Password,
    ) -> Result<PasswordHash, PasswordsError> {
        let (params, salt) = (&self.0, Salt::generate());
        let output = compute(memory, Version::V0x13, params, password, &salt)?;
        let hash = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: params.try_into().map_err(failed)?,
            salt: Some(salt),
            hash: Some(output),
        };
        Ok(PasswordHash::new(hash.to_string()))
    }

    /// Checks a password against a hash.
    pub(super) fn verify(
        &self,
        memory: &mut Memory,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<Verdict, PasswordsError> {
        let hash = phc::PasswordHash::new(hash.as_str()).map_err(failed)?;
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
            return Err(failed("a hash without salt or output"));
        };
        let params = Params::try_from(&hash).map_err(failed)?;
        let version = hash.version.unwrap_or_default().try_into().map_err(failed)?;
        let output = compute(memory, version, &params, password, salt)?;
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(Verdict {
            // In constant time, see `Output`.
            is_right: output == *expected,
            is_outdated: cost(&params) != cost(&self.0),
        })
    }
}

fn compute(
    Memory(blocks): &mut Memory,
    version: Version,
    params: &Params,
    password: &Password,
    salt: &Salt,
) -> Result<Output, PasswordsError> {
    blocks.resize(params.block_count(), Block::default());
    let mut output = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, version, params.clone())
        .hash_password_into_with_memory(password.expose().as_bytes(), salt, &mut output, blocks)
        .map_err(failed)?;
    Output::new(&output).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> PasswordsError {
    PasswordsError::Failed(error.to_string())
}
