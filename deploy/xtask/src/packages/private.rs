//! Without root: the same packages, unpacked into a folder of the project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail, ensure};

use super::WAY_OUT;
use crate::console::spoken;
use crate::folders;
use crate::launcher::Launcher;
use crate::logs::{self, Heartbeat};
use crate::process;

/// Where Debian's `erl` believes that it is, whatever it is told.
const ERLANG: &str = "ROOTDIR=/usr/lib/erlang";

/// Downloads packages with what they depend on and unpacks them below `folder/root`.
pub(super) fn unpack(launcher: &Launcher, folder: &Path, packages: &[&str]) -> Result<()> {
    ensure!(
        !folder.display().to_string().contains(char::is_whitespace),
        "the path {} has a space in it, which the start scripts of RabbitMQ do not bear: move the \
         project, or choose another folder with `--run-dir`",
        folder.display(),
    );
    let began = Instant::now();
    launcher.console.step(format!(
        "downloading {} into {} (the system stays as it is)",
        packages.join(", "),
        folder.display()
    ));
    let log = folder.join("apt.log");
    let downloaded = download(launcher, folder, packages, &log)?;
    let draft = folder.join("root.new");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    let root = folder.join("root");
    let file = logs::create(&log)?;
    if root.exists() {
        // Links: what runs from the folder finds its files there before, during and after.
        let mut copy = Command::new("cp");
        copy.args(["--archive", "--link"]).arg(&root).arg(&draft);
        process::run_quietly(&mut copy, &launcher.interrupt, &file)?;
    } else {
        folders::create(&draft)?;
    }
    for archive in downloaded {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg("--extract").arg(archive).arg(&draft);
        process::run_quietly(&mut dpkg, &launcher.interrupt, &file)?;
    }
    tell_erlang_where_it_is(&draft, &root)?;
    let old = folder.join("root.old");
    if root.exists() {
        fs::rename(&root, &old)?;
    }
    fs::rename(draft, root)?;
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    // 200 MB that nobody needs any more.
    fs::remove_dir_all(folder.join("lists"))?;
    fs::remove_dir_all(folder.join("cache"))?;
    launcher.console.done(format!("unpacked in {}", spoken(began.elapsed())));
    Ok(())
}

/// The archives of all packages that the system lacks, checked by apt against its signatures.
fn download(
    launcher: &Launcher,
    folder: &Path,
    packages: &[&str],
    log: &Path,
) -> Result<Vec<PathBuf>> {
    let lists = folder.join("lists");
    let archives = folder.join("cache/archives");
    folders::create(&lists.join("partial"))?;
    folders::create(&archives.join("partial"))?;
    let file = logs::create(log)?;
    let apt = |arguments: &[&str]| -> Result<bool> {
        let mut command = Command::new("apt-get");
        command
            .args(["--yes", "--no-install-recommends", "-o", "Debug::NoLocking=true", "-o"])
            .arg(format!("Dir::State::lists={}", lists.display()))
            .arg("-o")
            .arg(format!("Dir::Cache={}", folder.join("cache").display()))
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(file.try_clone()?)
            .stderr(file.try_clone()?);
        let mut heartbeat = Heartbeat::new(launcher.console, log);
        let status = process::run(&mut command, &launcher.interrupt, || {
            heartbeat.tick();
            Ok(())
        })?;
        Ok(status.success())
    };
    let install: Vec<&str> =
        ["install", "--download-only"].iter().chain(packages).copied().collect();
    if !(apt(&["update"])? && apt(&install)?) {
        let last_words = logs::tail(log, 6);
        bail!(
            "the packages cannot be downloaded; is this machine online? If not: {WAY_OUT}{last_words}"
        );
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(archives)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Corrects the path in the start script; it is the only one of the packages that has it fixed.
fn tell_erlang_where_it_is(draft: &Path, root: &Path) -> Result<()> {
    let script = draft.join("usr/lib/erlang/bin/erl");
    if script.exists() {
        let home = root.join("usr/lib/erlang");
        let text = fs::read_to_string(&script)?;
        fs::write(script, text.replace(ERLANG, &format!("ROOTDIR=\"{}\"", home.display())))?;
    }
    Ok(())
}
