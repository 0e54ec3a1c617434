//! `probe /health`: exits with 0 if the service on this machine's port `PORT` answers that with 200.
//!
//! An image has no shell and no curl, so this is what its health check runs. It uses the standard
//! library alone: half a megabyte, and nothing in it that could need an update.

use std::env;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

/// A service that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(4);

fn main() -> ExitCode {
    let (Some(path), Ok(port)) = (env::args().nth(1), env::var("PORT")) else {
        eprintln!("usage: PORT=7001 probe /PATH");
        return ExitCode::from(2);
    };
    let authority = format!("127.0.0.1:{port}");
    match status(&authority, &path) {
        Ok(200) => ExitCode::SUCCESS,
        Ok(status) => {
            eprintln!("{authority}{path} answers {status}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{authority}{path} does not answer: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The status of the answer to a GET.
fn status(authority: &str, path: &str) -> io::Result<u16> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    // `HTTP/1.1 200`
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    let text = String::from_utf8_lossy(&line);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP"))
}

#[cfg(test)]
mod tests {
    use super::status;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    /// A server that answers one request with these bytes.
    fn answering(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /ready HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        authority
    }

    #[test]
    fn the_status_is_read() {
        let ready = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        assert_eq!(status(&answering(ready), "/ready").unwrap(), 200);
        let away = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
        assert_eq!(status(&answering(away), "/ready").unwrap(), 503);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        assert!(status(&answering("220 mail.example ESMTP\r\n"), "/ready").is_err());
        assert!(status("127.0.0.1:1", "/ready").is_err());
    }
}
