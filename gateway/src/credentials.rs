//! The token of a request, and where it stood.

use crate::error::GatewayError;
use crate::head::Head;
use crate::table::Route;
use crate::wire::Name;

/// The parameter that browsers use where they cannot set a header: a WebSocket, an event stream.
const PARAMETER: &str = "token";

/// A token that came with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials<'a> {
    /// None did.
    None,
    /// In the `Authorization` header.
    Header(&'a str),
    /// In the query, of a route that takes it there.
    Query(&'a str),
}

impl<'a> Credentials<'a> {
    /// What came with the request. Two tokens are none: nobody could say which was meant.
    pub fn of(head: &'a Head, route: &Route) -> Result<Self, GatewayError> {
        let mut in_query = None;
        if route.token_in_query {
            let query = head.query().unwrap_or_default();
            let mut tokens = query.split('&').filter_map(token);
            in_query = tokens.next();
            if tokens.next().is_some() {
                return Err(GatewayError::NoToken);
            }
        }
        match (head.has(Name::Authorization), in_query) {
            (true, None) => bearer(head).map(Self::Header).ok_or(GatewayError::NoToken),
            (true, Some(_)) => Err(GatewayError::NoToken),
            (false, Some(token)) => Ok(Self::Query(token)),
            (false, None) => Ok(Self::None),
        }
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750, 2.1). Two headers are none.
fn bearer(head: &Head) -> Option<&str> {
    if head.values(Name::Authorization).nth(1).is_some() {
        return None;
    }
    let (scheme, token) = head.get(Name::Authorization)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

/// The target as the service gets it. A token in a query would end up in logs, so it goes on as a
/// header.
#[must_use]
pub fn without_token(path: &str, query: &str) -> String {
    let mut target = path.to_owned();
    let mut separator = '?';
    for pair in query.split('&').filter(|pair| token(pair).is_none()) {
        target.push(separator);
        target.push_str(pair);
        separator = '&';
    }
    target
}

fn token(pair: &str) -> Option<&str> {
    let (name, value) = pair.split_once('=')?;
    (name == PARAMETER).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn the_rest_of_a_query_stays_as_it_is() {
        for (query, target) in [
            ("token=a.b.c", "/ws"),
            ("token=", "/ws"),
            ("a=1&token=a.b.c&b=%20&b", "/ws?a=1&b=%20&b"),
            ("xtoken=1&token", "/ws?xtoken=1&token"),
        ] {
            assert_eq!(without_token("/ws", query), target, "{query}");
        }
    }
}
