//! The chapters of the run book, run: back-up and restore, keys, dead letters, roll-out, alarms.

mod back_up;
mod cloud;
mod dead_letters;
mod desk;
mod keys;
mod roll_out;
mod sql;
mod watching;
