//! Somebody who asks again until there is an answer.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use testkit::{Answer, Client};
use uuid::Uuid;

/// How long an answer is waited for before it is asked for again.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// A person at the gateway who does not give up.
#[derive(Clone)]
pub(super) struct Persistent(pub(super) Client);

impl Persistent {
    /// Writes once, however often it takes.
    pub(super) async fn write(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let key = Uuid::new_v4().to_string();
        loop {
            let request = self.0.request(method.clone(), path).timeout(PATIENCE);
            let mut request = request.header("idempotency-key", &key);
            if let Some(body) = &body {
                request = request.json(body);
            }
            match Client::try_send(request).await {
                Ok(answer) if answer.status.is_success() => return answer.body,
                Ok(answer) if is_passing(&answer) => {}
                Ok(answer) => panic!("{method} {path}: {} {:#}", answer.status, answer.body),
                // Whoever would have answered is dead.
                Err(_) => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Whether somebody is away, or works on the first attempt.
fn is_passing(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 502..=504) || answer.code() == "request_in_flight"
}
