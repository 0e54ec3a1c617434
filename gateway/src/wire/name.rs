//! The names of headers that mean something to the gateway.

/// What a header is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `host`
    Host,
    /// `connection`
    Connection,
    /// `content-length`
    ContentLength,
    /// `transfer-encoding`
    TransferEncoding,
    /// `upgrade`
    Upgrade,
    /// `te`
    Te,
    /// `trailer`
    Trailer,
    /// Others that concern one connection only (RFC 9110, 7.6.1).
    HopByHop,
    /// `expect`
    Expect,
    /// `authorization`
    Authorization,
    /// `accept`
    Accept,
    /// `accept-language`
    AcceptLanguage,
    /// `cookie`
    Cookie,
    /// `origin`
    Origin,
    /// `access-control-request-method`
    RequestedMethod,
    /// Which pages may read an answer, which is for the gateway to say.
    AccessControl,
    /// `traceparent`
    TraceParent,
    /// `tracestate`
    TraceState,
    /// `x-request-id`
    RequestId,
    /// `x-forwarded-for`
    ForwardedFor,
    /// `x-forwarded-proto`
    ForwardedProto,
    /// `x-forwarded-host`
    ForwardedHost,
    /// By which the platform's own parts tell each other who asks. From a client they are lies.
    Claim,
    /// What every answer carries and the gateway itself writes.
    Ours,
    /// `date`
    Date,
    /// Nothing that the gateway looks at.
    Other,
}

/// Their beginnings.
const CLAIMS: [&[u8]; 7] = [
    b"x-forwarded-",
    b"x-user-",
    b"x-auth-",
    b"x-authenticated-",
    b"x-identity-",
    b"x-internal-",
    b"x-session-",
];

impl Name {
    /// What a name in lower case means.
    #[must_use]
    pub fn of(name: &[u8]) -> Self {
        match name {
            b"host" => Self::Host,
            b"connection" => Self::Connection,
            b"content-length" => Self::ContentLength,
            b"transfer-encoding" => Self::TransferEncoding,
            b"upgrade" => Self::Upgrade,
            b"te" => Self::Te,
            b"trailer" => Self::Trailer,
            b"keep-alive"
            | b"proxy-connection"
            | b"proxy-authenticate"
            | b"proxy-authorization" => Self::HopByHop,
            b"expect" => Self::Expect,
            b"authorization" => Self::Authorization,
            b"accept" => Self::Accept,
            b"accept-language" => Self::AcceptLanguage,
            b"cookie" => Self::Cookie,
            b"origin" => Self::Origin,
            b"access-control-request-method" => Self::RequestedMethod,
            b"traceparent" => Self::TraceParent,
            b"tracestate" => Self::TraceState,
            b"forwarded" => Self::Claim,
            b"date" => Self::Date,
            b"strict-transport-security" => Self::Ours,
            [b'x', b'-', ..] => Self::of_extension(name),
            [b'r', b'a', b't', b'e', ..] if name.starts_with(b"ratelimit-") => Self::Ours,
            [b'a', b'c', b'c', ..] if name.starts_with(b"access-control-") => Self::AccessControl,
            _ => Self::Other,
        }
    }

    fn of_extension(name: &[u8]) -> Self {
        match name {
            b"x-request-id" => Self::RequestId,
            b"x-trace-id" | b"x-content-type-options" => Self::Ours,
            b"x-forwarded-for" => Self::ForwardedFor,
            b"x-forwarded-proto" => Self::ForwardedProto,
            b"x-forwarded-host" => Self::ForwardedHost,
            b"x-user" | b"x-role" | b"x-roles" | b"x-real-ip" | b"x-client-ip"
            | b"x-original-url" | b"x-rewrite-url" => Self::Claim,
            _ if CLAIMS.iter().any(|beginning| name.starts_with(beginning)) => Self::Claim,
            _ => Self::Other,
        }
    }

    /// Whether it concerns one connection only. Lengths are among them: each side frames its body
    /// anew.
    #[must_use]
    pub const fn is_hop_by_hop(self) -> bool {
        matches!(
            self,
            Self::Connection
                | Self::ContentLength
                | Self::TransferEncoding
                | Self::Upgrade
                | Self::Te
                | Self::Trailer
                | Self::HopByHop
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn what_claims_to_come_from_us_is_told_apart() {
        for (name, expected) in [
            ("x-user-id", Name::Claim),
            ("x-forwarded-port", Name::Claim),
            ("x-forwarded-for", Name::ForwardedFor),
            ("x-real-ip", Name::Claim),
            ("forwarded", Name::Claim),
            ("host", Name::Host),
            ("x-request-id", Name::RequestId),
            ("x-users", Name::Other),
            ("x-role", Name::Claim),
            ("x-auth-request-email", Name::Claim),
            ("accept", Name::Accept),
            ("access-control-allow-origin", Name::AccessControl),
            ("access-control-request-headers", Name::AccessControl),
            ("ratelimit-limit", Name::Ours),
        ] {
            assert_eq!(Name::of(name.as_bytes()), expected, "{name}");
        }
        assert!(Name::of(b"te").is_hop_by_hop() && !Name::of(b"date").is_hop_by_hop());
    }
}
