//! A reader that gives up when one record grows beyond all measure.

use std::io::{self, Read};

/// The most bytes of one record, give or take a read buffer. Published ones have 2 KiB at most.
pub(super) const MAX_RECORD_BYTES: usize = 64 * 1024;

/// Passes bytes on until [`MAX_RECORD_BYTES`] have gone by without [`next_record`], then ends.
///
/// [`next_record`]: Self::next_record
pub(super) struct Bounded<R> {
    input: R,
    left: usize,
    /// Whether the end was of our making.
    cut: bool,
}

impl<R> Bounded<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, left: MAX_RECORD_BYTES, cut: false }
    }

    /// Starts to count anew.
    pub(super) fn next_record(&mut self) {
        self.left = MAX_RECORD_BYTES;
    }

    /// Whether a record was too long.
    pub(super) fn was_cut(&self) -> bool {
        self.cut
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cut = self.left == 0;
        if self.cut {
            return Ok(0);
        }
        let room = buffer.len().min(self.left);
        let read = self.input.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.left -= read;
        Ok(read)
    }
}
