//! Why a page could not be had from a source.

/// Why a page could not be had. None of these says anything about the items.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection, or it broke.
    #[error("the source cannot be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the source did not answer in time")]
    Timeout,
    /// It answered with this 5xx.
    #[error("the source answered HTTP {0}")]
    ServerError(u16),
    /// It answered with this status, which is neither 200 nor 5xx.
    #[error("the source answered HTTP {0}")]
    UnexpectedStatus(u16),
    /// `ERROR-500`, `ERROR-600`, `ERROR-601`: it is in trouble.
    #[error("the source is in trouble ({0})")]
    InTrouble(String),
    /// `INFO-100`: the key is wrong or not approved.
    #[error("the source does not accept the key")]
    InvalidKey,
    /// `INFO-300`: today's calls are used up.
    #[error("today's calls to the source are used up")]
    QuotaSpent,
    /// `INFO-200`, or a total of 0: there is nothing. That is never a reason to delete anything.
    #[error("the source says that it has no rows")]
    NoRows,
    /// Any other `ERROR-3xx`: it does not understand us.
    #[error("the source refused the request ({0})")]
    RequestRefused(String),
    /// A code that is not documented.
    #[error("the source answered with the unknown code {0}")]
    UnknownCode(String),
    /// An answer without a body.
    #[error("the source answered nothing")]
    Empty,
    /// A body that is not UTF-8.
    #[error("the answer is not UTF-8")]
    NotUtf8,
    /// A web page, perhaps of a proxy.
    #[error("the answer is a web page")]
    Html,
    /// XML, though JSON was asked for, and no error is in it.
    #[error("the answer is XML instead of JSON")]
    Xml,
    /// JSON that ends in the middle.
    #[error("the answer is cut off")]
    CutOff,
    /// JSON of another shape than documented, or none.
    #[error("the answer cannot be understood")]
    Malformed,
    /// More than any page can have.
    #[error("the answer is too large")]
    TooLarge,
    /// A page with another number of rows than its place in the source says.
    #[error("a page has {got} rows instead of {expected}")]
    WrongRows {
        /// What it should have.
        expected: usize,
        /// What it has.
        got: usize,
    },
    /// The source grew or shrank while it was being read.
    #[error("the source changed while it was being read")]
    SourceChanged,
}

impl Failure {
    /// The name under which a failed run keeps it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::ServerError(_) => "server_error",
            Self::UnexpectedStatus(_) => "unexpected_status",
            Self::InTrouble(_) => "source_in_trouble",
            Self::InvalidKey => "invalid_key",
            Self::QuotaSpent => "quota_spent",
            Self::NoRows => "no_rows",
            Self::RequestRefused(_) => "request_refused",
            Self::UnknownCode(_) => "unknown_code",
            Self::Empty => "empty_answer",
            Self::NotUtf8 => "not_utf8",
            Self::Html => "html_answer",
            Self::Xml => "xml_answer",
            Self::CutOff => "cut_off",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::WrongRows { .. } => "wrong_rows",
            Self::SourceChanged => "source_changed",
        }
    }

    /// Whether asking again may help: the source was away or in trouble. All else would only be
    /// said again, and cost one of the day's calls.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Timeout | Self::ServerError(_) | Self::InTrouble(_)
        )
    }
}
