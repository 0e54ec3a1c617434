//! With root: the system's own package manager, kept from starting anything.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};

use super::WAY_OUT;
use crate::console::spoken;
use crate::launcher::Launcher;
use crate::logs::{self, Heartbeat};
use crate::process::{self, Fate};

/// Debian asks this program before it starts or restarts a service; exit code 101 forbids it.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// How our own temporary policy is told from one of the system.
const MARK: &str = "# cargo xtask put this here while it installs packages";

/// Installs packages behind a temporary policy, unless the system has one.
///
/// A shell does it, not tied to the launcher: whatever becomes of that, the package manager is not
/// killed half-way and the policy is removed. What is new stays off at the next boot too.
const INSTALL: &str = r#"
set -eu
policy=$1; mark=$2; shift 2
trap 'exit 130' INT TERM HUP
if [ ! -e "$policy" ] || grep -qF "$mark" "$policy"; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > "$policy"
    chmod 755 "$policy"
fi
new_units=
for unit in rabbitmq-server.service epmd.service epmd.socket; do
    [ -e "/lib/systemd/system/$unit" ] || new_units="$new_units $unit"
done
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
get() { apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=60 "$@"; }
get "$@" || { apt-get update && get "$@"; }
for unit in $new_units; do
    if [ -e "/lib/systemd/system/$unit" ] && command -v systemctl > /dev/null; then
        systemctl disable "$unit" || true
    fi
done
"#;

/// Whether nothing would be started: no policy yet, or one that forbids it.
pub(super) fn may_install_silently() -> bool {
    forbids_or_is_missing(Path::new(POLICY))
}

fn forbids_or_is_missing(policy: &Path) -> bool {
    let Ok(text) = fs::read_to_string(policy) else { return !policy.exists() };
    let answer = || {
        let mut command = Command::new(policy);
        command.args(["rabbitmq-server", "start"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    // One of ours is what a killed machine left; the installation takes it over and removes it.
    text.contains(MARK) || answer().is_ok_and(|status| status.code() == Some(101))
}

/// Installs packages and what they depend on.
pub(super) fn install(launcher: &Launcher, folder: &Path, packages: &[&str]) -> Result<()> {
    let began = Instant::now();
    launcher.console.step(format!("installing {} (no service is started)", packages.join(", ")));
    let path = folder.join("apt.log");
    let log = logs::create(&path)?;
    let mut command = Command::new("sh");
    command.args(["-c", INSTALL, "install", POLICY, MARK]).args(packages);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
    process::prepare(&mut command, Fate::Free);
    let mut child = process::spawn(&mut command)?;
    let mut heartbeat = Heartbeat::new(launcher.console, &path);
    let status = process::wait(&mut child, &launcher.interrupt, || {
        heartbeat.tick();
        Ok(())
    })?;
    if !status.success() {
        let last_words = logs::tail(&path, 6);
        bail!(
            "the packages cannot be installed; is this machine online? If not: {WAY_OUT}{last_words}"
        );
    }
    launcher.console.done(format!("installed in {}", spoken(began.elapsed())));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::process;

    use super::*;

    fn policy(name: &str, text: &str) -> bool {
        let path = env::temp_dir().join(format!("policy-{name}-{}", process::id()));
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        let decision = forbids_or_is_missing(&path);
        fs::remove_file(path).unwrap();
        decision
    }

    #[test]
    fn only_a_policy_that_lets_services_start_keeps_us_from_installing() {
        assert!(forbids_or_is_missing(Path::new("/nonexistent/policy-rc.d")));
        assert!(policy("denies", "#!/bin/sh\nexit 101\n"));
        assert!(policy("ours", &format!("#!/bin/sh\n{MARK}\nexit 0\n")));
        assert!(!policy("allows", "#!/bin/sh\nexit 0\n"));
        assert!(!policy("allows-one", "#!/bin/sh\n[ \"$1\" != rabbitmq-server ] && exit 101\n"));
    }
}
