//! The rules one by one.

use crate::stomp::encode;
use crate::stomp::{
    Command, Decoder, Frame, HeartBeat, Limits, MessageTemplate, Order, Request, Version, Violation,
};

fn decode(version: impl Into<Option<Version>>, wire: &str) -> Result<Vec<Frame>, Violation> {
    let mut decoder = Decoder::new(Limits::default());
    if let Some(version) = version.into() {
        decoder.speak(version);
    }
    decoder.feed(wire.as_bytes());
    let mut frames = Vec::new();
    while let Some(frame) = decoder.next()? {
        frames.push(frame);
    }
    Ok(frames)
}

fn order(version: impl Into<Option<Version>>, wire: &str) -> Result<Order, Violation> {
    let version = version.into();
    Order::parse(decode(version, wire)?.remove(0), version)
}

#[test]
fn lines_end_in_lf_or_in_cr_lf() {
    for wire in ["SEND\ndestination:a\n\nhi\0", "SEND\r\ndestination:a\r\n\r\nhi\0"] {
        let frame = decode(Version::V12, wire).unwrap().remove(0);
        assert_eq!(frame.headers.get("destination"), Some("a"));
        assert_eq!(&frame.body[..], b"hi");
    }
}

#[test]
fn line_ends_between_frames_mean_nothing() {
    let frames = decode(Version::V12, "\n\r\n\nBEGIN\ntransaction:t\n\n\0\n\r\n\n").unwrap();
    assert_eq!(frames.len(), 1);
}

#[test]
fn escapes_are_those_of_the_version() {
    let value = |version, wire: &str| {
        decode(version, wire).map(|frames| frames[0].headers.get("a").map(str::to_owned))
    };
    let escaped = "SEND\na:1\\c2\\n3\\\\4\n\n\0";
    assert_eq!(value(Version::V12, escaped).unwrap().as_deref(), Some("1:2\n3\\4"));
    assert_eq!(value(Version::V11, escaped).unwrap().as_deref(), Some("1:2\n3\\4"));
    assert_eq!(value(Version::V10, escaped).unwrap().as_deref(), Some("1\\c2\\n3\\\\4"));
    let carriage_return = "SEND\na:\\r\n\n\0";
    assert_eq!(value(Version::V12, carriage_return).unwrap().as_deref(), Some("\r"));
    assert!(value(Version::V11, carriage_return).is_err());
    for undefined in ["\\t", "\\", "\\C"] {
        let wire = format!("SEND\nreceipt:r\na:{undefined}\n\n\0");
        let violation = value(Version::V12, &wire).unwrap_err();
        assert_eq!(violation.receipt.as_deref(), Some("r"), "{undefined}");
    }
}

#[test]
fn connect_is_not_escaped() {
    let frame = decode(None, "CONNECT\nlogin:a\\tb\nhost:h:1\n\n\0").unwrap().remove(0);
    assert_eq!(frame.headers.get("login"), Some("a\\tb"));
    assert_eq!(frame.headers.get("host"), Some("h:1"));
}

#[test]
fn spaces_belong_to_a_header_but_in_1_0() {
    let value = |version| {
        let frame = decode(version, "SEND\ndestination: a \n\n\0").unwrap().remove(0);
        frame.headers.get("destination").map(str::to_owned)
    };
    assert_eq!(value(Version::V10).as_deref(), Some("a"));
    assert_eq!(value(Version::V11).as_deref(), Some(" a "));
    assert_eq!(value(Version::V12).as_deref(), Some(" a "));
}

#[test]
fn a_body_may_hold_a_nul_if_its_length_is_told() {
    let frames = decode(Version::V12, "SEND\ncontent-length:3\n\na\0b\0SEND\n\nc\0").unwrap();
    assert_eq!((&frames[0].body[..], &frames[1].body[..]), (&b"a\0b"[..], &b"c"[..]));
}

#[test]
fn what_breaks_the_rules_is_refused() {
    for (wire, message) in [
        ("HELLO\n\n\0", "there is no such command"),
        ("send\n\n\0", "there is no such command"),
        ("SEND\nnothing\n\n\0", "a header has no colon"),
        ("SEND\n:v\n\n\0", "a header has no name"),
        ("SEND\na:b\rc\n\n\0", "a header has a carriage return within"),
        ("SEND\na:b\0", "the frame ends within its headers"),
        ("\0", "the frame ends within its headers"),
        ("SEND\ncontent-length:x\n\n\0", "content-length is not a number"),
        ("SEND\ncontent-length:-1\n\n\0", "content-length is not a number"),
        ("SEND\ncontent-length:1\n\nab\0", "the body is not as long as content-length says"),
        ("SEND\ncontent-length:99999999999999999999\n\n", "the body is too large"),
        ("SEND\ncontent-length:32769\n\n", "the body is too large"),
        ("BEGIN\ntransaction:t\n\nbody\0", "only SEND may have a body"),
        ("\rSEND\n\n\0", "a carriage return stands alone"),
    ] {
        assert_eq!(decode(Version::V12, wire).unwrap_err().message, message, "{wire:?}");
    }
    let not_utf8 = b"SEND\na:\xff\n\n\0";
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(not_utf8);
    assert!(decoder.next().is_err());
}

