//! What operators see of people who have withdrawn: for how many something should have been done by
//! now and is not.

use chassis::db::DbError;
use chrono::TimeDelta;

use crate::domain::withdrawal::{Step, step_name};
use crate::state::State;
use crate::store::withdrawals;

/// How long it may take to leave all parties.
const LEAVING: TimeDelta = TimeDelta::minutes(10);
/// How long it may take to erase what is left, once it is time.
const ERASING: TimeDelta = TimeDelta::hours(6);

pub(super) async fn run(state: State) -> Result<(), DbError> {
    let now = state.clock.now();
    let mut conn = state.db.conn().await?;
    for (step, until) in
        [(Step::Leave, now - LEAVING), (Step::Erase, now - state.erase_after - ERASING)]
    {
        let overdue = withdrawals::count_due(&mut conn, step, until).await?;
        metrics::gauge!("withdrawals_overdue", "step" => step_name(step))
            .set(f64::from(i32::try_from(overdue).unwrap_or(i32::MAX)));
    }
    Ok(())
}
