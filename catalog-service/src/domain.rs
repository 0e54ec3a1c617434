//! What an item is: no HTTP, no SQL, no waiting.

mod code;
mod display;
mod everyday;
mod import_run;
mod item;
mod name;
mod shelf;

pub use code::Code;
pub use import_run::{ImportRun, Missing, PAGE_ROWS, RunStatus, Tally};
pub use item::{Coded, Item, SortKey};
pub use name::Name;
