//! The command and the headers of a frame.

use super::escape::unescape;
use super::{Command, Headers, Limits, Version, Violation};

/// All of a frame but its body.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) command: Command,
    pub(super) headers: Headers,
    /// How long the body is, if the client says.
    pub(super) content_length: Option<usize>,
}

impl Head {
    /// Reads the lines up to the empty one. `version` is what was agreed on, if anything was.
    pub(super) fn parse(
        bytes: &[u8],
        version: Option<Version>,
        limits: &Limits,
    ) -> Result<Self, Violation> {
        let text =
            str::from_utf8(bytes).map_err(|_| Violation::new("the headers are not UTF-8"))?;
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let name = lines.next().unwrap_or_default();
        let headers = headers(lines, name, version, limits)?;
        let at_fault = |violation: Violation| violation.of(headers.get("receipt"));

        let command = Command::parse(name, version)
            .ok_or_else(|| at_fault(Violation::new("there is no such command")))?;
        let content_length = headers
            .get("content-length")
            .map(|length| content_length(length, limits))
            .transpose()
            .map_err(at_fault)?;
        Ok(Self { command, headers, content_length })
    }
}

fn headers<'a>(
    lines: impl Iterator<Item = &'a str>,
    command: &str,
    version: Option<Version>,
    limits: &Limits,
) -> Result<Headers, Violation> {
    // Before anything is agreed on there is only CONNECT, whose headers are as they are.
    let is_connect = matches!(command, "CONNECT" | "STOMP");
    let escapes = version.filter(|_| !is_connect).unwrap_or(Version::V10);
    let trims = version == Some(Version::V10) || is_connect;
    let mut headers = Headers::default();
    for line in lines.filter(|line| !line.is_empty()) {
        if headers.len() == limits.headers {
            return Err(Violation::new("there are too many headers").of(headers.get("receipt")));
        }
        let (name, value) =
            header(line, escapes, trims).map_err(|error| error.of(headers.get("receipt")))?;
        headers.push(name, value);
    }
    Ok(headers)
}

fn header(line: &str, escapes: Version, trims: bool) -> Result<(String, String), Violation> {
    if line.contains('\r') {
        return Err(Violation::new("a header has a carriage return within"));
    }
    let (name, value) =
        line.split_once(':').ok_or_else(|| Violation::new("a header has no colon"))?;
    let (name, value) = if trims { (name.trim(), value.trim()) } else { (name, value) };
    if name.is_empty() {
        return Err(Violation::new("a header has no name"));
    }
    Ok((unescape(name, escapes)?.into_owned(), unescape(value, escapes)?.into_owned()))
}

fn content_length(text: &str, limits: &Limits) -> Result<usize, Violation> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Violation::new("content-length is not a number"));
    }
    // A number too large to be read is too large in any case.
    match text.parse() {
        Ok(length) if length <= limits.body_bytes => Ok(length),
        _ => Err(Violation::new("the body is too large")),
    }
}
