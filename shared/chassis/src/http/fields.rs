//! All refused fields of a request in one answer.

use contracts::problem::FieldError;

use super::error::{ApiError, codes};
use crate::text::{Invalid, Locale};

/// One refused field.
#[derive(Clone, Debug)]
pub struct FieldProblem {
    pointer: String,
    reason: Invalid,
}

impl FieldProblem {
    pub(super) fn in_locale(&self, locale: Locale) -> FieldError {
        FieldError {
            pointer: self.pointer.clone(),
            code: self.reason.code.into(),
            detail: self.reason.text.in_locale(locale),
        }
    }
}

/// Collects refusals, so that a person sees all of them at once.
///
/// ```
/// # use chassis::http::{ApiError, FieldErrors};
/// # use chassis::text::Invalid;
/// # fn parse(text: &str) -> Result<u8, Invalid> { text.parse().map_err(|_| Invalid::new("bad", "", "")) }
/// fn both(a: &str, b: &str) -> Result<(u8, u8), ApiError> {
///     let mut fields = FieldErrors::default();
///     let a = fields.keep("/a", parse(a));
///     let b = fields.keep("/b", parse(b));
///     let (Some(a), Some(b)) = (a, b) else { return Err(fields.into()) };
///     Ok((a, b))
/// }
/// # assert!(both("1", "2").is_ok() && both("x", "y").is_err());
/// ```
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldProblem>);

impl FieldErrors {
    /// Keeps the reason if there is one, and hands on the value if there is one.
    pub fn keep<T>(&mut self, pointer: &str, value: Result<T, Invalid>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(reason) => {
                self.add(pointer, reason);
                None
            }
        }
    }

    /// Adds a refusal.
    pub fn add(&mut self, pointer: &str, reason: Invalid) {
        self.0.push(FieldProblem { pointer: pointer.to_owned(), reason });
    }

    /// Ends with an error if anything was refused.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into()) }
    }

    /// One refused field alone.
    #[must_use]
    pub fn one(pointer: &str, reason: Invalid) -> ApiError {
        let mut fields = Self::default();
        fields.add(pointer, reason);
        fields.into()
    }
}

impl From<FieldErrors> for ApiError {
    fn from(fields: FieldErrors) -> Self {
        Self::new(&codes::VALIDATION_FAILED).with_fields(fields.0)
    }
}
