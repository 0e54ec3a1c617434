//! First phase: who answers this path.

use crate::error::GatewayError;
use crate::head::Head;
use crate::table::{Route, Table, is_normal};

/// The rule about a request.
pub(super) fn find<'a>(table: &'a Table, head: &Head) -> Result<&'a Route, GatewayError> {
    let path = head.path();
    if !is_normal(path) {
        return Err(GatewayError::Path);
    }
    Ok(table.find(&head.method, path)?)
}
