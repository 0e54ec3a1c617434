//! What the API answers, in all the shapes in which it does.
//!
//! Errors come with HTTP 200, inside or outside the grid, as JSON or as XML whatever was asked for;
//! and whatever stands in between may answer something else altogether.

use serde::{Deserialize, Deserializer};

use crate::import::failure::Failure;
use crate::import::row::RawRow;

/// A page as the API gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// How many rows the whole table has.
    pub total: u32,
    /// The rows of the page.
    pub rows: Vec<RawRow>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    result: Option<Verdict>,
    #[serde(default, rename = "Grid_20151207000000000328_1")]
    grid: Option<Grid>,
}

#[derive(Deserialize)]
struct Grid {
    #[serde(default, rename = "totalCnt", deserialize_with = "count")]
    total: Option<u32>,
    #[serde(default)]
    result: Option<Verdict>,
    #[serde(default)]
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Verdict {
    code: String,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default, rename = "CATGORY_NEW_CODE", deserialize_with = "text")]
    category_code: String,
    #[serde(default, rename = "CATGORY_NEW_NM", deserialize_with = "text")]
    category_name: String,
    #[serde(default, rename = "STD_PRDLST_CODE", deserialize_with = "text")]
    item_code: String,
    #[serde(default, rename = "STD_PRDLST_NM", deserialize_with = "text")]
    item_name: String,
    #[serde(default, rename = "STD_SPCIES_CODE", deserialize_with = "text")]
    variety_code: String,
    #[serde(default, rename = "STD_SPCIES_NM", deserialize_with = "text")]
    variety_name: String,
}

/// Reads the body of an answer with HTTP status 200.
pub fn decode(body: &[u8]) -> Result<Answer, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| Failure::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Failure::Empty);
    }
    if text.starts_with('<') {
        return Err(decode_markup(text));
    }
    let body: Body = serde_json::from_str(text)
        .map_err(|error| if error.is_eof() { Failure::CutOff } else { Failure::Malformed })?;
    let (outer, grid) = (body.result, body.grid);
    let inner = grid.as_ref().and_then(|grid| grid.result.as_ref());
    let verdict = inner.or(outer.as_ref()).ok_or(Failure::Malformed)?;
    if let Some(failure) = failure_of(&verdict.code) {
        return Err(failure);
    }
    let grid = grid.ok_or(Failure::Malformed)?;
    match grid.total.ok_or(Failure::Malformed)? {
        0 => Err(Failure::NoRows),
        total => Ok(Answer { total, rows: grid.row.into_iter().map(RawRow::from).collect() }),
    }
}

/// What a code means; nothing if it means success.
fn failure_of(code: &str) -> Option<Failure> {
    // It goes into logs and answers: no more of it than a code can be.
    let shown = || code.chars().filter(char::is_ascii_graphic).take(16).collect();
    Some(match code {
        "INFO-000" => return None,
        "INFO-100" => Failure::InvalidKey,
        "INFO-200" => Failure::NoRows,
        "INFO-300" => Failure::QuotaSpent,
        "ERROR-500" | "ERROR-600" | "ERROR-601" => Failure::InTrouble(shown()),
        code if code.starts_with("ERROR-3") => Failure::RequestRefused(shown()),
        _ => Failure::UnknownCode(shown()),
    })
}

/// What an answer in XML or HTML means. Its rows are never taken: JSON was asked for.
fn decode_markup(text: &str) -> Failure {
    let head: String = text.chars().take(256).flat_map(char::to_lowercase).collect();
    if head.contains("<html") || head.contains("<!doctype html") {
        return Failure::Html;
    }
    text.split_once("<code>")
        .and_then(|(_, rest)| rest.split_once("</code>"))
        .and_then(|(code, _)| failure_of(code.trim()))
        .unwrap_or(Failure::Xml)
}

impl From<Row> for RawRow {
    fn from(row: Row) -> Self {
        Self {
            category_code: row.category_code,
            category_name: row.category_name,
            item_code: row.item_code,
            item_name: row.item_name,
            variety_code: row.variety_code,
            variety_name: row.variety_name,
        }
    }
}

/// A value that should be a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Nothing(()),
}

