//! Whether the page that connects may do so.

use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};

/// The host that the client asked for, as a proxy tells it. Pages cannot set it.
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Whether a page of this origin may connect. Programs that are no browsers have none.
pub(super) fn is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if allowed.iter().any(|known| known == "*" || known.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = origin.split_once("://").map(|(_, host)| host);
    [FORWARDED_HOST, HOST].iter().any(|name| {
        let ours = headers.get(name).and_then(|value| value.to_str().ok());
        host.zip(ours).is_some_and(|(host, ours)| host.eq_ignore_ascii_case(ours))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn allowed(headers: &[(HeaderName, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.clone(), HeaderValue::from_static(value));
        }
        is_allowed(&map, &["https://app.example".into()])
    }

    #[test]
    fn d30_pages_from_elsewhere_are_refused() {
        assert!(allowed(&[(HOST, "chat.example")]));
        assert!(allowed(&[(HOST, "chat.example"), (ORIGIN, "https://app.example")]));
        assert!(allowed(&[(HOST, "chat.example:80"), (ORIGIN, "http://chat.example:80")]));
        assert!(allowed(&[(FORWARDED_HOST, "a.example"), (ORIGIN, "https://a.example")]));
        assert!(!allowed(&[(HOST, "chat.example"), (ORIGIN, "https://evil.example")]));
        assert!(!allowed(&[(HOST, "chat.example"), (ORIGIN, "null")]));
        assert!(!allowed(&[(HOST, "chat.example"), (ORIGIN, "https://app.example.evil")]));
    }
}
