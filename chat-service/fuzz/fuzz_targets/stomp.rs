//! Whatever a client sends, and however it is cut: the same frames come out, or a violation.
#![no_main]

use chat_service::stomp::{Decoder, Limits, Order, Version, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (version, piece, bytes) = input;
    let version = [None, Some(Version::V10), Some(Version::V11), Some(Version::V12)]
        [usize::from(version % 4)];
    let at_once = run(bytes.chunks(bytes.len().max(1)), version);
    let in_pieces = run(bytes.chunks(usize::from(piece).max(1)), version);
    assert_eq!(at_once, in_pieces);
});

fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>, version: Option<Version>) -> Vec<String> {
    let mut decoder = Decoder::new(Limits::default());
    if let Some(version) = version {
        decoder.speak(version);
    }
    let mut seen = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next() {
                Ok(Some(frame)) => seen.push(match Order::parse(frame, version) {
                    Ok(order) => format!("{order:?}"),
                    Err(violation) => {
                        // It can be told, and is one frame.
                        let told = encode::error(&violation, "protocol_violation", version);
                        assert_eq!(told.last(), Some(&0));
                        format!("{violation:?}")
                    }
                }),
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
