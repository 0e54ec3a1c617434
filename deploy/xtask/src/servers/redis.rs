//! A private Redis, alone or as a node of a cluster.

use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::Result;

use super::{Durability, Plan};
use crate::fleet::{Fleet, Rank};
use crate::folders;
use crate::packages::Toolbox;
use crate::secrets::write_private;

/// Starts Redis; it is not ready yet.
pub(super) fn start(fleet: &mut Fleet, tools: &Toolbox, plan: &Plan, password: &str) -> Result<()> {
    let node = Node { name: "Redis", port: plan.ports.redis, password };
    let persistence = match plan.durability {
        Durability::Full => "appendonly yes\nappendfsync everysec\n",
        Durability::None => "appendonly no\n",
    };
    launch(fleet, tools, node, &plan.data.join("redis"), &plan.logs.join("redis.log"), persistence)
}

/// A Redis on the loopback interface.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// What its process is called.
    pub name: &'a str,
    /// Where it listens.
    pub port: u16,
    /// What clients have to know, and other nodes.
    pub password: &'a str,
}

/// Starts a node of a cluster that has no slots and knows no other nodes; it is not ready yet.
///
/// `bus` is the port at which the others speak to it. A node that is silent for `timeout_ms` is
/// taken for dead.
pub fn start_node(
    fleet: &mut Fleet,
    tools: &Toolbox,
    node: Node<'_>,
    folder: &Path,
    bus: u16,
    timeout_ms: u32,
) -> Result<()> {
    let cluster = format!(
        "appendonly no\nmasterauth {}\ncluster-enabled yes\ncluster-port {bus}\n\
         cluster-node-timeout {timeout_ms}\n",
        node.password
    );
    launch(fleet, tools, node, folder, &folder.join("redis.log"), &cluster)
}

fn launch(
    fleet: &mut Fleet,
    tools: &Toolbox,
    node: Node<'_>,
    folder: &Path,
    log: &Path,
    more: &str,
) -> Result<()> {
    let Node { name, port, password } = node;
    folders::create(folder)?;
    // A file, since the arguments of a process are open to every user of the machine.
    let configuration = folder.join("redis.conf");
    write_private(
        &configuration,
        &format!(
            "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir \"{}\"\nsave \"\"\n{more}",
            folder.display(),
        ),
    )?;
    // The package `redis-tools` has the program only under the name of its check tool; which of
    // the two it is, it learns from the name it is called by.
    let mut command = tools.command("redis-check-rdb")?;
    command.arg0("redis-server").arg(configuration);
    fleet.start(name, Rank::Server, command, log)
}
