//! Keeps an instance's knowledge of the epoch fresh, and sees to it that there is one.

use std::sync::PoisonError;
use std::time::Instant;

use chassis::db::DbError;

use super::epoch::{Epoch, EpochState};
use super::trust::{Next, Trust};
use super::{Profiles, measure};
use crate::store::profile_epoch;

impl Profiles {
    /// Asks which epoch it is, and whether Redis knows it; ends an epoch that it does not know, and
    /// begins another when it is time. To be called every
    /// [`ASK_EVERY`](super::trust::ASK_EVERY): what is known lapses by itself.
    pub async fn keep(&self) -> Result<(), DbError> {
        let asked_at = Instant::now();
        let mut conn = self.epochs.conn().await?;
        let state = profile_epoch::find(&mut conn).await?;
        // While Redis is away nobody can tell: others may be able to reach it.
        let known = match &state {
            Some(EpochState { epoch, is_open: true }) => self.entries.know(epoch).await.ok(),
            _ => None,
        };
        let next = self.note(state.as_ref(), known, asked_at);
        let old = state.map(|state| state.epoch);
        let new = match next {
            Next::Nothing => return Ok(()),
            Next::Close => EpochState { epoch: Epoch::closed(), is_open: false },
            Next::Open => {
                let Ok(epoch) = self.entries.open().await else { return Ok(()) };
                EpochState { epoch, is_open: true }
            }
        };
        if profile_epoch::replace(&mut conn, old.as_ref(), &new).await? {
            tracing::info!(is_open = new.is_open, "another epoch of remembered profiles");
            measure::changed(new.is_open);
        }
        Ok(())
    }

    fn note(&self, state: Option<&EpochState>, known: Option<bool>, asked_at: Instant) -> Next {
        let mut trust = self.trust.write().unwrap_or_else(PoisonError::into_inner);
        let next = trust.note(state, known, asked_at, Instant::now());
        measure::trusting(matches!(*trust, Trust::Open { .. }));
        next
    }
}
