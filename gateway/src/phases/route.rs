//! First phase: who answers this path.

use actix_http::RequestHead;

use crate::error::GatewayError;
use crate::table::{Route, Table, is_normal};

/// The rule about a request.
pub(super) fn find<'a>(table: &'a Table, head: &RequestHead) -> Result<&'a Route, GatewayError> {
    let path = head.uri.path();
    if !is_normal(path) {
        return Err(GatewayError::Path);
    }
    Ok(table.find(&head.method, path)?)
}
