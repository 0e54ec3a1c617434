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
    // In one piece: a part of a request may be all that a server looks at.
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    // `HTTP/1.1 200`
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    let text = String::from_utf8_lossy(&line);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP"))
}
