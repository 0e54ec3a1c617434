//! What a frame asks for, its headers understood.

use bytes::Bytes;

use super::{Command, Frame, HeartBeat, Version, Violation};

/// The longest name a client may give to a subscription, a transaction or a receipt.
const MAX_NAME_BYTES: usize = 256;

/// What a frame asks for, and what any frame may carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is asked for.
    pub request: Request,
    /// What the client wants to be told when it is done.
    pub receipt: Option<String>,
    /// A token that the client shows, for the first time or again.
    pub token: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The first frame of every connection.
    Connect(Connect),
    /// Say something.
    Send(Send),
    /// Hear what is said somewhere.
    Subscribe(Subscribe),
    /// Hear it no longer.
    Unsubscribe {
        /// The name the client gave to the subscription.
        id: String,
    },
    /// `ACK` or `NACK`. What clients have seen is stored anyway and can be asked for again, so
    /// nothing follows from it.
    Acknowledge {
        /// The transaction it belongs to.
        transaction: Option<String>,
    },
    /// Hold back what is said in this transaction.
    Begin(String),
    /// Say it.
    Commit(String),
    /// Forget it.
    Abort(String),
    /// Farewell.
    Disconnect,
}

/// `CONNECT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// The best common version, if there is one.
    pub version: Option<Version>,
    /// The heart-beats of the client.
    pub heart_beat: HeartBeat,
}

/// `SEND`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// To whom.
    pub destination: String,
    /// The transaction it waits for.
    pub transaction: Option<String>,
    /// What.
    pub body: Bytes,
}

/// `SUBSCRIBE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// The name the client gives to it.
    pub id: String,
    /// Where.
    pub destination: String,
    /// Whether the client will send `ACK`s.
    pub acknowledges: bool,
    /// After which message to begin, if not with what is said from now on.
    pub after_seq: Option<u64>,
}

impl Order {
    /// Understands a frame. `version` is what was agreed on, if anything was.
    pub fn parse(frame: Frame, version: Option<Version>) -> Result<Self, Violation> {
        let receipt = frame.headers.get("receipt").map(str::to_owned);
        if receipt.as_ref().is_some_and(|receipt| receipt.len() > MAX_NAME_BYTES) {
            return Err(Violation::new("receipt is too long"));
        }
        let token = token(&frame).map(str::to_owned);
        match request(frame, version) {
            Ok(request) => Ok(Self { request, receipt, token }),
            Err(violation) => Err(violation.of(receipt.as_deref())),
        }
    }
}

fn request(frame: Frame, version: Option<Version>) -> Result<Request, Violation> {
    match (frame.command, version) {
        (Command::Connect, None) => connect(&frame).map(Request::Connect),
        (Command::Connect, Some(_)) => Err(Violation::new("this connection is connected already")),
        (_, None) => Err(Violation::new("the first frame must be CONNECT")),
        (Command::Send, Some(_)) => send(frame).map(Request::Send),
        (Command::Subscribe, Some(version)) => subscribe(&frame, version).map(Request::Subscribe),
        (Command::Unsubscribe, Some(version)) => {
            subscription(&frame, version).map(|id| Request::Unsubscribe { id })
        }
        (Command::Ack | Command::Nack, Some(version)) => acknowledge(&frame, version),
        (Command::Begin, Some(_)) => required(&frame, "transaction").map(Request::Begin),
        (Command::Commit, Some(_)) => required(&frame, "transaction").map(Request::Commit),
        (Command::Abort, Some(_)) => required(&frame, "transaction").map(Request::Abort),
        (Command::Disconnect, Some(_)) => Ok(Request::Disconnect),
    }
}

/// Pages that cannot set HTTP headers show their token in a STOMP header.
fn token(frame: &Frame) -> Option<&str> {
    let header = frame.headers.get("Authorization").or_else(|| frame.headers.get("authorization"));
    let Some(value) = header else {
        return frame.headers.get("token");
    };
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim()),
        // Something was shown; whether it is good is not for us to say.
        _ => Some(value),
    }
}

/// `host` is not looked at: there is one host here, and widespread clients leave it out.
fn connect(frame: &Frame) -> Result<Connect, Violation> {
    Ok(Connect {
        version: Version::negotiate(frame.headers.get("accept-version")),
        heart_beat: HeartBeat::parse(frame.headers.get("heart-beat"))?,
    })
}

fn send(frame: Frame) -> Result<Send, Violation> {
    Ok(Send {
        destination: required(&frame, "destination")?,
        transaction: optional(&frame, "transaction")?,
        body: frame.body,
    })
}

fn subscribe(frame: &Frame, version: Version) -> Result<Subscribe, Violation> {
    let acknowledges = match frame.headers.get("ack") {
        None | Some("auto") => false,
        Some("client") => true,
        Some("client-individual") if version > Version::V10 => true,
        Some(_) => return Err(Violation::new("there is no such ack mode")),
    };
    let after_seq = frame
        .headers
        .get("after-seq")
        .map(|text| text.parse().map_err(|_| Violation::new("after-seq is not a number")))
        .transpose()?;
    let destination = required(frame, "destination")?;
    Ok(Subscribe { id: subscription(frame, version)?, destination, acknowledges, after_seq })
}

/// The name of a subscription. 1.0 allows none, and then the destination stands for it.
fn subscription(frame: &Frame, version: Version) -> Result<String, Violation> {
    match optional(frame, "id")? {
        Some(id) => Ok(id),
        None if version == Version::V10 => required(frame, "destination"),
        None => Err(Violation::new("id is missing")),
    }
}

fn acknowledge(frame: &Frame, version: Version) -> Result<Request, Violation> {
    let names: &[&'static str] = match version {
        Version::V10 => &["message-id"],
        Version::V11 => &["message-id", "subscription"],
        Version::V12 => &["id"],
    };
    for name in names {
        required(frame, name)?;
    }
    Ok(Request::Acknowledge { transaction: optional(frame, "transaction")? })
}

fn optional(frame: &Frame, name: &'static str) -> Result<Option<String>, Violation> {
    match frame.headers.get(name) {
        Some(value) if value.len() > MAX_NAME_BYTES => {
            Err(Violation::new(format!("{name} is too long")))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

fn required(frame: &Frame, name: &'static str) -> Result<String, Violation> {
    optional(frame, name)?.ok_or_else(|| Violation::new(format!("{name} is missing")))
}
