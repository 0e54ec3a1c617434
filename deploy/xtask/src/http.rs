//! Just enough of HTTP/1.1 to ask a service of ours on this machine.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::url::Url;

/// How long one exchange may take.
const LIMIT: Duration = Duration::from_secs(5);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Everything after the head, as it came.
    pub body: String,
}

/// Asks for `path` of the server at `base`.
pub fn get(base: &Url, path: &str) -> Result<Answer> {
    exchange(base, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// Sends JSON to `path` of the server at `base`.
pub fn post_json(base: &Url, path: &str, json: &str) -> Result<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        json.len()
    );
    exchange(base, &head, json)
}

fn exchange(base: &Url, head: &str, body: &str) -> Result<Answer> {
    ensure!(base.scheme == "http", "only http:// is understood, not {}://", base.scheme);
    let port = base.port.unwrap_or(80);
    let host = base.host.trim_matches(['[', ']']);
    let address = (host, port).to_socket_addrs()?.next().context("a host without an address")?;
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    // The server closes after its answer, which spares counting bytes and chunks.
    let head = format!("{head}Host: {}:{port}\r\nConnection: close\r\n\r\n", base.host);
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
}

fn parse(text: &str) -> Result<Answer> {
    let (head, body) = text.split_once("\r\n\r\n").context("an answer without a head")?;
    let status = head.split(' ').nth(1).context("an answer without a status")?.parse()?;
    Ok(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_request_is_sent_and_its_answer_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let mut length = 0;
            while !request[..length].ends_with(b"{\"a\":1}") {
                length += stream.read(&mut request[length..]).unwrap();
            }
            stream.write_all(b"HTTP/1.1 201 Created\r\nA: b\r\n\r\nmade").unwrap();
            String::from_utf8(request[..length].to_vec()).unwrap()
        });
        let answer = post_json(&base, "/things", "{\"a\":1}").unwrap();
        assert_eq!(answer, Answer { status: 201, body: "made".to_owned() });
        let request = server.join().unwrap();
        assert!(request.starts_with("POST /things HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("Content-Length: 7\r\n"), "{request}");
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        assert!(parse("220 smtp.example").is_err());
        assert!(get(&"https://127.0.0.1".parse().unwrap(), "/").is_err());
    }
}
