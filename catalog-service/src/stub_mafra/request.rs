//! What is asked of the stand-in, and what is wrong with it.

use std::ops::RangeInclusive;

use super::answer::Format;
use crate::import::mafra::GRID;

/// The most rows an answer may have.
const MAX_ROWS: usize = 1000;
/// The key that everyone may use, for the first rows only.
const SAMPLE_KEY: &str = "sample";
/// How many rows that key may see.
const SAMPLE_ROWS: usize = 5;

/// A request that can be answered.
pub(super) struct Request {
    pub(super) format: Format,
    /// The numbers of the rows, from 1 on.
    pub(super) rows: RangeInclusive<usize>,
}

/// A code of the API and its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

const fn refusal(code: &'static str, message: &'static str) -> Refusal {
    Refusal { code, message }
}

const INVALID_KEY: Refusal = refusal("INFO-100", "인증키가 유효하지 않습니다.");
const NO_ROWS: Refusal = refusal("INFO-200", "해당하는 데이터가 없습니다.");
const MISSING: Refusal =
    refusal("ERROR-300", "필수 값이 누락되어 있습니다. 요청인자를 참고 하십시오.");
const BAD_FORMAT: Refusal = refusal(
    "ERROR-301",
    "파일타입 값이 누락 혹은 유효하지 않습니다. 요청인자 중 TYPE을 확인하십시오.",
);
const UNKNOWN_GRID: Refusal =
    refusal("ERROR-310", "해당하는 서비스를 찾을 수 없습니다. 요청인자 중 SERVICE를 확인하십시오.");
const BAD_START: Refusal =
    refusal("ERROR-331", "요청시작위치 값을 확인하십시오. 요청인자 중 START_INDEX를 확인하십시오.");
const BAD_END: Refusal =
    refusal("ERROR-332", "요청종료위치 값을 확인하십시오. 요청인자 중 END_INDEX를 확인하십시오.");
const NO_NUMBER: Refusal = refusal(
    "ERROR-333",
    "요청위치 값의 타입이 유효하지 않습니다. 요청위치 값은 정수를 입력하세요.",
);
const BACKWARDS: Refusal = refusal("ERROR-334", "요청종료위치 보다 요청시작위치가 더 큽니다.");
const SAMPLE_ONLY: Refusal =
    refusal("ERROR-335", "샘플데이터(샘플키:sample) 는 한번에 최대 5건을 넘을 수 없습니다.");
const TOO_MANY: Refusal =
    refusal("ERROR-336", "데이터요청은 한번에 최대 1000건을 넘을 수 없습니다.");

impl Request {
    /// Reads `…/{KEY}/{TYPE}/{SERVICE}/{START}/{END}`. `total` is how many rows there are.
    pub(super) fn parse(
        path: &str,
        key: Option<&str>,
        total: usize,
    ) -> Result<Self, (Format, Refusal)> {
        let path = path.trim_start_matches("/openapi").trim_matches('/');
        let segments: Vec<&str> = path.split('/').collect();
        let &[given_key, format, grid, start, end] = segments.as_slice() else {
            return Err((Format::Json, MISSING));
        };
        let format = match format {
            "json" => Format::Json,
            "xml" => Format::Xml,
            _ => return Err((Format::Json, BAD_FORMAT)),
        };
        let refuse = |refusal| Err((format, refusal));
        if given_key != SAMPLE_KEY && key.is_some_and(|key| key != given_key) {
            return refuse(INVALID_KEY);
        }
        if grid != GRID {
            return refuse(UNKNOWN_GRID);
        }
        let (Ok(start), Ok(end)) = (start.parse::<i64>(), end.parse::<i64>()) else {
            return refuse(NO_NUMBER);
        };
        let place = |number: i64| usize::try_from(number).ok().filter(|number| *number > 0);
        let Some(start) = place(start) else { return refuse(BAD_START) };
        let Some(end) = place(end) else { return refuse(BAD_END) };
        if start > end {
            return refuse(BACKWARDS);
        }
        if given_key == SAMPLE_KEY && end > SAMPLE_ROWS {
            return refuse(SAMPLE_ONLY);
        }
        if end - start >= MAX_ROWS {
            return refuse(TOO_MANY);
        }
        if start > total {
            return refuse(NO_ROWS);
        }
        Ok(Self { format, rows: start..=end })
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn each_fault_has_its_code() {
        let grid = "Grid_20151207000000000328_1";
        for (path, code) in [
            (format!("/openapi/k/json/{grid}/1/1000"), None),
            (format!("/openapi/k/xml/{grid}/13001/14000"), None),
            (format!("/openapi/sample/json/{grid}/1/5"), None),
            (format!("/openapi/other/json/{grid}/1/5"), Some("INFO-100")),
            (format!("/openapi/k/json/{grid}/13693/14000"), Some("INFO-200")),
            ("/openapi/k/json".to_owned(), Some("ERROR-300")),
            (format!("/openapi/k/csv/{grid}/1/5"), Some("ERROR-301")),
            ("/openapi/k/json/Grid_1/1/5".to_owned(), Some("ERROR-310")),
            (format!("/openapi/k/json/{grid}/0/5"), Some("ERROR-331")),
            (format!("/openapi/k/json/{grid}/1/-5"), Some("ERROR-332")),
            (format!("/openapi/k/json/{grid}/a/5"), Some("ERROR-333")),
            (format!("/openapi/k/json/{grid}/6/5"), Some("ERROR-334")),
            (format!("/openapi/sample/json/{grid}/1/6"), Some("ERROR-335")),
            (format!("/openapi/k/json/{grid}/1/1001"), Some("ERROR-336")),
        ] {
            let answer = Request::parse(&path, Some("k"), 13_692);
            assert_eq!(answer.err().map(|(_, refusal)| refusal.code), code, "{path}");
        }
    }
}
