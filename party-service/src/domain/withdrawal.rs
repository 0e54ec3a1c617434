//! Leaving the platform, step by step.
//!
//! | when | what |
//! | --- | --- |
//! | at once, in one transaction | the password and the place are gone, every session is over, everyone is told |
//! | within moments | the parties led are cancelled, memberships left, applications taken back; what has begun stays |
//! | after some days (`[withdrawal]`) | the rest is erased, by them and about them; the e-mail address and the nickname are free again; everyone is told to erase what they wrote |
//!
//! The row of the account stays, empty: parties, penalties and reports point to it.

/// What is to be done next for somebody who has withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Take them out of their parties.
    Leave,
    /// Erase what is left of them, when it is time.
    Erase,
    /// Nothing.
    Done,
}

/// The name of a step, under which it is stored.
#[must_use]
pub const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Leave => "leave",
        Step::Erase => "erase",
        Step::Done => "done",
    }
}
