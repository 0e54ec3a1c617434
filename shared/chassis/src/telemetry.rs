//! Logs to standard output, metrics for Prometheus, spans for a collector of traces.

pub mod spans;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::TryInitError;

use crate::config::{LogConfig, LogFormat};

/// Upper bounds of the latency histograms, in seconds.
const LATENCY_BUCKETS_S: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// How often what was recorded is summed up.
const TIDY_EVERY: Duration = Duration::from_secs(5);

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Logs or metrics cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives cannot be understood.
    #[error("log.filter cannot be understood: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something else writes the logs already.
    #[error("logs are already set up: {0}")]
    Logs(#[from] TryInitError),
    /// Something else records the metrics already.
    #[error("metrics cannot be recorded: {0}")]
    Metrics(#[from] BuildError),
    /// No thread can be had.
    #[error("metrics cannot be summed up: {0}")]
    Thread(#[from] std::io::Error),
}

/// Sets up the logs of this process, and the [`spans`] where the environment names a collector.
pub fn init_logs(config: &LogConfig) -> Result<(), TelemetryError> {
    use tracing_subscriber::util::SubscriberInitExt as _;

    let logs = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.filter)?)
        .with_target(true);
    match config.format {
        LogFormat::Json => logs.json().flatten_event(true).finish().try_init()?,
        LogFormat::Text => logs.finish().try_init()?,
    }
    spans::start_if_wanted();
    Ok(())
}

/// Records metrics from now on. A second call changes nothing: the recorder is the process's own.
pub fn init_metrics() -> Result<(), TelemetryError> {
    if METRICS.get().is_none() {
        let recorder = PrometheusBuilder::new().set_buckets(&LATENCY_BUCKETS_S)?.build_recorder();
        let handle = recorder.handle();
        // Whoever loses this race records into the winner's.
        if METRICS.set(handle).is_ok() {
            drop(metrics::set_global_recorder(recorder));
            std::thread::Builder::new().name("metrics".into()).spawn(tidy_metrics)?;
        }
    }
    Ok(())
}

/// Sums up what the histograms were given, or it would be kept until someone asks for it.
fn tidy_metrics() {
    loop {
        std::thread::park_timeout(TIDY_EVERY);
        if let Some(metrics) = METRICS.get() {
            metrics.run_upkeep();
        }
    }
}

/// All metrics in Prometheus's text format.
#[must_use]
pub fn render_metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}
