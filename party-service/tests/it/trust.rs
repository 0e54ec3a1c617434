//! Withdrawal, export, reports, blocks and bans.

mod admin_log;
mod bans;
mod blocks;
mod erasing;
mod export;
pub mod export_stand_in;
mod leaving;
pub mod people;
mod races;
mod reports;
mod withdrawal;
