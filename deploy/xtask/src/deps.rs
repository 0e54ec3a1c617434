//! The direction of dependencies, as a table, and the check that the workspace keeps to it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::launcher;
use crate::workspace::{self, Package};

/// What a crate is, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Contracts,
    Chassis,
    Testkit,
    Service,
    Launcher,
    EndToEnd,
    Deploy,
}

use Kind::{Chassis, Contracts, Deploy, EndToEnd, Launcher, Service, Testkit};

struct Rule {
    kind: Kind,
    /// What it may be built of.
    uses: &'static [Kind],
    /// What its tests may use besides.
    tests_use: &'static [Kind],
}

/// The whole direction: downwards. No service knows another one, only `deploy` knows services.
const RULES: [Rule; 7] = [
    Rule {
        kind: EndToEnd,
        uses: &[Testkit, Service, Chassis, Contracts],
        // For servers that a test may kill.
        tests_use: &[Launcher],
    },
    Rule { kind: Deploy, uses: &[Service, Chassis, Contracts, Deploy], tests_use: &[Testkit] },
    Rule { kind: Service, uses: &[Chassis, Contracts], tests_use: &[Testkit] },
    // For servers that a test may kill.
    Rule { kind: Testkit, uses: &[Chassis, Contracts, Launcher], tests_use: &[] },
    Rule { kind: Chassis, uses: &[Contracts], tests_use: &[Testkit] },
    Rule { kind: Contracts, uses: &[], tests_use: &[] },
    Rule { kind: Launcher, uses: &[], tests_use: &[] },
];

impl Kind {
    fn of(folder: &Path) -> Self {
        match folder.to_str() {
            Some("shared/contracts") => Contracts,
            Some("shared/chassis") => Chassis,
            Some("shared/testkit") => Testkit,
            Some("deploy/xtask") => Launcher,
            Some("deploy/e2e") => EndToEnd,
            _ if folder.starts_with("deploy") => Deploy,
            _ => Service,
        }
    }
}

/// Fails, naming every dependency that points the wrong way.
pub fn check(launcher: &launcher::Launcher) -> Result<()> {
    let violations = violations(&workspace::packages(&launcher.project)?);
    if !violations.is_empty() {
        bail!("dependencies in the wrong direction:\n    {}", violations.join("\n    "));
    }
    Ok(())
}

/// A sentence for every dependency that the table does not allow.
#[must_use]
pub fn violations(packages: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        let kind = Kind::of(&package.folder);
        let Some(rule) = RULES.iter().find(|rule| rule.kind == kind) else { continue };
        for dependency in &package.dependencies {
            let Some(target) = packages.iter().find(|other| other.name == dependency.name) else {
                continue;
            };
            let target = Kind::of(&target.folder);
            let allowed = rule.uses.contains(&target)
                || dependency.only_for_tests && rule.tests_use.contains(&target)
                // A crate may test itself through its own public side.
                || dependency.name == package.name;
            if !allowed {
                let whose = if dependency.only_for_tests { "the tests of " } else { "" };
                found.push(format!("{whose}{} must not use {}", package.name, dependency.name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(folder: &str, uses: &[&str], tests_use: &[&str]) -> Package {
        let dependency = |only_for_tests: bool| {
            move |name: &&str| Dependency { name: (*name).to_owned(), only_for_tests }
        };
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let uses = uses.iter().map(dependency(false));
        Package {
            name: name.to_owned(),
            folder: folder.into(),
            dependencies: uses.chain(tests_use.iter().map(dependency(true))).collect(),
        }
    }

    fn graph(changed: Package) -> Vec<Package> {
        let mut packages = vec![
            package("shared/contracts", &[], &[]),
            package("shared/chassis", &["contracts"], &["testkit"]),
            package("shared/testkit", &["chassis", "contracts", "xtask"], &[]),
            package("party-service", &["chassis", "contracts"], &["testkit"]),
            package("gateway", &["chassis", "contracts"], &["testkit"]),
            package("deploy/bench", &["party-service", "chassis"], &["testkit"]),
            package("deploy/e2e", &["testkit"], &["xtask"]),
            package("deploy/xtask", &[], &[]),
        ];
        packages.retain(|package| package.name != changed.name);
        packages.push(changed);
        packages
    }

    #[test]
    fn the_intended_graph_is_allowed() {
        assert_eq!(violations(&graph(package("deploy/xtask", &[], &[]))), Vec::<String>::new());
    }

    #[test]
    fn each_wrong_direction_is_found() {
        for (changed, sentence) in [
            (package("shared/contracts", &["chassis"], &[]), "contracts must not use chassis"),
            (package("shared/chassis", &["gateway"], &[]), "chassis must not use gateway"),
            (package("party-service", &["testkit"], &[]), "party-service must not use testkit"),
            (package("party-service", &["gateway"], &[]), "party-service must not use gateway"),
            (
                package("gateway", &[], &["party-service"]),
                "the tests of gateway must not use party-service",
            ),
            (package("chat-service", &["bench"], &[]), "chat-service must not use bench"),
            (package("chat-service", &["xtask"], &[]), "chat-service must not use xtask"),
            (package("deploy/xtask", &["contracts"], &[]), "xtask must not use contracts"),
            (package("deploy/e2e", &["xtask"], &[]), "e2e must not use xtask"),
        ] {
            assert_eq!(violations(&graph(changed)), [sentence]);
        }
    }
}
