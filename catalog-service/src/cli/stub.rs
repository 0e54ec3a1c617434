//! `catalog-service stub-mafra`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use crate::stub_mafra::{StubConfig, listen};

/// What the stand-in is to be like.
#[derive(Debug, Args)]
pub(super) struct Stub {
    /// The folder with `items.csv`, whose rows are served.
    #[arg(long)]
    data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7092")]
    bind: SocketAddr,
    /// The key it wants; any if none is given.
    #[arg(long)]
    key: Option<String>,
    /// How long an answer takes, for example `100ms` or `2s`.
    #[arg(long, default_value = "0ms", value_parser = duration)]
    latency: Duration,
    /// How often it is in trouble, for example `5%`.
    #[arg(long, default_value = "0%", value_parser = percentage)]
    error_rate: f64,
}

impl Stub {
    /// Serves until SIGINT or SIGTERM.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { data, bind, key, latency, error_rate } = self;
        let (address, server) = listen(&StubConfig { bind, data, key, latency, error_rate })?;
        println!("the stand-in for the open API listens on http://{address}/openapi");
        let life = chassis::lifecycle::Lifecycle::new();
        life.stop_on_signal()?;
        let handle = server.handle();
        tokio::spawn(async move {
            life.stopping().cancelled().await;
            handle.stop(true).await;
        });
        server.await.context("the stand-in failed")
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = match text.strip_suffix("ms") {
        Some(number) => number.parse().ok().map(Duration::from_millis),
        None => text.strip_suffix('s').and_then(|n| n.parse().ok()).map(Duration::from_secs),
    };
    parsed.ok_or_else(|| "write it like 100ms or 2s".into())
}

fn percentage(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    number
        .map(|percent| percent / 100.0)
        .filter(|rate| (0.0..=1.0).contains(rate))
        .ok_or_else(|| "write it like 5%, from 0% to 100%".into())
}

#[cfg(test)]
mod tests {
    use super::{duration, percentage};
    use std::time::Duration;

    #[test]
    fn arguments_are_read() {
        assert_eq!(duration("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(percentage("5%"), Ok(0.05));
        for bad in ["", "ms", "100", "-1s", "1m"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        for bad in ["", "%", "5", "101%", "-1%", "NaN%"] {
            assert!(percentage(bad).is_err(), "{bad}");
        }
    }
}
