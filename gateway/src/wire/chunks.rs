//! A body in chunks (RFC 9112, 7.1), looked at as strictly as a head.

use super::{Lines, Malformed};

/// The longest line between chunks, with its extensions, and the most lines after them.
const MAX_LINE_BYTES: usize = 256;
const MAX_TRAILERS: u8 = 16;

/// Where in such a body we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Chunks {
    /// Before the length of a chunk.
    #[default]
    Size,
    /// Within a chunk.
    Data(u64),
    /// Behind one, before the end of its line.
    DataEnd,
    /// Behind the last, after so many trailers.
    Trailers(u8),
    /// At the end.
    End,
}

/// What a body in chunks is made of.
pub(crate) enum Part<'a> {
    /// A piece of what was sent.
    Data(&'a [u8]),
    /// A line behind the last chunk.
    Trailer(&'a [u8]),
}

impl Chunks {
    /// Passes over what is whole, and gives how much that is. What is left begins a line.
    pub(crate) fn pass(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Part<'_>),
    ) -> Result<usize, Malformed> {
        let mut lines = Lines::of(bytes);
        while *self != Self::End && !lines.rest().is_empty() {
            if let Self::Data(left) = *self {
                let here = u64::try_from(lines.rest().len()).unwrap_or(u64::MAX).min(left);
                let count = usize::try_from(here).unwrap_or(usize::MAX);
                take(Part::Data(lines.rest().get(..count).unwrap_or_default()));
                lines.skip(count);
                *self = if here == left { Self::DataEnd } else { Self::Data(left - here) };
                continue;
            }
            let Some(line) = lines.next()? else {
                if lines.rest().len() > MAX_LINE_BYTES {
                    return Err(Malformed("a line between chunks is too long"));
                }
                break;
            };
            *self = self.after(line)?;
            if matches!(self, Self::Trailers(count) if *count > 0) {
                take(Part::Trailer(line));
            }
        }
        Ok(lines.at())
    }

    fn after(self, line: &[u8]) -> Result<Self, Malformed> {
        match self {
            Self::Size => match size(line)? {
                0 => Ok(Self::Trailers(0)),
                size => Ok(Self::Data(size)),
            },
            Self::DataEnd if line.is_empty() => Ok(Self::Size),
            Self::Trailers(_) if line.is_empty() => Ok(Self::End),
            Self::Trailers(count) if count < MAX_TRAILERS => {
                super::header(line)?;
                Ok(Self::Trailers(count + 1))
            }
            _ => Err(Malformed("a chunk is not as long as it says")),
        }
    }
}

/// The length in front of a chunk. What may stand behind it means nothing to us.
fn size(line: &[u8]) -> Result<u64, Malformed> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let digits = digits.trim_ascii_end();
    let is_hex = (1..=16).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_hex && line.len() <= MAX_LINE_BYTES);
    let size = text.and_then(|text| u64::from_str_radix(text, 16).ok());
    size.ok_or(Malformed("the length of a chunk is no number"))
}

#[cfg(test)]
mod tests {
    use super::{Chunks, Part};

    #[test]
    fn a_body_ends_where_it_ends() {
        for (body, data, trailers, after) in [
            ("0\r\n\r\n", "", "", ""),
            ("5\r\nhello\r\n0\r\n\r\n", "hello", "", "GET /"),
            (
                "5;a=b\r\nhello\r\n1 \r\n\n\r\n0\r\nx: 1\r\ny: 2\r\n\r\n",
                "hello\n",
                "x: 1|y: 2|",
                "5\r\n",
            ),
        ] {
            for cut in 0..body.len() {
                let (one, other) = body.split_at(cut);
                let (mut found, mut behind) = (Vec::new(), Vec::new());
                let mut take = |part: Part<'_>| match part {
                    Part::Data(data) => found.extend_from_slice(data),
                    Part::Trailer(line) => behind.extend_from_slice(&[line, b"|"].concat()),
                };
                let mut chunks = Chunks::default();
                let mut passed = chunks.pass(one.as_bytes(), &mut take).unwrap();
                let rest = format!("{}{other}{after}", &one[passed..]);
                passed += chunks.pass(rest.as_bytes(), &mut take).unwrap();
                assert_eq!((passed, chunks), (body.len(), Chunks::End), "{body:?} {cut}");
                assert_eq!(
                    (found.as_slice(), behind.as_slice()),
                    (data.as_bytes(), trailers.as_bytes())
                );
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for body in [
            "5\nhello\r\n",
            "5\r\nhello\n",
            "5\r\nhello!\r\n",
            "5\r\nhell\r\n0\r\n\r\n",
            "0x5\r\nhello\r\n",
            "+5\r\nhello\r\n",
            "-1\r\n",
            "\r\n",
            " 5\r\nhello\r\n",
            "zz\r\n",
            "10000000000000000\r\n",
            "00000000000000005\r\n",
            "5;a=\n\r\n",
            "5;a=\0\r\n",
            "0\r\nno colon\r\n\r\n",
        ] {
            assert!(Chunks::default().pass(body.as_bytes(), |_| {}).is_err(), "{body:?}");
        }
        let long = format!("5;{}", "a".repeat(300));
        assert!(Chunks::default().pass(long.as_bytes(), |_| {}).is_err());
    }
}
