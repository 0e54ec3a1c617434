//! Publishing a batch fast and in order.
//!
//! Waiting for each confirmation before sending the next message would cost a round trip and a
//! write to disk for every event. Sending all at once would lose the order when the broker refuses
//! one message and takes the next. So the batch is cut into runs in which no subject comes twice,
//! and the confirmations are waited for at the end of each run: a message is sent only when the
//! one before it about the same subject is confirmed.

use std::collections::HashSet;
use std::time::Instant;

use lapin::{Channel, Confirmation};
use serde::Deserialize;

use crate::bus::error::{BusError, PATIENCE, within};
use crate::bus::outbox::Row;
use crate::bus::publish;

/// Publishes rows until one fails or it has taken long; gives back the positions of those that were
/// confirmed. The rest is still in the outbox.
pub(super) async fn in_order(
    channel: &Channel,
    exchange: &str,
    rows: &[Row],
) -> (Vec<u64>, Result<(), BusError>) {
    let mut confirmed = Vec::with_capacity(rows.len());
    let mut rest = rows;
    let started = Instant::now();
    // The lock is lost by whoever does not speak to the database for too long.
    while !rest.is_empty() && started.elapsed() < PATIENCE {
        let (run, later) = rest.split_at(run_length(rest));
        let outcome = send_run(channel, exchange, run, &mut confirmed);
        if let Err(error) = within(PATIENCE, "the broker", outcome).await {
            return (confirmed, Err(error));
        }
        rest = later;
    }
    (confirmed, Ok(()))
}

async fn send_run(
    channel: &Channel,
    exchange: &str,
    run: &[Row],
    confirmed: &mut Vec<u64>,
) -> Result<(), BusError> {
    let mut sent = Vec::with_capacity(run.len());
    for row in run {
        let properties = publish::properties(&row.event_id.to_string(), &row.kind);
        let body = row.payload.as_bytes();
        let confirm = publish::begin(channel, exchange, &row.kind, body, properties).await?;
        sent.push((row, confirm));
    }
    let mut refused = None;
    for (row, confirm) in sent {
        match confirm.await? {
            Confirmation::Ack(_) => confirmed.push(row.position),
            _ => refused = Some(BusError::NotTaken(row.kind.clone())),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// How many rows there are before a subject comes a second time.
fn run_length(rows: &[Row]) -> usize {
    let mut seen = HashSet::with_capacity(rows.len());
    rows.iter().take_while(|row| seen.insert(subject(&row.payload))).count()
}

/// What an event is about. One that does not say shares the subject "" with all like it.
fn subject(payload: &str) -> String {
    #[derive(Deserialize)]
    struct About {
        subject: String,
    }
    serde_json::from_str::<About>(payload).map(|about| about.subject).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::run_length;
    use crate::bus::outbox::Row;
    use contracts::EventId;

    fn row(subject: &str) -> Row {
        Row {
            position: 1,
            event_id: EventId::new(),
            kind: "x".into(),
            payload: serde_json::json!({ "subject": subject, "data": {} }).to_string(),
            created_at: chrono::NaiveDateTime::default(),
        }
    }

    #[test]
    fn a_run_ends_before_a_subject_comes_again() {
        let rows: Vec<Row> = ["a", "b", "c", "b", "a"].map(row).into();
        assert_eq!(run_length(&rows), 3);
        assert_eq!(run_length(&rows[3..]), 2);
        assert_eq!(run_length(&[]), 0);
    }
}
