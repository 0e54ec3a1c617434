//! Where items come from.

use super::failure::Failure;
use super::file::FileRows;
use super::mafra::Mafra;
use super::page::{Line, Page};
use crate::domain::PAGE_ROWS;

/// Where items come from, page by page.
pub enum Source {
    /// The open API.
    Mafra(Mafra),
    /// A file that was read.
    File(FileRows),
}

impl Source {
    /// The name of the open API in the history.
    pub const MAFRA: &str = "mafra";

    /// Its name in the history.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Mafra(_) => Self::MAFRA,
            Self::File(file) => file.label(),
        }
    }

    /// The page with this number, from 0 on. It has as many rows as its place says.
    pub async fn page(&self, number: u32) -> Result<Page, Failure> {
        let before = number.saturating_mul(PAGE_ROWS);
        let page = match self {
            Self::Mafra(mafra) => {
                let answer = mafra.rows(before + 1, before + PAGE_ROWS).await?;
                let lines = (before + 1..).zip(answer.rows);
                let lines = lines.map(|(number, row)| Line { number, row: Ok(row) }).collect();
                Page { total: answer.total, lines }
            }
            Self::File(file) => file.page(number)?,
        };
        let expected = page.total.saturating_sub(before).min(PAGE_ROWS);
        let expected = usize::try_from(expected).unwrap_or(usize::MAX);
        if page.lines.len() == expected {
            Ok(page)
        } else {
            Err(Failure::WrongRows { expected, got: page.lines.len() })
        }
    }
}
