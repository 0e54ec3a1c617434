//! Keeps the servers that a test has for itself.
//!
//! They are started by the library that starts all servers, and the kernel ends them with the thread
//! that started them. So that thread does nothing else and lives as long as they are wanted.

use std::env;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::Result;
use tokio::sync::oneshot;
use xtask::console::Console;
use xtask::fleet::Fleet;
use xtask::folders::Scratch;
use xtask::interrupt::Interrupt;
use xtask::launcher::Launcher;
use xtask::packages::{self, Need, Toolbox};
use xtask::secrets::Secrets;

type Job = Box<dyn FnOnce(&mut Workshop) + Send>;

/// The thread. Dropping it stops the servers and removes their data.
pub(crate) struct Keeper {
    /// It ends when nobody can ask it for anything any more.
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread works with. The fields are dropped in this order.
pub(crate) struct Workshop {
    pub(crate) fleet: Fleet,
    pub(crate) secrets: Secrets,
    pub(crate) tools: Toolbox,
    pub(crate) console: Console,
    pub(crate) scratch: Scratch,
}

impl Keeper {
    /// Starts it, without any server.
    pub(crate) fn start(needs: &'static [Need]) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let thread = thread::spawn(move || {
            let mut workshop = Workshop::open(needs).expect("servers can be started here");
            while let Ok(job) = waiting.recv() {
                job(&mut workshop);
            }
        });
        Self { jobs: Some(jobs), thread: Some(thread) }
    }

    /// Lets it do something, which has to succeed.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Workshop) -> Result<T> + Send + 'static,
    ) -> T {
        let (done, outcome) = oneshot::channel();
        let job = Box::new(move |workshop: &mut Workshop| {
            // Whoever does not wait for it has given up.
            let _ = done.send(job(workshop));
        });
        self.jobs.as_ref().expect("it is there until it is dropped").send(job).expect("it works");
        outcome.await.expect("it works").expect("the servers do as they are told")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // If it has panicked, the test has failed already.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl Workshop {
    fn open(needs: &[Need]) -> Result<Self> {
        let run = env::var_os("XTASK_RUN_DIR").map(PathBuf::from);
        let launcher = Launcher::new(Console::plain(), Interrupt::default(), run)?;
        let tools = packages::ensure(&launcher, needs)?;
        let scratch = Scratch::in_memory_or_on(&launcher.run.join("tmp"))?;
        let secrets = Secrets::open(&scratch.path().join("secrets"))?;
        let fleet = Fleet::new(launcher.console, launcher.interrupt, Some(scratch.lock()?));
        Ok(Self { fleet, secrets, tools, console: launcher.console, scratch })
    }
}
