//! A private Redis.

use std::os::unix::process::CommandExt;

use anyhow::Result;

use super::{Durability, Plan};
use crate::fleet::{Fleet, Rank};
use crate::folders;
use crate::packages::Toolbox;
use crate::secrets::write_private;

/// Starts Redis; it is not ready yet.
pub(super) fn start(fleet: &mut Fleet, tools: &Toolbox, plan: &Plan, password: &str) -> Result<()> {
    let data = plan.data.join("redis");
    folders::create(&data)?;
    let persistence = match plan.durability {
        Durability::Full => "appendonly yes\nappendfsync everysec\n",
        Durability::None => "appendonly no\n",
    };
    // A file, since the arguments of a process are open to every user of the machine.
    let configuration = data.join("redis.conf");
    write_private(
        &configuration,
        &format!(
            "bind 127.0.0.1\nport {}\nrequirepass {password}\ndir \"{}\"\nsave \"\"\n{persistence}",
            plan.ports.redis,
            data.display(),
        ),
    )?;
    // The package `redis-tools` has the program only under the name of its check tool; which of
    // the two it is, it learns from the name it is called by.
    let mut command = tools.command("redis-check-rdb")?;
    command.arg0("redis-server").arg(configuration);
    fleet.start("Redis", Rank::Server, command, &plan.logs.join("redis.log"))
}
