//! Framing, beside an independent implementation of it.

use proptest::prelude::*;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Message, WebSocket};

use super::*;

/// What the pieces say, put together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    messages: Vec<Vec<u8>>,
    pings: Vec<Vec<u8>>,
    closed: bool,
    under_way: Vec<u8>,
}

impl Heard {
    fn take(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Data(bytes) => self.under_way.extend_from_slice(bytes),
            Piece::MessageEnd => self.messages.push(std::mem::take(&mut self.under_way)),
            Piece::Ping(bytes) => self.pings.push(bytes.to_vec()),
            Piece::Pong => {}
            Piece::Close => self.closed = true,
        }
    }
}

fn hear(wire: &[u8], piece: usize) -> Result<Heard, Breach> {
    let mut unframer = Unframer::default();
    let mut heard = Heard::default();
    for piece in wire.chunks(piece) {
        unframer.feed(&mut piece.to_vec(), |piece| heard.take(&piece))?;
    }
    Ok(heard)
}

/// A frame as a client writes it.
fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut wire = Vec::new();
    header(0, payload.len(), &mut wire);
    wire[0] = first;
    wire[1] |= 0x80;
    wire.extend(mask);
    wire.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
    wire
}

proptest! {
    #[test]
    fn what_another_client_writes_is_read(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70_000), 1..4),
        piece in 1..5_000_usize,
    ) {
        let mut client = WebSocket::from_raw_socket(
            std::io::Cursor::new(Vec::new()), Role::Client, None);
        let small: Vec<_> = messages.into_iter().filter(|message| message.len() <= 65_536).collect();
        for message in &small {
            client.send(Message::Binary(message.clone().into())).unwrap();
        }
        let heard = hear(client.get_ref().get_ref(), piece).unwrap();
        prop_assert_eq!(heard.messages, small);
    }

    #[test]
    fn what_we_write_is_read_by_another_client(texts in prop::collection::vec(".{0,400}", 1..5)) {
        let mut wire = Vec::new();
        for part in &texts {
            text(part.as_bytes(), &mut wire);
            ping(&mut wire);
        }
        close(1012, "the service restarts", &mut wire);
        let mut client =
            WebSocket::from_raw_socket(std::io::Cursor::new(wire), Role::Client, None);
        for part in &texts {
            prop_assert_eq!(client.read().unwrap(), Message::text(part.as_str()));
            prop_assert_eq!(client.read().unwrap(), Message::Ping(Vec::new().into()));
        }
        prop_assert!(client.read().unwrap().is_close());
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1..20_usize,
    ) {
        prop_assert_eq!(hear(&bytes, piece).is_ok(), hear(&bytes, 1_000).is_ok());
    }

    #[test]
    fn fragments_with_a_ping_between_are_one_message(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 2..5),
        mask in any::<[u8; 4]>(),
        piece in 1..50_usize,
    ) {
        let mut wire = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let opcode = if number == 0 { BINARY } else { CONTINUATION };
            let last = if number + 1 == parts.len() { 0x80 } else { 0 };
            wire.extend(masked(opcode | last, part, mask));
            wire.extend(masked(0x80 | PING, b"?", mask));
        }
        let heard = hear(&wire, piece).unwrap();
        prop_assert_eq!(heard.messages, [parts.concat()]);
        prop_assert_eq!(heard.pings.len(), parts.len());
    }
}

#[test]
fn the_rules_are_kept() {
    let mask = [1, 2, 3, 4];
    let unmasked = [0x81, 1, b'a'];
    let code = |wire: &[u8]| hear(wire, 7).unwrap_err().code;
    assert_eq!(code(&unmasked), 1002);
    assert_eq!(code(&masked(0xc1, b"a", mask)), 1002, "a reserved bit");
    assert_eq!(code(&masked(0x83, b"a", mask)), 1002, "an unknown opcode");
    assert_eq!(code(&masked(0x80, b"a", mask)), 1002, "nothing to continue");
    assert_eq!(code(&masked(0x09, b"a", mask)), 1002, "a ping in parts");
    assert_eq!(code(&masked(0x89, &[0; 126], mask)), 1002, "a ping too long");
    let two = [masked(0x01, b"a", mask), masked(0x81, b"b", mask)].concat();
    assert_eq!(code(&two), 1002, "a message within a message");
}

#[test]
fn a_frame_that_claims_too_much_is_refused_at_once() {
    let mut header = vec![0x82, 0xff];
    header.extend((100 * 1024 * 1024_u64).to_be_bytes());
    let error = hear(&header, 100).unwrap_err();
    assert_eq!((error.code, error.reason), (1009, "the message is too large"));
    let parts = [0x02, 0x00].map(|opcode| masked(opcode, &vec![0; 40_000], [9; 4])).concat();
    assert_eq!(hear(&parts, 1_000).unwrap_err().code, 1009);
}
