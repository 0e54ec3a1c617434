//! Reads off the metrics that consumers report how old each event was when it had been acted on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

use crate::stats::Latencies;

/// The age of an event after the commit of its consumer, from the moment it was written.
const AGE: &str = "event_age_seconds";

/// What has been handled, and when.
#[derive(Clone, Default)]
pub(super) struct Probe {
    handled: Arc<Mutex<Vec<(Instant, Duration)>>>,
}

impl Probe {
    /// Takes the place of what reports metrics.
    pub(super) fn install() -> Result<Self> {
        let probe = Self::default();
        metrics::set_global_recorder(Reporter(Arc::new(probe.clone())))
            .map_err(|_| anyhow!("something else records the metrics already"))?;
        Ok(probe)
    }

    fn with<T>(&self, look: impl FnOnce(&mut Vec<(Instant, Duration)>) -> T) -> T {
        look(&mut self.handled.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins anew.
    pub(super) fn forget(&self) {
        self.with(Vec::clear);
    }

    /// Waits until so many have been handled.
    pub(super) async fn wait_for(&self, count: usize) {
        while self.with(|handled| handled.len()) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until nothing more is handled.
    pub(super) async fn wait_for_quiet(&self) {
        let mut before = None;
        while before != Some(self.with(|handled| handled.len())) {
            before = Some(self.with(|handled| handled.len()));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// When the first was handled.
    pub(super) fn first(&self) -> Instant {
        self.with(|handled| handled.iter().map(|(at, _)| *at).min()).unwrap_or_else(Instant::now)
    }

    /// When the last was handled.
    pub(super) fn last(&self) -> Instant {
        self.with(|handled| handled.iter().map(|(at, _)| *at).max()).unwrap_or_else(Instant::now)
    }

    /// How old each was.
    pub(super) fn ages(&self) -> Latencies {
        Latencies::new(self.with(|handled| handled.iter().map(|(_, age)| *age).collect()))
    }
}

impl HistogramFn for Probe {
    fn record(&self, seconds: f64) {
        let age = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        self.with(|handled| handled.push((Instant::now(), age)));
    }
}

/// Hands the one metric to the probe and drops all others.
struct Reporter(Arc<Probe>);

impl Recorder for Reporter {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        if key.name() == AGE { Histogram::from_arc(self.0.clone()) } else { Histogram::noop() }
    }
}
