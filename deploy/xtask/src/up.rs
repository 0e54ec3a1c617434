//! `cargo xtask up`: from a bare machine to a running platform.

mod checks;
mod open_api;
mod platform;

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result};

use self::platform::Platform;
use crate::console::spoken;
use crate::disk::{self, MB};
use crate::first_user::FirstUser;
use crate::fleet::Fleet;
use crate::folders;
use crate::home::Home;
use crate::launcher::Launcher;
use crate::packages::{self, Need};
use crate::ports::ServerPorts;
use crate::sample::Sample;
use crate::secrets::Secrets;
use crate::servers::{self, Durability, Own, Plan};
use crate::services::{GATEWAY, SERVICES, Surroundings};
use crate::url::Url;
use crate::workspace::{self, Profile};

/// What can be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The servers and services listen on this port and those after it.
    pub port_base: u16,
    /// The gateway listens here.
    pub gateway_port: u16,
}

/// Brings the platform up and keeps it up until Ctrl-C, `cargo xtask down` or a failure.
pub fn run(launcher: &Launcher, options: Options) -> Result<()> {
    let began = Instant::now();
    let home = Home::of(launcher);
    let lock = home.take_lock(&launcher.interrupt)?;
    disk::require(&launcher.run, 500 * MB, "the platform")?;
    folders::create(&home.logs())?;
    let sample = Sample::choose(&launcher.project)?;
    let own = Own::from_env("");
    let server_ports = ServerPorts::from_base(options.port_base);
    let service_ports = service_ports(options);
    checks::ports(&own, server_ports, &service_ports)?;
    checks::own_servers(launcher.console, &own)?;
    let mut needs = own.needs();
    if !needs.contains(&Need::DatabaseClient) {
        needs.push(Need::DatabaseClient);
    }
    let tools = packages::ensure(launcher, &needs)?;
    let names = SERVICES.each_ref().map(|service| service.package);
    if !launcher.project.join("target/release").exists() {
        disk::require(&launcher.project, 3_000 * MB, "the first build")?;
    }
    let programs = workspace::build(launcher, Profile::Release, &names)?;

    let mut fleet = Fleet::new(launcher.console, launcher.interrupt.clone(), Some(lock));
    let mut secrets = Secrets::open(&home.secrets())?;
    let plan = Plan {
        data: home.data().to_owned(),
        logs: home.logs(),
        ports: server_ports,
        durability: Durability::Full,
        own,
    };
    if plan.own.database.is_none() {
        home.forget_lost_data()?;
    }
    launcher.console.step("starting the servers");
    let servers = servers::start(&mut fleet, launcher.console, &tools, &plan, &mut secrets)?;
    let surroundings = Surroundings {
        servers,
        ports: service_ports,
        keys: home.keys().to_str().context("the path of the project is not UTF-8")?.to_owned(),
    };
    let stand_in = surroundings.url_of(open_api::NAME).ok();
    let platform =
        Platform { launcher, home: &home, tools: &tools, programs, surroundings, stand_in };
    platform.start(&mut fleet, &sample, &mut secrets)?;

    let gateway = platform.surroundings.url_of(GATEWAY)?;
    let database: Url = platform.surroundings.servers.database.parse()?;
    let user = FirstUser::load_or_sign_up(&home.first_user(), &gateway, &database, &sample)?;
    launcher.console.done(format!("everything is up after {}", spoken(began.elapsed())));
    introduce(launcher, &gateway, &user);
    let mut warned = false;
    fleet.watch_until_asked(|| {
        let suspicion = disk::suspicion(&launcher.run).filter(|_| !warned);
        if let Some(suspicion) = suspicion {
            launcher.console.warn(suspicion);
            warned = true;
        }
    })
}

/// The gateway where it was asked for, the others after the ports of the servers, and after those
/// the stand-in for the open API, if there is no key to that.
fn service_ports(options: Options) -> BTreeMap<&'static str, u16> {
    let behind = SERVICES.iter().filter(|service| service.name != GATEWAY);
    let first = options.port_base + ServerPorts::COUNT;
    let stand_in = open_api::is_stand_in_needed().then_some(open_api::NAME);
    let ports = behind.map(|service| service.name).chain(stand_in).zip(first..);
    ports.chain([(GATEWAY, options.gateway_port)]).collect()
}

fn introduce(launcher: &Launcher, gateway: &Url, user: &FirstUser) {
    let console = launcher.console;
    console.line("");
    console.line(&format!("  gateway      {}", console.strong(gateway)));
    console.line(&format!("  Swagger UI   {}", console.strong(format!("{gateway}/docs"))));
    console.line(&format!("  first user   {}", console.strong(&user.email)));
    console.line(&format!("  password     {}", console.strong(&user.password)));
    console.line("");
    console.note("try the main job: `cargo xtask tour`; Ctrl-C or `cargo xtask down` stops all");
}
