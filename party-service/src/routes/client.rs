//! Where a request comes from, and what with.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, dev, web};
use chassis::http::ApiError;

use crate::domain::origin::{Network, Origin};
use crate::state::State;

/// How much is kept of what a client calls itself, in characters.
const USER_AGENT_CHARS: usize = 200;

/// Who sent a request, as far as the connection tells.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// Where it is. A proxy we trust says so in the last `X-Forwarded-For`; what anyone else says
    /// there, and what stands before it, may be made up.
    pub(super) origin: Origin,
    /// What it calls itself, shortened; may be empty.
    pub(super) user_agent: String,
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>();
        let peer = request.peer_addr().map(|address| address.ip());
        let Some((state, peer)) = state.zip(peer) else {
            return ready(Err(ApiError::internal("a request without a peer")));
        };
        let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        ready(Ok(Self {
            origin: Origin::of(address(&state.sign_in.trusted_proxies, peer, request.headers())),
            user_agent: user_agent.unwrap_or_default().chars().take(USER_AGENT_CHARS).collect(),
        }))
    }
}

fn address(trusted: &[Network], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !trusted.iter().any(|network| network.contains(peer)) {
        return peer;
    }
    let last_hop = headers.get_all("x-forwarded-for").last();
    last_hop
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|hop| hop.trim().parse().ok())
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let trusted = ["127.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, expected) in [
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("127.0.0.1", vec!["203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", vec!["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", vec!["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", vec!["2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", vec!["unknown"], "127.0.0.1"),
            ("127.0.0.1", vec!["1.1.1.1,"], "127.0.0.1"),
            ("198.51.100.1", vec!["203.0.113.7"], "198.51.100.1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in &forwarded {
                let name = HeaderName::from_static("x-forwarded-for");
                headers.append(name, HeaderValue::from_str(value).unwrap());
            }
            let client = address(&trusted, peer.parse().unwrap(), &headers);
            assert_eq!(client.to_string(), expected, "{peer} {forwarded:?}");
        }
    }
}
