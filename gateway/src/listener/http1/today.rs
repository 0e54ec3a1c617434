//! The date as HTTP writes it (RFC 9110, 5.6.7), made once a second.

use std::cell::Cell;

use chassis::clock::Clock;

/// `Sun, 06 Nov 1994 08:49:37 GMT`
pub(super) type Today = [u8; 29];

thread_local! {
    static LAST: Cell<(i64, Today)> = const { Cell::new((i64::MIN, [b' '; 29])) };
}

/// The date now.
pub(super) fn now() -> Today {
    let now = Clock::System.now();
    let (second, last) = LAST.get();
    if second == now.timestamp() {
        return last;
    }
    let text = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let today = text.as_bytes().try_into().unwrap_or(last);
    LAST.set((now.timestamp(), today));
    today
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_has_the_form_that_http_wants() {
        let text = String::from_utf8(super::now().to_vec()).unwrap();
        assert!(text.ends_with(" GMT") && text.as_bytes()[3] == b',', "{text}");
        let read = chrono::NaiveDateTime::parse_from_str(&text, "%a, %d %b %Y %H:%M:%S GMT");
        assert!(read.is_ok(), "{text}");
    }
}
