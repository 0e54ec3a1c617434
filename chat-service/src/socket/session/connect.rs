//! `CONNECT`, and who it is.

use super::{End, Session};
use crate::socket::handshake::take_seat;
use crate::stomp::{Connect, HeartBeat, Version, Violation, encode};

impl Session {
    /// Answers `CONNECT`. Whoever has not shown a token by now is nobody.
    pub(super) fn connect(&mut self, connect: &Connect) -> Result<(), End> {
        let Some(version) = connect.version else {
            let spoken = Version::ALL.map(Version::number).join(", ");
            let message = format!("only {spoken} are spoken here");
            return Err(End::Protocol(Violation::new(message)));
        };
        if self.identity().is_none() {
            let violation = Violation::new("sign in first: CONNECT needs a token");
            return Err(End::Refused { code: "unauthenticated", violation });
        }
        let every = u32::try_from(self.worker.config.heart_beat.as_millis()).unwrap_or(u32::MAX);
        let ours = HeartBeat { sends_ms: every, wants_ms: every };
        self.version = Some(version);
        self.decoder.speak(version);
        let connection = &self.connection;
        connection.is_connected.set(true);
        if version > Version::V10 {
            connection.sends_every.set(connect.heart_beat.to_send(ours));
            connection.hears_every.set(connect.heart_beat.to_expect(ours));
        }
        // The name of the session finds it in the logs.
        let answer = encode::connected(version, &self.trace.trace_id(), ours);
        self.outlet().send_frame(&answer);
        Ok(())
    }

    /// Takes a token, be it the first or a new one of the same person.
    pub(super) async fn identify(&mut self, token: &str, receipt: Option<&str>) -> Result<(), End> {
        let refused = |code, message: &'static str| {
            Err(End::Refused { code, violation: Violation::new(message).of(receipt) })
        };
        let identity = match self.worker.verifier.verify(token).await {
            Ok(identity) => identity,
            Err(error) => {
                let code = chassis::http::ApiError::from(error).code().name;
                return refused(code, "the token is not good");
            }
        };
        match self.identity() {
            Some(known) if known.user_id != identity.user_id => {
                return refused("forbidden", "the token is somebody else's");
            }
            Some(_) => {}
            None => match take_seat(&self.worker, &identity) {
                Ok(seat) => self.seat = Some(seat),
                Err(error) => return refused(error.code().name, "there are too many connections"),
            },
        }
        self.connection.identity.set(Some(identity));
        Ok(())
    }
}
