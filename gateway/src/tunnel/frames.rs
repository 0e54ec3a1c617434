//! Where one WebSocket frame ends and the next begins (RFC 6455, 5.2).

/// How far a stream of frames has come. It never looks into them.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The beginning of a head that is not yet whole.
    head: [u8; 2],
    /// How much of the head has come.
    seen: u64,
    /// The length of the payload, as far as it is known.
    length: u64,
    /// How much of the payload is still to come, once the head is whole.
    payload_left: u64,
}

impl Frames {
    /// Whether a frame has just ended and nothing of the next has come.
    pub(super) const fn is_between(&self) -> bool {
        self.seen == 0 && self.payload_left == 0
    }

    /// How many bytes may follow without touching the frame after this one; at least one.
    pub(super) const fn to_end(&self) -> u64 {
        if self.payload_left > 0 { self.payload_left } else { 1 }
    }

    /// These bytes went by.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while let [byte, rest @ ..] = bytes {
            if self.payload_left > 0 {
                let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(self.payload_left);
                self.payload_left -= here;
                bytes = bytes.get(usize::try_from(here).unwrap_or(usize::MAX)..).unwrap_or(&[]);
            } else {
                self.pass_head(*byte);
                bytes = rest;
            }
        }
    }

    fn pass_head(&mut self, byte: u8) {
        match self.seen {
            0 => self.head = [byte, 0],
            1 => {
                self.head[1] = byte;
                self.length = u64::from(byte & 0x7f);
                if self.length > 125 {
                    self.length = 0;
                }
            }
            seen if seen < 2 + self.length_bytes() => {
                self.length = (self.length << 8) | u64::from(byte);
            }
            // The mask says nothing about the length.
            _ => {}
        }
        self.seen += 1;
        if self.seen >= 2 && self.seen == 2 + self.length_bytes() + self.mask_bytes() {
            self.seen = 0;
            self.payload_left = self.length;
        }
    }

    const fn length_bytes(&self) -> u64 {
        match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        }
    }

    const fn mask_bytes(&self) -> u64 {
        if self.head[1] & 0x80 == 0 { 0 } else { 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::Frames;

    fn frame(length: usize, is_masked: bool) -> Vec<u8> {
        let mask = if is_masked { 0x80 } else { 0 };
        let mut frame = vec![0x82];
        match length {
            0..=125 => frame.push(mask | u8::try_from(length).unwrap()),
            126..=65_535 => {
                frame.push(mask | 0x7e);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(mask | 0x7f);
                frame.extend(u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        frame.extend(std::iter::repeat_n(0x81, if is_masked { 4 } else { 0 }));
        frame.extend(std::iter::repeat_n(0xff, length));
        frame
    }

    proptest::proptest! {
        /// However the bytes are cut into pieces, the ends are found, and only they.
        #[test]
        fn the_end_of_each_frame_is_found(
            lengths in proptest::collection::vec((0..70_000_usize, proptest::bool::ANY), 1..5),
            piece in 1..1000_usize,
        ) {
            let mut ends = vec![0];
            let mut stream = Vec::new();
            for (length, is_masked) in lengths {
                stream.extend(frame(length, is_masked));
                ends.push(stream.len());
            }
            let mut frames = Frames::default();
            let mut at = 0;
            for bytes in stream.chunks(piece) {
                frames.pass(bytes);
                at += bytes.len();
                assert_eq!(frames.is_between(), ends.contains(&at), "{at}");
            }
        }

        /// Whoever takes no more than `to_end` stops at an end.
        #[test]
        fn the_end_is_not_missed(length in 0..70_000_usize, is_masked in proptest::bool::ANY) {
            let one = frame(length, is_masked);
            let mut frames = Frames::default();
            let mut at = 0;
            while at == 0 || !frames.is_between() {
                let next = at + usize::try_from(frames.to_end()).unwrap();
                frames.pass(&one[at..next]);
                at = next;
            }
            assert_eq!(at, one.len());
        }
    }
}
