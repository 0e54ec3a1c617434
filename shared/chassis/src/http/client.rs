//! HTTP clients with a time-out, the only kind we have.

use std::time::Duration;

/// A client whose requests end within `timeout`, redirects not followed: every address we ask is
/// one we were configured with.
pub fn build(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(2)))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("project509/", env!("CARGO_PKG_VERSION")))
        .build()
}
