//! The services on running servers: databases, migrations, keys, sample, start.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::console::spoken;
use crate::database::{self, Database};
use crate::fleet::{Fleet, Rank};
use crate::folders;
use crate::home::Home;
use crate::http;
use crate::launcher::Launcher;
use crate::logs;
use crate::packages::Toolbox;
use crate::process;
use crate::sample::{LOADS, Sample};
use crate::secrets::Secrets;
use crate::services::{IDENTITY, SERVICES, Service, Surroundings};
use crate::url::Url;
use crate::workspace::Programs;

use super::open_api;

/// How long a service may take from its start to its first `200` on `/ready`.
const LIMIT: Duration = Duration::from_mins(1);

pub(super) struct Platform<'a> {
    pub(super) launcher: &'a Launcher,
    pub(super) home: &'a Home,
    pub(super) tools: &'a Toolbox,
    pub(super) programs: Programs,
    pub(super) surroundings: Surroundings,
    /// Where the stand-in for the open API listens, if one is needed.
    pub(super) stand_in: Option<Url>,
}

impl Platform<'_> {
    /// Prepares the data, starts every service and waits until each is ready.
    pub(super) fn start(
        &self,
        fleet: &mut Fleet,
        sample: &Sample,
        secrets: &mut Secrets,
    ) -> Result<()> {
        let mut databases = BTreeMap::new();
        for service in SERVICES.iter().filter(|service| service.has_database()) {
            let server = &self.surroundings.servers.database;
            databases
                .insert(service.name, database::create(self.tools, server, service.name, secrets)?);
        }
        for service in SERVICES.iter().filter(|service| service.has_database()) {
            self.once(fleet, service, &databases, "migrating", &["migrate".as_ref()])?;
        }
        self.keys(fleet, &databases)?;
        self.stand_in(fleet, sample)?;
        self.load(fleet, &databases, sample)?;
        self.serve(fleet, &databases)
    }

    /// Runs a subcommand of a service to its end.
    fn once(
        &self,
        fleet: &mut Fleet,
        service: &Service,
        databases: &BTreeMap<&str, Database>,
        doing: &str,
        arguments: &[&std::ffi::OsStr],
    ) -> Result<()> {
        let began = Instant::now();
        let name = service.name;
        let log = self.home.logs().join(format!("{name}-{doing}.log"));
        let file = logs::create(&log)?;
        let migrating = databases.get(name).map(|database| database.migrating.as_str());
        let mut command = self.command(service, migrating)?;
        command.args(arguments).stdout(file.try_clone()?).stderr(file);
        let status = fleet.run(&mut command)?;
        if !status.success() {
            let how = process::describe(status);
            bail!("{doing} failed in the {name} service ({how}){}", logs::tail(&log, 12));
        }
        self.launcher.console.done(format!("{name}: {doing}, {}", spoken(began.elapsed())));
        Ok(())
    }

    /// Makes the first key that signs tokens.
    fn keys(&self, fleet: &mut Fleet, databases: &BTreeMap<&str, Database>) -> Result<()> {
        let folder = self.home.keys();
        folders::create(&folder)?;
        if fs::read_dir(folder)?.next().is_some() {
            return Ok(());
        }
        let arguments = ["keys".as_ref(), "generate".as_ref()];
        self.once(fleet, service(IDENTITY)?, databases, "making a signing key", &arguments)
    }

    /// Starts the stand-in for the open API, if one is needed.
    fn stand_in(&self, fleet: &mut Fleet, sample: &Sample) -> Result<()> {
        let Some(url) = &self.stand_in else { return Ok(()) };
        let mut command = self.command(service(open_api::IMPORTER)?, None)?;
        open_api::stand_in(&mut command, url, &sample.folder);
        let log = self.home.logs().join(format!("{}.log", open_api::NAME));
        fleet.start(open_api::NAME, Rank::Service, command, &log)?;
        fleet.wait_for(open_api::NAME, LIMIT, || http::get(url, "/").is_ok())
    }

    /// Loads the sample unless it is what was loaded last.
    fn load(
        &self,
        fleet: &mut Fleet,
        databases: &BTreeMap<&str, Database>,
        sample: &Sample,
    ) -> Result<()> {
        let fingerprint = sample.fingerprint(&self.surroundings.servers.database)?;
        let mark = self.home.sample();
        if fs::read_to_string(&mark).is_ok_and(|loaded| loaded == fingerprint) {
            return Ok(());
        }
        for load in LOADS {
            let file = sample.folder.join(load.file);
            let mut arguments: Vec<_> = load.command.iter().map(AsRef::as_ref).collect();
            if load.takes_path {
                arguments.push(file.as_os_str());
            }
            let doing = format!("loading {}", load.file);
            self.once(fleet, service(load.service)?, databases, &doing, &arguments)?;
        }
        Ok(fs::write(mark, fingerprint)?)
    }

    /// Starts the services one after the other, each as soon as the one before is ready.
    fn serve(&self, fleet: &mut Fleet, databases: &BTreeMap<&str, Database>) -> Result<()> {
        let addresses = SERVICES
            .each_ref()
            .map(|service| Ok((service.name, self.surroundings.url_of(service.name)?)));
        self.home.write_addresses(&addresses.into_iter().collect::<Result<Vec<_>>>()?)?;
        for (index, service) in SERVICES.iter().enumerate() {
            let began = Instant::now();
            let name = service.name;
            let serving = databases.get(name).map(|database| database.serving.as_str());
            let mut command = self.command(service, serving)?;
            command.arg("serve");
            let prefix = self.launcher.console.prefix(index, name);
            let log = self.home.logs().join(format!("{name}.log"));
            fleet.start_shown(name, &prefix, command, &log)?;

            let url = self.surroundings.url_of(name)?;
            let mut last = String::new();
            let ready = fleet.wait_for(name, LIMIT, || match http::get(&url, "/ready") {
                Ok(answer) => {
                    last = answer.body;
                    answer.status == 200
                }
                Err(_) => false,
            });
            ready.map_err(|error| if last.is_empty() { error } else { error.context(last) })?;
            let time = spoken(began.elapsed());
            self.launcher.console.done(format!("{name} ready after {time} at {url}"));
        }
        Ok(())
    }

    /// The program of a service with its variables. Only the prefix of its lines is coloured, since
    /// they go to a file too; and an error ends with what it says, not with where it was made.
    fn command(&self, service: &Service, database: Option<&str>) -> Result<Command> {
        let mut command = Command::new(self.programs.path(service.package)?);
        command.current_dir(&self.launcher.project);
        let variables = self.surroundings.variables(service, database.unwrap_or_default())?;
        command.envs(variables).envs([("NO_COLOR", "1"), ("RUST_LIB_BACKTRACE", "0")]);
        if let Some(url) = self.stand_in.as_ref().filter(|_| service.name == open_api::IMPORTER) {
            command.envs(open_api::variables(url));
        }
        Ok(command)
    }
}

fn service(name: &str) -> Result<&'static Service> {
    let found = SERVICES.iter().find(|service| service.name == name);
    found.with_context(|| format!("no service is called {name}"))
}
