//! What can go wrong in the database, told apart.
//!
//! The driver hands on a kind and a sentence. MySQL and MariaDB word those sentences alike, and
//! this is the only file that reads them.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed database operation.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection could be had, or it broke. Whether a statement under way took effect is
    /// unknown.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The server gave up one of two transactions that waited for each other.
    #[error("the transaction was the victim of a deadlock")]
    Deadlock,
    /// Another transaction held a row for too long.
    #[error("a row lock was not to be had in time")]
    LockTimeout,
    /// The statement ran longer than allowed.
    #[error("the statement ran for too long")]
    StatementTimeout,
    /// A unique key has that value already.
    #[error("unique key {key} has that value already")]
    Duplicate {
        /// The name of the key, without its table.
        key: String,
    },
    /// The row that should be there is not.
    #[error("no such row")]
    NotFound,
    /// A row says what no writer of ours writes.
    #[error("{table}.{column} holds what cannot be: {value}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// Anything else, a fault of ours.
    #[error("database error: {0}")]
    Other(#[source] DieselError),
}

impl DbError {
    /// Whether the unique key `name` refused the row.
    #[must_use]
    pub fn is_duplicate_of(&self, name: &str) -> bool {
        matches!(self, Self::Duplicate { key } if key == name)
    }
}

/// An error that a transaction can look into, to know when to start over.
pub trait Retryable {
    /// Whether it comes from a deadlock.
    fn is_deadlock(&self) -> bool;
}

impl Retryable for DbError {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Deadlock)
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, info) = &error else {
            return match error {
                DieselError::NotFound => Self::NotFound,
                DieselError::BrokenTransactionManager => Self::Unavailable(error.to_string()),
                other => Self::Other(other),
            };
        };
        let message = info.message();
        match kind {
            DatabaseErrorKind::UniqueViolation => {
                Self::Duplicate { key: key_name(message).to_owned() }
            }
            DatabaseErrorKind::ClosedConnection => Self::Unavailable(message.to_owned()),
            DatabaseErrorKind::Unknown => match message {
                m if m.starts_with("Deadlock found") => Self::Deadlock,
                m if m.starts_with("Lock wait timeout exceeded") => Self::LockTimeout,
                m if m.contains("max_statement_time exceeded")
                    || m.contains("maximum statement execution time exceeded") =>
                {
                    Self::StatementTimeout
                }
                m if m.starts_with("Input/output error")
                    || m.starts_with("Driver error")
                    || m.contains("shutdown in progress")
                    || m.starts_with("Connection was killed")
                    || m.contains("read-only") =>
                {
                    Self::Unavailable(m.to_owned())
                }
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

/// The key in `Duplicate entry 'x' for key 'table.uq_x'`; MariaDB leaves the table out.
fn key_name(message: &str) -> &str {
    let quoted = message.trim_end_matches('\'').rsplit('\'').next().unwrap_or_default();
    quoted.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::key_name;

    #[test]
    fn both_servers_name_the_key() {
        for (message, key) in [
            ("Duplicate entry 'a@b' for key 'uq_users_email'", "uq_users_email"),
            ("Duplicate entry 'it's' for key 'users.uq_users_email'", "uq_users_email"),
            ("Duplicate entry '\\x01' for key 'PRIMARY'", "PRIMARY"),
        ] {
            assert_eq!(key_name(message), key);
        }
    }
}
