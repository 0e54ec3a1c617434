//! How well the cache of profiles does.
//!
//! | metric | what it counts |
//! | --- | --- |
//! | `profile_cache_reads_total{result}` | entries looked for: `hit`, `miss`, `wait` (somebody else counts), `bypass` (not relied on) |
//! | `profile_cache_age_seconds` | how long ago an entry that was found had been counted |
//! | `profile_counts_total{why}` | counts in the database: `refill`, `bypass` |
//! | `profile_writers_waited_total` | writers who had to wait until nobody relied on the cache |
//! | `profile_cache_trusted` | whether this instance relies on the cache |
//! | `profile_cache_opened_total`, `profile_cache_closed_total` | epochs begun, and ended because Redis was another or out of reach |

use chrono::{DateTime, Utc};

use super::entry::Entry;
use super::reading::Look;

/// What a look found.
pub(super) fn looked(found: &[Look<Entry>], now: DateTime<Utc>) {
    for look in found {
        let result = match look {
            Look::Found(entry) => {
                metrics::histogram!("profile_cache_age_seconds").record(entry.age(now));
                "hit"
            }
            Look::Leased => "miss",
            Look::Taken => "wait",
        };
        metrics::counter!("profile_cache_reads_total", "result" => result).increment(1);
    }
}

/// So many are counted in the database, to fill entries or because there is no cache to rely on.
pub(super) fn counting(people: usize, held: bool) {
    let why = if held { "refill" } else { "bypass" };
    metrics::counter!("profile_counts_total", "why" => why).increment(1);
    if !held {
        let people = u64::try_from(people).unwrap_or(u64::MAX);
        metrics::counter!("profile_cache_reads_total", "result" => "bypass").increment(people);
    }
}

/// A writer has to wait until nobody relies on what could not be removed.
pub(super) fn writer_waits() {
    metrics::counter!("profile_writers_waited_total").increment(1);
}

/// Whether this instance relies on the cache.
pub(super) fn trusting(trusts: bool) {
    metrics::gauge!("profile_cache_trusted").set(if trusts { 1.0 } else { 0.0 });
}

/// An epoch has begun or ended.
pub(super) fn changed(is_open: bool) {
    let name = if is_open { "profile_cache_opened_total" } else { "profile_cache_closed_total" };
    metrics::counter!(name).increment(1);
}
