//! How long an instance relies on what it knows of the epoch, by a clock of its own that must not
//! stand still while the others' go on.

use std::time::{Duration, Instant};

use super::epoch::{Epoch, EpochState};

/// How often an instance asks which epoch it is.
pub(crate) const ASK_EVERY: Duration = Duration::from_millis(250);
/// How long it relies on the answer, counted from before it asked.
pub(crate) const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// When, after an epoch was closed, nobody relies on it any more, also by a clock that runs 5 %
/// slower than this one.
pub(crate) const LAPSES_AFTER: Duration = Duration::from_millis(1_050);

/// What this instance knows of the epoch.
#[derive(Debug, Default)]
pub(crate) enum Trust {
    /// Nothing to go by.
    #[default]
    None,
    /// The entries of this epoch may be read until then.
    Open { epoch: Epoch, until: Instant },
    /// This epoch, which is closed, has been the one since then, or before.
    Closed { epoch: Epoch, since: Instant },
}

/// What is to be done about the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is as it should be, or nothing can be done.
    Nothing,
    /// It is over.
    Close,
    /// Another one may begin.
    Open,
}

impl Trust {
    /// The epoch whose entries may be read by who begins now.
    pub(crate) fn epoch(&self, now: Instant) -> Option<Epoch> {
        match self {
            Self::Open { epoch, until } if now < *until => Some(epoch.clone()),
            _ => None,
        }
    }

    /// Takes note of what the database said between `asked_at` and `now`, and of whether Redis
    /// knows the epoch, where that could be found out. Says what is to be done about it.
    pub(crate) fn note(
        &mut self,
        state: Option<&EpochState>,
        known: Option<bool>,
        asked_at: Instant,
        now: Instant,
    ) -> Next {
        match state {
            None => {
                *self = Self::None;
                Next::Open
            }
            Some(EpochState { epoch, is_open: true }) => match known {
                Some(true) => {
                    *self = Self::Open { epoch: epoch.clone(), until: asked_at + TRUSTED_FOR };
                    Next::Nothing
                }
                Some(false) => {
                    *self = Self::None;
                    Next::Close
                }
                None => {
                    *self = Self::None;
                    Next::Nothing
                }
            },
            Some(EpochState { epoch, is_open: false }) => {
                if !matches!(self, Self::Closed { epoch: known, .. } if known == epoch) {
                    *self = Self::Closed { epoch: epoch.clone(), since: now };
                }
                // Whoever finds an epoch open may rely on nobody relying on an earlier one.
                if self.remains(epoch, now).is_zero() { Next::Open } else { Next::Nothing }
            }
        }
    }

    /// How much longer somebody somewhere may rely on the epoch before this closed one.
    pub(crate) fn remains(&self, epoch: &Epoch, now: Instant) -> Duration {
        match self {
            Self::Closed { epoch: known, since } if known == epoch => {
                LAPSES_AFTER.saturating_sub(now.saturating_duration_since(*since))
            }
            _ => LAPSES_AFTER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(name: &str, is_open: bool) -> EpochState {
        EpochState { epoch: Epoch::named(name), is_open }
    }

    #[test]
    fn trust_ends_a_second_after_the_question() {
        let (asked_at, mut trust) = (Instant::now(), Trust::None);
        let answered_at = asked_at + Duration::from_millis(300);
        let next = trust.note(Some(&state("a", true)), Some(true), asked_at, answered_at);
        assert_eq!(next, Next::Nothing);
        assert_eq!(trust.epoch(answered_at), Some(Epoch::named("a")));
        assert_eq!(trust.epoch(asked_at + TRUSTED_FOR), None);
    }

    #[test]
    fn an_epoch_that_redis_does_not_know_is_over_and_one_it_may_know_is_not() {
        let now = Instant::now();
        for (known, next) in [(Some(false), Next::Close), (None, Next::Nothing)] {
            let mut trust = Trust::None;
            trust.note(Some(&state("a", true)), Some(true), now, now);
            assert_eq!(trust.note(Some(&state("a", true)), known, now, now), next);
            assert_eq!(trust.epoch(now), None);
        }
        assert_eq!(Trust::None.note(None, None, now, now), Next::Open);
    }

    #[test]
    fn an_epoch_begins_when_nobody_relies_on_the_one_before() {
        let (seen_at, mut trust) = (Instant::now(), Trust::None);
        let a = Epoch::named("a");
        assert_eq!(trust.remains(&a, seen_at), LAPSES_AFTER);
        let mut note = |at| {
            let next = trust.note(Some(&state("a", false)), None, seen_at, at);
            (next, trust.remains(&a, at), trust.epoch(at))
        };
        assert_eq!(note(seen_at), (Next::Nothing, LAPSES_AFTER, None));
        let later = seen_at + TRUSTED_FOR;
        assert_eq!(note(later), (Next::Nothing, LAPSES_AFTER.saturating_sub(TRUSTED_FOR), None));
        assert_eq!(note(seen_at + LAPSES_AFTER), (Next::Open, Duration::ZERO, None));
        assert_eq!(trust.remains(&Epoch::named("b"), seen_at + LAPSES_AFTER), LAPSES_AFTER);
    }
}