#[test]
fn what_is_too_large_is_refused_before_it_is_whole() {
    for (endless, piece) in [("SEND\na:", "aaaaaaaa"), ("SEND\n\n", "bbbbbbbb"), ("", "\nSEND")] {
        let mut decoder = Decoder::new(Limits::default());
        decoder.feed(endless.as_bytes());
        let refused = (0..100_000).any(|_| {
            decoder.feed(piece.as_bytes());
            decoder.next().is_err()
        });
        assert!(refused, "{endless}{piece}…");
    }
    let many = format!("SEND\n{}\n\0", "a:b\n".repeat(51));
    assert_eq!(decode(Version::V12, &many).unwrap_err().message, "there are too many headers");
}

#[test]
fn nack_is_unknown_to_1_0() {
    assert!(decode(Version::V10, "NACK\nmessage-id:1\n\n\0").is_err());
    assert_eq!(decode(Version::V11, "NACK\n\n\0").unwrap()[0].command, Command::Nack);
}

#[test]
fn each_command_needs_its_headers() {
    for (version, wire, missing) in [
        (Version::V12, "SEND\n\n\0", "destination is missing"),
        (Version::V12, "SUBSCRIBE\nid:0\n\n\0", "destination is missing"),
        (Version::V12, "SUBSCRIBE\ndestination:d\n\n\0", "id is missing"),
        (Version::V11, "UNSUBSCRIBE\ndestination:d\n\n\0", "id is missing"),
        (Version::V12, "ACK\nmessage-id:1\n\n\0", "id is missing"),
        (Version::V11, "ACK\nmessage-id:1\n\n\0", "subscription is missing"),
        (Version::V10, "ACK\nid:1\n\n\0", "message-id is missing"),
        (Version::V12, "BEGIN\n\n\0", "transaction is missing"),
        (Version::V12, "COMMIT\n\n\0", "transaction is missing"),
        (Version::V12, "ABORT\n\n\0", "transaction is missing"),
        (
            Version::V12,
            "SUBSCRIBE\nid:0\ndestination:d\nack:maybe\n\n\0",
            "there is no such ack mode",
        ),
        (
            Version::V12,
            "SUBSCRIBE\nid:0\ndestination:d\nafter-seq:-1\n\n\0",
            "after-seq is not a number",
        ),
        (Version::V12, "CONNECT\naccept-version:1.2\n\n\0", "this connection is connected already"),
    ] {
        assert_eq!(order(version, wire).unwrap_err().message, missing, "{wire:?}");
    }
    let first = order(None, "SEND\nreceipt:r\ndestination:d\n\n\0").unwrap_err();
    assert_eq!(first, Violation::new("the first frame must be CONNECT").of(Some("r")));
}

#[test]
fn in_1_0_the_destination_stands_for_the_id() {
    let Request::Subscribe(subscribe) =
        order(Version::V10, "SUBSCRIBE\ndestination:d\n\n\0").unwrap().request
    else {
        panic!("not a SUBSCRIBE");
    };
    assert_eq!(subscribe.id, "d");
}

#[test]
fn a_token_is_found_where_clients_put_it() {
    for header in ["Authorization:Bearer t", "authorization:bearer t", "token:t"] {
        let order = order(None, &format!("CONNECT\naccept-version:1.2\n{header}\n\n\0")).unwrap();
        assert_eq!(order.token.as_deref(), Some("t"), "{header}");
    }
}

#[test]
fn answers_are_escaped_for_their_version() {
    let receipt = |version| String::from_utf8(encode::receipt("a:b\n\\\r", version)).unwrap();
    assert_eq!(receipt(Version::V12), "RECEIPT\nreceipt-id:a\\cb\\n\\\\\\r\n\n\0");
    assert_eq!(receipt(Version::V11), "RECEIPT\nreceipt-id:a\\cb\\n\\\\\n\n\0");
    assert_eq!(receipt(Version::V10), "RECEIPT\nreceipt-id:a:b\\\n\n\0");
}

#[test]
fn connected_tells_version_and_heart_beats() {
    let ours = HeartBeat { sends_ms: 10_000, wants_ms: 10_000 };
    let text = String::from_utf8(encode::connected(Version::V12, "s-1", ours)).unwrap();
    assert!(text.starts_with("CONNECTED\nversion:1.2\nsession:s-1\nserver:project509-chat/"));
    assert!(text.ends_with("\nheart-beat:10000,10000\n\n\0"));
}

#[test]
fn a_template_writes_whole_messages() {
    let template = MessageTemplate::new(Version::V12, "sub:0", "/topic/r", "r", true);
    let mut wire = Vec::new();
    template.write(7, b"{}", &mut wire);
    assert_eq!(
        String::from_utf8(wire).unwrap(),
        "MESSAGE\nsubscription:sub\\c0\ndestination:/topic/r\n\
         content-type:application/json;charset=utf-8\nmessage-id:r-7\nack:r-7\n\
         content-length:2\n\n{}\0"
    );
}
