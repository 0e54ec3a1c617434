//! The program, asked about servers that are well and others that are not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

/// The port of a server that answers one request with these bytes.
fn answering(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        assert!(request.starts_with(b"GET /ready HTTP/1.1\r\n"));
        stream.write_all(answer.as_bytes()).unwrap();
    });
    port
}

/// What the program says of `/ready` at this port.
fn exit_code(port: u16) -> i32 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.arg("/ready").env("PORT", port.to_string()).status().unwrap().code().unwrap()
}

#[test]
fn only_200_is_well() {
    assert_eq!(exit_code(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")), 0);
    assert_eq!(exit_code(answering("HTTP/1.1 503 Service Unavailable\r\n\r\n")), 1);
}

#[test]
fn what_does_not_answer_is_not_well() {
    assert_eq!(exit_code(answering("220 mail.example ESMTP\r\n")), 1);
    assert_eq!(exit_code(answering("")), 1);
    assert_eq!(exit_code(1), 1);
}

#[test]
fn it_says_what_it_needs() {
    let output = Command::new(env!("CARGO_BIN_EXE_probe")).env_remove("PORT").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage"));
}
