//! The chapters of the run book, run: back-up and restore, keys, dead letters, roll-out.

mod back_up;
mod dead_letters;
mod desk;
mod keys;
mod roll_out;