/// Reads a text; a number counts as its digits and `null` as an empty one, so that one odd value
/// costs one row and not the page.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Scalar::deserialize(from)? {
        Scalar::Text(text) => text,
        Scalar::Number(number) => number.to_string(),
        Scalar::Nothing(()) => String::new(),
    })
}

/// Reads a count, which may come as a text.
fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    Ok(text(from)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::decode;
    use crate::import::failure::Failure;
    use crate::import::mafra::GRID;

    fn outside(code: &str) -> String {
        format!(r#"{{"result":{{"code":"{code}","message":"…"}}}}"#)
    }

    fn inside(code: &str, rest: &str) -> String {
        format!(r#"{{"{GRID}":{{"result":{{"code":"{code}","message":"…"}}{rest}}}}}"#)
    }

    fn xml(code: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<{GRID}><result><code>{code}</code></result></{GRID}>")
    }

    #[test]
    fn a_page_is_read() {
        let row = r#"{"ROW_NUM":1,"CATGORY_NEW_CODE":"06","CATGORY_NEW_NM":"과실류",
            "STD_PRDLST_CODE":"0601","STD_PRDLST_NM":"사과","EXAMIN_PRDLST_CODE":"",
            "STD_SPCIES_CODE":60103,"STD_SPCIES_NM":null,"UPDT_DE":"20200907"}"#;
        for total in ["1", "\" 1 \""] {
            let rest = format!(r#","totalCnt":{total},"startRow":1,"endRow":1,"row":[{row}]"#);
            let answer = decode(inside("INFO-000", &rest).as_bytes()).unwrap();
            assert_eq!(answer.total, 1);
            let row = answer.rows.first().unwrap();
            assert_eq!(row.to_string(), "06 | 과실류 | 0601 | 사과 | 60103 | ");
        }
    }

    #[test]
    fn every_code_has_one_meaning_in_every_shape() {
        for (code, failure) in [
            ("INFO-100", Failure::InvalidKey),
            ("INFO-200", Failure::NoRows),
            ("INFO-300", Failure::QuotaSpent),
            ("ERROR-300", Failure::RequestRefused("ERROR-300".into())),
            ("ERROR-336", Failure::RequestRefused("ERROR-336".into())),
            ("ERROR-500", Failure::InTrouble("ERROR-500".into())),
            ("ERROR-600", Failure::InTrouble("ERROR-600".into())),
            ("ERROR-601", Failure::InTrouble("ERROR-601".into())),
            ("WHAT-1", Failure::UnknownCode("WHAT-1".into())),
        ] {
            let grid = r#","totalCnt":0,"startRow":1,"endRow":1000,"row":[]"#;
            for body in [outside(code), inside(code, grid), inside(code, ""), xml(code)] {
                assert_eq!(decode(body.as_bytes()), Err(failure.clone()), "{body}");
            }
        }
    }

    #[test]
    fn what_is_no_answer_has_a_name_too() {
        let page = inside("INFO-000", r#","totalCnt":5,"row":[]"#);
        for (body, failure) in [
            ("", Failure::Empty),
            (" \n", Failure::Empty),
            ("<!DOCTYPE html><p>502", Failure::Html),
            ("<HTML><body>점검 중", Failure::Html),
            ("<?xml version='1.0'?><rows/>", Failure::Xml),
            (xml("INFO-000").as_str(), Failure::Xml),
            (&page[..page.len() - 3], Failure::CutOff),
            ("점검 중입니다", Failure::Malformed),
            ("{}", Failure::Malformed),
            ("[]", Failure::Malformed),
            ("null", Failure::Malformed),
            (outside("INFO-000").as_str(), Failure::Malformed),
            (inside("INFO-000", "").as_str(), Failure::Malformed),
            (inside("INFO-000", r#","totalCnt":-1"#).as_str(), Failure::Malformed),
            (inside("INFO-000", r#","totalCnt":5,"row":[1]"#).as_str(), Failure::Malformed),
            (inside("INFO-000", r#","totalCnt":0,"row":[]"#).as_str(), Failure::NoRows),
            (format!("{page}{page}").as_str(), Failure::Malformed),
        ] {
            assert_eq!(decode(body.as_bytes()), Err(failure), "{body}");
        }
        assert_eq!(decode(b"{\"result\":\"\xb0\xfa\"}"), Err(Failure::NotUtf8));
    }
}
