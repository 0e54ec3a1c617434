//! What dies: every service and every server of a platform of the test's own.

use std::env;
use std::path::PathBuf;

use e2e::{Platform, Service};
use testkit::TestServers;
use xtask::console::Console;
use xtask::interrupt::Interrupt;
use xtask::launcher::Launcher;
use xtask::servers::Server;
use xtask::throw_away::ThrowAway;

/// One that dies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Victim {
    Gateway,
    Party,
    Catalog,
    Chat,
    Notify,
    OtherNotify,
    Server(Server),
}

impl Victim {
    pub(super) const ALL: [Self; 9] = [
        Self::Gateway,
        Self::Party,
        Self::Catalog,
        Self::Chat,
        Self::Notify,
        Self::OtherNotify,
        Self::Server(Server::Database),
        Self::Server(Server::Redis),
        Self::Server(Server::Broker),
    ];
}

/// All of them, running. The platform is dropped before its servers.
pub(super) struct Victims {
    platform: Platform,
    other_notify: Service,
    servers: ThrowAway,
}

impl Victims {
    /// Starts the servers and the platform, with two instances of the notify-service.
    pub(super) async fn start() -> Self {
        let servers = ThrowAway::to_be_killed(&launcher()).unwrap();
        let mut platform = Platform::start_on(TestServers {
            database: servers.servers.database.clone(),
            redis: servers.servers.redis.clone(),
            broker: servers.servers.broker.clone(),
        })
        .await;
        // On a busy machine this takes longer than people are signed in for.
        platform.party.set("PARTY__TOKENS__ACCESS_LIFETIME_S", "3600");
        platform.party.kill().await;
        platform.party.start().await;
        let other_notify = platform.second_notify().await;
        Self { platform, other_notify, servers }
    }

    pub(super) const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Ends it as a power cut would, and waits until it is back.
    pub(super) async fn kill_and_bring_back(&mut self, victim: Victim) {
        let service = match victim {
            Victim::Gateway => &mut self.platform.gateway,
            Victim::Party => &mut self.platform.party,
            Victim::Catalog => &mut self.platform.catalog,
            Victim::Chat => &mut self.platform.chat,
            Victim::Notify => &mut self.platform.notify,
            Victim::OtherNotify => &mut self.other_notify,
            Victim::Server(server) => return self.servers.cut_power(server).unwrap(),
        };
        service.kill().await;
        service.start().await;
    }

    /// What a service has given up, a line each.
    pub(super) async fn dead_letters(&self) -> Vec<String> {
        let mut letters = Vec::new();
        for service in [&self.platform.chat, &self.platform.notify] {
            let list = service.command(&["dead-letters", "list"]).await;
            letters.extend(list.lines().map(str::to_owned));
        }
        letters
    }
}

/// The launcher that this test was started by, or another one of the same project.
fn launcher() -> Launcher {
    let run = env::var_os("XTASK_RUN_DIR").map(PathBuf::from);
    Launcher::new(Console::plain(), Interrupt::default(), run).unwrap()
}
