//! How the stand-in words its answers.

use std::ops::RangeInclusive;

use actix_web::HttpResponse;
use serde_json::json;

use super::request::Refusal;
use super::table::Table;
use crate::import::mafra::GRID;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

impl Format {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json;charset=UTF-8",
            Self::Xml => "application/xml;charset=UTF-8",
        }
    }
}

/// A page of rows.
pub(super) fn page(format: Format, table: &Table, rows: RangeInclusive<usize>) -> HttpResponse {
    let (total, start, end) = (table.len(), *rows.start(), *rows.end());
    let body = match format {
        Format::Json => {
            let rows: Vec<&str> = table.json(&rows).collect();
            let rows = rows.join(",");
            format!(
                "{{\"{GRID}\":{{\"totalCnt\":{total},\"startRow\":{start},\"endRow\":{end},\
                 \"result\":{{\"code\":\"INFO-000\",\"message\":\"정상 처리되었습니다.\"}},\
                 \"row\":[{rows}]}}}}"
            )
        }
        Format::Xml => {
            let rows: String = table.xml(&rows).collect();
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{GRID}>\n  <totalCnt>{total}</totalCnt>\n  \
                 <startRow>{start}</startRow>\n  <endRow>{end}</endRow>\n  <result>\n    \
                 <code>INFO-000</code>\n    <message>정상 처리되었습니다.</message>\n  </result>\n\
                 {rows}</{GRID}>\n"
            )
        }
    };
    HttpResponse::Ok().content_type(format.content_type()).body(body)
}

/// A refusal, inside the grid or outside: the API does both.
pub(super) fn refusal(format: Format, refusal: Refusal) -> HttpResponse {
    let Refusal { code, message } = refusal;
    let inside = rand::random_bool(0.5);
    let result = json!({"code": code, "message": message});
    let body = match (format, inside) {
        (Format::Json, false) => json!({"result": result}).to_string(),
        (Format::Json, true) => {
            let grid =
                json!({"totalCnt": 0, "startRow": 1, "endRow": 1000, "result": result, "row": []});
            json!({GRID: grid}).to_string()
        }
        (Format::Xml, _) => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{GRID}>\n  <result>\n    \
             <code>{code}</code>\n    <message>{message}</message>\n  </result>\n</{GRID}>\n"
        ),
    };
    HttpResponse::Ok().content_type(format.content_type()).body(body)
}
