//! Looks after all connections of a thread, instead of a timer for each.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use chassis::identity::TokenError;

use super::connection::Connection;
use super::end::End;
use super::websocket;
use super::worker::Worker;

/// How often it looks. Whoever is signed out is cut off within this time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How much later than promised a heart-beat may come: networks are slower at times.
const LATE: Duration = Duration::from_secs(2);
/// After so many questions without an answer a client is gone.
const MAX_SILENCE: u32 = 3;

/// Looks after the connections until the service stops, and then tells them to go.
pub(super) async fn run(worker: Rc<Worker>) {
    let stopping = worker.state.life.stopping();
    loop {
        tokio::select! {
            () = stopping.cancelled() => break,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let now = worker.now();
        worker.for_each_connection(|connection| look_after(&worker, connection, now));
    }
    // Those who connect in this moment are told as well.
    loop {
        worker.for_each_connection(|connection| connection.outlet.end(End::Stopping));
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn look_after(worker: &Worker, connection: &Connection, now: Duration) {
    if let Some(end) = why_to_end(worker, connection, now) {
        connection.outlet.end(end);
        return;
    }
    if connection.outlet.has_sent() {
        connection.sent_at.set(now);
    }
    if let Some(every) = connection.sends_every.get()
        && now.saturating_sub(connection.sent_at.get()) + 2 * LOOK_EVERY >= every
    {
        connection.outlet.send_frame(b"\n");
        connection.sent_at.set(now);
    }
    let quiet_since = connection.heard_at.get().max(connection.pinged_at.get());
    if connection.hears_every.get().is_none()
        && now.saturating_sub(quiet_since) >= worker.config.ping_every
    {
        let mut ping = Vec::new();
        websocket::ping(&mut ping);
        connection.outlet.send(&Bytes::from(ping));
        connection.pinged_at.set(now);
    }
}

fn why_to_end(worker: &Worker, connection: &Connection, now: Duration) -> Option<End> {
    let config = &worker.config;
    if !connection.is_connected.get()
        && now.saturating_sub(connection.opened_at) >= config.connect_timeout
    {
        return Some(End::TooLate);
    }
    if let Some(identity) = connection.identity.get() {
        match worker.verifier.recheck(&identity) {
            Err(TokenError::Expired) => return Some(End::TokenExpired),
            Err(_) => return Some(End::SessionRevoked),
            Ok(()) => {}
        }
    }
    let silence = match connection.hears_every.get() {
        Some(every) => 2 * every + LATE,
        None => MAX_SILENCE * config.ping_every,
    };
    (now.saturating_sub(connection.heard_at.get()) >= silence).then_some(End::Silent)
}
