//! What is asked of the proxies.

use std::fmt;

use clap::ValueEnum;

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    /// An answer of 1 KB, with a token that was seen before.
    Small,
    /// An answer of 100 KB.
    Large,
    /// 1 KB sent, 1 KB answered.
    Post,
    /// An answer of 1 KB, each time with a token that was never seen.
    Cold,
}

impl Case {
    /// The request, as a browser's page would send it.
    pub(crate) fn request(self, token: &str) -> Vec<u8> {
        let method = if self == Self::Post { "POST" } else { "GET" };
        let path = if self == Self::Large { "/v1/parties/large" } else { "/v1/parties" };
        let body = if self == Self::Post { super::service::one_kilobyte() } else { String::new() };
        let framing = if body.is_empty() {
            String::new()
        } else {
            format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
        };
        format!(
            "{method} {path}?lat=37.5665&lon=126.9780 HTTP/1.1\r\nhost: shop.example\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\naccept: application/json\r\n\
             accept-language: ko-KR,ko;q=0.9,en;q=0.8\r\naccept-encoding: gzip, deflate\r\n\
             authorization: Bearer {token}\r\n{framing}\r\n{body}"
        )
        .into_bytes()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "a JSON answer of 1 KB",
            Self::Large => "an answer of 100 KB",
            Self::Post => "a POST of 1 KB",
            Self::Cold => "a JSON answer of 1 KB, each time a new token",
        })
    }
}
