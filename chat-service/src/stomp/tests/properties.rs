//! What holds for any frame and for any bytes.

use proptest::prelude::*;

use crate::stomp::escape::escape;
use crate::stomp::{Command, Decoder, Limits, Order, Version};

/// A frame as a well-made client would write it.
fn encode(name: &str, headers: &[(String, String)], body: &[u8], version: Version) -> Vec<u8> {
    let mut bytes = format!("{name}\n").into_bytes();
    for (name, value) in headers {
        escape(name, version, &mut bytes);
        bytes.push(b':');
        escape(value, version, &mut bytes);
        bytes.push(b'\n');
    }
    bytes.extend(format!("content-length:{}\n\n", body.len()).bytes());
    bytes.extend_from_slice(body);
    bytes.push(0);
    bytes
}

/// What a version can say: 1.1 has no way to say CR, and none has one for NUL.
fn text(version: Version) -> impl Strategy<Value = String> {
    any::<String>().prop_map(move |text| {
        let sayable = |c: &char| *c != '\0' && (version == Version::V12 || *c != '\r');
        text.chars().filter(sayable).collect()
    })
}

fn headers(version: Version) -> impl Strategy<Value = Vec<(String, String)>> {
    let name = text(version).prop_map(|name| format!("x{name}"));
    prop::collection::vec((name, text(version)), 0..8)
}

fn versions() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V11), Just(Version::V12)]
}

proptest! {
    #[test]
    fn any_frame_survives_however_it_is_cut(
        (version, headers) in versions().prop_flat_map(|v| (Just(v), headers(v))),
        body in prop::collection::vec(any::<u8>(), 0..600),
        beats in 0..4_usize,
        piece in 1..40_usize,
    ) {
        let wire = encode("SEND", &headers, &body, version);
        let mut decoder = Decoder::new(Limits::default());
        decoder.speak(version);
        let mut frames = Vec::new();
        let stream = [wire.clone(), vec![b'\n'; beats], wire].concat();
        for piece in stream.chunks(piece) {
            decoder.feed(piece);
            while let Some(frame) = decoder.next().unwrap() {
                frames.push(frame);
            }
        }
        prop_assert_eq!(frames.len(), 2);
        for frame in frames {
            prop_assert_eq!(frame.command, Command::Send);
            prop_assert_eq!(&frame.body[..], &body[..]);
            prop_assert_eq!(frame.headers.len(), headers.len() + 1);
            for (name, _) in &headers {
                // Of repeated headers the first counts.
                let first = headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
                prop_assert_eq!(frame.headers.get(name), first);
            }
        }
    }

    #[test]
    fn any_bytes_end_in_a_frame_or_a_violation(
        bytes in prop::collection::vec(prop_oneof![
            any::<u8>(), Just(b'\n'), Just(0), Just(b'\r'), Just(b':'), Just(b'\\')
        ], 0..400),
        piece in 1..50_usize,
        version in prop::option::of(versions()),
    ) {
        let mut at_once = Decoder::new(Limits::default());
        let mut in_pieces = Decoder::new(Limits::default());
        if let Some(version) = version {
            at_once.speak(version);
            in_pieces.speak(version);
        }
        prop_assert_eq!(
            run(&mut at_once, bytes.chunks(bytes.len().max(1)), version),
            run(&mut in_pieces, bytes.chunks(piece), version)
        );
    }

    #[test]
    fn any_headers_are_understood_or_refused(
        name in "(SEND|SUBSCRIBE|UNSUBSCRIBE|ACK|BEGIN|CONNECT)",
        headers in prop::collection::vec((
            "(id|destination|ack|transaction|after-seq|heart-beat|accept-version|receipt)",
            "[ -~]{0,20}",
        ), 0..6),
        version in prop::option::of(versions()),
    ) {
        let wire = encode(&name, &headers, b"", version.unwrap_or(Version::V10));
        let mut decoder = Decoder::new(Limits::default());
        if let Some(version) = version {
            decoder.speak(version);
        }
        decoder.feed(&wire);
        if let Ok(Some(frame)) = decoder.next() {
            let receipt = frame.headers.get("receipt").map(str::to_owned);
            match Order::parse(frame, version) {
                Ok(order) => prop_assert_eq!(order.receipt, receipt),
                Err(violation) => prop_assert_eq!(violation.receipt, receipt),
            }
        }
    }
}

/// The frames, and the violation that ends them, as text.
fn run<'a>(
    decoder: &mut Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
    version: Option<Version>,
) -> Vec<String> {
    let mut seen = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next() {
                Ok(Some(frame)) => seen.push(format!("{:?}", Order::parse(frame, version))),
                Ok(None) => break,
                Err(violation) => {
                    seen.push(violation.message.into_owned());
                    return seen;
                }
            }
        }
    }
    seen
}
