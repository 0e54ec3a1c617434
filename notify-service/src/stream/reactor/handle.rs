//! How the rest of the service speaks to a thread that keeps streams.

use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{OwnedPermit, Sender};

use super::Command;
use super::alarm::Alarm;

/// Tells the thread what to do.
#[derive(Clone)]
pub(in crate::stream) struct Handle {
    commands: Sender<Command>,
    alarm: Arc<Alarm>,
}

/// The thread has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stream) struct Ended;

/// The right to tell it one thing.
pub(in crate::stream) struct Turn {
    permit: OwnedPermit<Command>,
    alarm: Arc<Alarm>,
}

impl Handle {
    pub(super) const fn new(commands: Sender<Command>, alarm: Arc<Alarm>) -> Self {
        Self { commands, alarm }
    }

    /// Waits until the thread can be told something.
    pub(in crate::stream) async fn turn(&self) -> Result<Turn, Ended> {
        let permit = self.commands.clone().reserve_owned().await.map_err(|_| Ended)?;
        Ok(Turn { permit, alarm: self.alarm.clone() })
    }

    /// Tells it, as soon as it can be told something. If it has ended, nobody needs to know.
    pub(in crate::stream) async fn tell(&self, command: Command) {
        if let Ok(turn) = self.turn().await {
            turn.tell(command);
        }
    }

    /// Tells it now or never. Says whether it was told.
    pub(in crate::stream) fn try_tell(&self, command: Command) -> bool {
        let told = self.commands.try_send(command);
        self.alarm.ring();
        !matches!(told, Err(TrySendError::Full(_)))
    }
}

impl Turn {
    /// Tells it.
    pub(in crate::stream) fn tell(self, command: Command) {
        self.permit.send(command);
        self.alarm.ring();
    }
}
