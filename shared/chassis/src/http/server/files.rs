//! How many connections the system lets a process have.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the number of files this process may have open to what the system allows. Shells and
/// service managers give a thousand by default, for programs that are older than this limit's
/// purpose; every connection is a file.
pub fn allow_many() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}
