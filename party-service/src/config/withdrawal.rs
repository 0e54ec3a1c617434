//! The section about withdrawal.

use chassis::config::Validate;
use chrono::TimeDelta;
use serde::Deserialize;

/// `[withdrawal]`: how long what is left of somebody who has withdrawn is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalConfig {
    /// Days until the e-mail address and the nickname are free again and the rest is erased.
    pub erase_after_days: u16,
}

impl WithdrawalConfig {
    /// How long that is.
    #[must_use]
    pub fn erase_after(&self) -> TimeDelta {
        TimeDelta::days(self.erase_after_days.into())
    }
}

impl Validate for WithdrawalConfig {
    fn validate(&self) -> Result<(), String> {
        // Not sooner: sessions are kept as long as their tokens may have to be refused.
        if (1..=3650).contains(&self.erase_after_days) {
            Ok(())
        } else {
            Err("withdrawal.erase_after_days must be 1 to 3650".into())
        }
    }
}
