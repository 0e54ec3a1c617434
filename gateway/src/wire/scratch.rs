//! Memory that the connections of a thread share: what is read lies here until it is passed on, which
//! is mostly at once. A connection where nothing moves holds none.

use std::cell::RefCell;

/// The most that is read at a time.
pub const READ_BYTES: usize = 64 * 1024;
/// What there is at least to put something together in, and what is kept of it between two uses.
const ROOM_BYTES: usize = 4 * 1024;
const KEPT_BYTES: usize = 32 * 1024;

thread_local! {
    static READING: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
    static WRITING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends at most so much to read into. Not to be used while it is lent.
pub fn read<T>(most: usize, with: impl FnOnce(&mut [u8]) -> T) -> T {
    READING.with_borrow_mut(|memory| {
        let most = most.min(memory.len());
        with(memory.get_mut(..most).unwrap_or_default())
    })
}

/// Memory to put together what is then written. To be [given back](give_back).
#[must_use]
pub fn take() -> Vec<u8> {
    let mut memory = WRITING.take();
    memory.reserve(ROOM_BYTES);
    memory
}

/// Takes it back for the next use.
pub fn give_back(mut memory: Vec<u8>) {
    if (ROOM_BYTES..=KEPT_BYTES).contains(&memory.capacity()) {
        memory.clear();
        WRITING.set(memory);
    }
}
