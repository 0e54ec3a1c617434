//! First phase: who answers this path.

use actix_web::HttpRequest;

use crate::error::GatewayError;
use crate::table::{Route, Table, is_normal};

/// The rule about a request.
pub(super) fn find<'a>(table: &'a Table, request: &HttpRequest) -> Result<&'a Route, GatewayError> {
    let path = request.uri().path();
    if !is_normal(path) {
        return Err(GatewayError::Path);
    }
    Ok(table.find(request.method(), path)?)
}
