//! What a line says.

use std::io::Write as _;

use contracts::UserId;
use uuid::Uuid;

use super::stamp::Stamp;
use crate::wire::print_number;

/// One request and its answer.
///
/// Of what the client sent it names the method and the path, never a header and never the query:
/// tokens come in both.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// As the client wrote it.
    pub method: &'a str,
    /// Without the query.
    pub path: &'a str,
    /// The rule about it, or `none`.
    pub route: &'a str,
    /// Who answered, or `none`.
    pub upstream: &'a str,
    /// The answer's.
    pub status: u16,
    /// Until the last byte had left.
    pub elapsed_us: u64,
    /// Of the body.
    pub bytes_sent: u64,
    /// Whether the answer broke off.
    pub aborted: bool,
    /// Who sent it.
    pub client: &'a str,
    /// Whose token it was.
    pub user: Option<UserId>,
    /// What it is called by whoever sent it.
    pub request_id: &'a str,
    /// What its trace is called.
    pub trace_id: &'a str,
}

impl Default for Line<'_> {
    fn default() -> Self {
        Self {
            method: "GET",
            path: "/",
            route: "none",
            upstream: "none",
            status: 200,
            elapsed_us: 0,
            bytes_sent: 0,
            aborted: false,
            client: "",
            user: None,
            request_id: "",
            trace_id: "",
        }
    }
}

impl Line<'_> {
    /// The same shape as all our logs have.
    pub(super) fn write_json(&self, stamp: &Stamp, to: &mut Vec<u8>) {
        to.extend_from_slice(b"{\"timestamp\":\"");
        to.extend_from_slice(stamp);
        to.extend_from_slice(b"\",\"level\":\"INFO\",\"target\":\"access\",\"message\":\"");
        escape(self.method, to);
        to.push(b' ');
        escape(self.path, to);
        number(b" ", self.status.into(), to);
        for (name, text) in [
            (&b"\",\"method\":\""[..], self.method),
            (b"\",\"path\":\"", self.path),
            (b"\",\"route\":\"", self.route),
            (b"\",\"upstream\":\"", self.upstream),
            (b"\",\"request_id\":\"", self.request_id),
            (b"\",\"trace_id\":\"", self.trace_id),
            (b"\",\"client\":\"", self.client),
        ] {
            to.extend_from_slice(name);
            escape(text, to);
        }
        if let Some(user) = self.user {
            id(b"\",\"user_id\":\"", user, to);
        }
        number(b"\",\"status\":", self.status.into(), to);
        number(b",\"elapsed_us\":", self.elapsed_us, to);
        number(b",\"bytes_sent\":", self.bytes_sent, to);
        to.extend_from_slice(if self.aborted {
            b",\"aborted\":true}\n"
        } else {
            b",\"aborted\":false}\n"
        });
    }

    /// For people.
    pub(super) fn write_text(&self, stamp: &Stamp, to: &mut Vec<u8>) {
        to.extend_from_slice(stamp);
        to.extend_from_slice(b"  INFO access: ");
        escape(self.method, to);
        to.push(b' ');
        escape(self.path, to);
        number(b" ", self.status.into(), to);
        number(b" elapsed_us=", self.elapsed_us, to);
        number(b" bytes_sent=", self.bytes_sent, to);
        for (name, text) in [
            (&b" upstream="[..], self.upstream),
            (b" client=", self.client),
            (b" request_id=", self.request_id),
        ] {
            to.extend_from_slice(name);
            escape(text, to);
        }
        if let Some(user) = self.user {
            id(b" user_id=", user, to);
        }
        to.extend_from_slice(if self.aborted { b" aborted\n" } else { b"\n" });
    }
}

fn number(name: &[u8], number: u64, to: &mut Vec<u8>) {
    to.extend_from_slice(name);
    print_number(to, number);
}

fn id(name: &[u8], user: UserId, to: &mut Vec<u8>) {
    to.extend_from_slice(name);
    let mut text = Uuid::encode_buffer();
    to.extend_from_slice(user.as_uuid().hyphenated().encode_lower(&mut text).as_bytes());
}

/// Appends a text so that it stays within its quotes and its line. Nearly none needs anything done.
fn escape(text: &str, to: &mut Vec<u8>) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f;
    if text.bytes().all(is_plain) {
        to.extend_from_slice(text.as_bytes());
        return;
    }
    for byte in text.bytes() {
        match byte {
            byte if is_plain(byte) => to.push(byte),
            b'"' | b'\\' => to.extend_from_slice(&[b'\\', byte]),
            control => {
                let _ = write!(to, "\\u{control:04x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_line_is_one_line_whatever_the_client_wrote() {
        let line = Line { path: "/a\"b\\c\n\u{7f}한글", ..Line::default() };
        let mut text = Vec::new();
        line.write_json(b"2026-01-31T12:34:56.123456Z", &mut text);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["path"], line.path);
        assert_eq!(value["message"], format!("GET {} 200", line.path));
        let mut text = Vec::new();
        line.write_text(b"2026-01-31T12:34:56.123456Z", &mut text);
        assert_eq!(String::from_utf8(text).unwrap().matches('\n').count(), 1);
    }
}
