//! The forms of file, told apart by their columns.

use super::{MarketRow, Reason, Record, localdata, own, traditional};

/// A form in which lists of markets come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Our own CSV, in UTF-8.
    Own,
    /// 전국전통시장표준데이터 as published on data.go.kr.
    TraditionalMarkets,
    /// LOCALDATA 대규모점포 as published.
    Localdata,
}

impl Form {
    /// The form that has these columns.
    pub(super) fn of(columns: &[String]) -> Option<Self> {
        let has = |names: &[&str]| names.iter().all(|name| columns.iter().any(|c| c == name));
        if has(&own::COLUMNS) {
            Some(Self::Own)
        } else if has(&traditional::COLUMNS) {
            Some(Self::TraditionalMarkets)
        } else if has(&localdata::COLUMNS) {
            Some(Self::Localdata)
        } else {
            None
        }
    }

    /// Makes a market of a record.
    pub(super) fn read(self, record: &Record<'_>) -> Result<MarketRow, Reason> {
        match self {
            Self::Own => own::read(record),
            Self::TraditionalMarkets => traditional::read(record),
            Self::Localdata => localdata::read(record),
        }
    }
}
