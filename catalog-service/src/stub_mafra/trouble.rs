//! The ways in which the API fails for a moment.

use actix_web::HttpResponse;
use actix_web::error::ErrorBadGateway;
use actix_web::web::Bytes;
use futures_util::stream;

use super::answer::{self, Format};
use super::request::Refusal;

/// One of them, by chance.
pub(super) fn answer() -> HttpResponse {
    let in_trouble = |code, message| Refusal { code, message };
    match rand::random_range(0..7) {
        0 => HttpResponse::InternalServerError().finish(),
        1 => HttpResponse::BadGateway().content_type("text/html").body("<html><h1>502</h1></html>"),
        2 => answer::refusal(Format::Json, in_trouble("ERROR-500", "서버 오류입니다.")),
        3 => {
            answer::refusal(Format::Json, in_trouble("ERROR-600", "데이터베이스 연결 오류입니다."))
        }
        4 => answer::refusal(Format::Json, in_trouble("ERROR-601", "SQL 문장 오류 입니다.")),
        5 => answer::refusal(Format::Xml, in_trouble("ERROR-500", "서버 오류입니다.")),
        _ => cut_off(),
    }
}

/// An answer whose connection breaks in the middle.
fn cut_off() -> HttpResponse {
    let beginning = Ok(Bytes::from_static(b"{\"Grid_20151207000000000328_1\":{\"totalCnt\":136"));
    let end = Err(ErrorBadGateway("as a stand-in for a broken connection"));
    HttpResponse::Ok()
        .content_type("application/json;charset=UTF-8")
        .streaming(stream::iter([beginning, end]))
}
