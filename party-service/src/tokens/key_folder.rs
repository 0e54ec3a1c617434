//! The folder with the keys that sign access tokens: one file `<kid>.pem` each.
//!
//! A file holds an Ed25519 key in PKCS#8, as OpenSSL writes it. The `kid` is a UUIDv7, so the name
//! of a file says when its key was made.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};
use uuid::{NoContext, Timestamp, Uuid};

/// The keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The folder or a file in it cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what its name says.
    #[error("{path} is no signing key: {reason}")]
    NotAKey {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nobody has said where they are.
    #[error("tokens.keys_dir must name a folder")]
    NoFolder,
    /// There is none.
    #[error("there is no signing key in {0}: make one with `party-service keys generate`")]
    None(PathBuf),
    /// It is the key that tokens are signed with.
    #[error("{0} signs tokens now: generate another key and wait until that one signs")]
    InUse(Uuid),
    /// The key cannot be made.
    #[error("a key cannot be made")]
    Generate(#[from] aws_lc_rs::error::Unspecified),
}

/// A key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: Uuid,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The private half.
    pub private: EncodingKey,
    /// The public half, as it is published.
    pub public: Jwk,
}

/// The folder.
#[derive(Clone, Debug)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder at `path`; it need not exist before the first key is made.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder that a configuration names, which may not be set.
    pub fn configured(path: &Path) -> Result<Self, KeyError> {
        if path.as_os_str().is_empty() { Err(KeyError::NoFolder) } else { Ok(Self::at(path)) }
    }

    /// All keys, the oldest first.
    pub fn load(&self) -> Result<Vec<SigningKey>, KeyError> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(KeyError::Io { path: self.0.clone(), source }),
        };
        let mut keys = Vec::new();
        for entry in entries {
            let path =
                entry.map_err(|source| KeyError::Io { path: self.0.clone(), source })?.path();
            if path.extension().is_some_and(|extension| extension == "pem") {
                keys.push(read(&path)?);
            }
        }
        keys.sort_by_key(|key| key.kid);
        Ok(keys)
    }

    /// Makes a key that only this user of the system can read; gives back its `kid`.
    pub fn generate(&self, now: DateTime<Utc>) -> Result<Uuid, KeyError> {
        let kid = kid_of(now);
        let pkcs8 = Ed25519KeyPair::generate()?.to_pkcs8v1()?;
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(&pkcs8)
        );
        // Renamed when whole: a running service reads the folder at any moment.
        let (path, draft) = (self.path(kid), self.0.join(format!("{kid}.draft")));
        let write = || -> io::Result<()> {
            DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(pem.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.0)?.sync_all()
        };
        write().map_err(|source| KeyError::Io { path: path.clone(), source })?;
        Ok(kid)
    }

    /// Removes a key: tokens it signed are refused as soon as the running instances notice.
    pub fn remove(&self, kid: Uuid) -> Result<(), KeyError> {
        let path = self.path(kid);
        fs::remove_file(&path).map_err(|source| KeyError::Io { path, source })
    }

    /// Where it is.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    fn path(&self, kid: Uuid) -> PathBuf {
        self.0.join(format!("{kid}.pem"))
    }
}

fn read(path: &Path) -> Result<SigningKey, KeyError> {
    let not_a_key = |reason: String| KeyError::NotAKey { path: path.to_owned(), reason };
    let (kid, made_at) = path
        .file_stem()
        .and_then(|stem| Uuid::try_parse(stem.to_str()?).ok())
        .and_then(|kid| Some((kid, made_at(kid)?)))
        .ok_or_else(|| not_a_key("its name is no UUIDv7".to_owned()))?;
    let pem = fs::read(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
    let private = EncodingKey::from_ed_pem(&pem).map_err(|e| not_a_key(e.to_string()))?;
    let mut public =
        Jwk::from_encoding_key(&private, Algorithm::EdDSA).map_err(|e| not_a_key(e.to_string()))?;
    public.common.key_id = Some(kid.to_string());
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(SigningKey { kid, made_at, private, public })
}

fn kid_of(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

fn made_at(kid: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = kid.get_timestamp().filter(|_| kid.get_version_num() == 7)?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
