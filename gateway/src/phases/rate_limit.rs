//! Whether this is one request too many.

use super::{Findings, Shared};
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::limits::Standing;

/// Before the token is checked, which costs more than anything else: what comes from an address.
pub(super) async fn of_address(
    shared: &Shared,
    exchange: &Exchange,
    findings: &mut Findings<'_>,
) -> Result<(), GatewayError> {
    let address = exchange.client.address;
    findings.standing = shared.limits.take_address(address, exchange.started)?;
    if let Some(name) = findings.route.and_then(|route| route.global_limit.as_deref()) {
        let standing = Box::pin(shared.limits.take_global(name, address)).await?;
        findings.standing = Standing::tighter(findings.standing, standing);
    }
    Ok(())
}

/// Afterwards: what comes from a person.
pub(super) fn of_user(
    shared: &Shared,
    exchange: &Exchange,
    findings: &mut Findings<'_>,
) -> Result<(), GatewayError> {
    if let Some(identity) = &findings.identity {
        let standing = shared.limits.take_user(identity.user_id, exchange.started)?;
        findings.standing = Standing::tighter(findings.standing, standing);
    }
    Ok(())
}
