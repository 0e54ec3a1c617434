//! What an item is: no HTTP, no SQL, no waiting.

mod code;
mod display;
mod item;
mod name;
mod shelf;

pub use code::Code;
pub use item::{Coded, Item, SortKey};
pub use name::Name;
