//! What every handler may use.

use crate::current::Current;

/// The parts of the running service. Cloning is cheap: every part is a handle.
#[derive(Clone)]
pub struct State {
    /// The catalogue in use.
    pub current: Current,
}
