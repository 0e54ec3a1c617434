//! Serves pages to a browser, and hears what they say.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Serves the files of one folder, and takes what is sent to `/said`.
pub(super) struct PageServer {
    listener: TcpListener,
    address: SocketAddr,
}

impl PageServer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        Self { listener, address }
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves the files until nobody listens to the pages any more.
    pub(super) fn serve(self, folder: PathBuf) -> mpsc::Receiver<Value> {
        let (hearing, said) = mpsc::channel(super::SAID);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = hearing.closed() => return,
                    accepted = self.listener.accept() => if let Ok((socket, _)) = accepted {
                        // A page says one thing after the other, so the connections do not race.
                        let (folder, hearing) = (folder.clone(), hearing.clone());
                        tokio::spawn(async move { answer(socket, &folder, &hearing).await });
                    },
                }
            }
        });
        said
    }
}

/// Answers the requests of one connection, as far as they can be read.
async fn answer(socket: TcpStream, folder: &Path, hearing: &mpsc::Sender<Value>) -> Option<()> {
    let mut socket = BufReader::new(socket);
    loop {
        let (path, length) = head(&mut socket).await?;
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.ok()?;
        let (status, content) = if path == "/said" {
            hearing.send(serde_json::from_slice(&body).ok()?).await.ok()?;
            ("204 No Content", Vec::new())
        } else {
            match tokio::fs::read(file(folder, &path)).await {
                Ok(content) => ("200 OK", content),
                Err(_) => ("404 Not Found", Vec::new()),
            }
        };
        let is_script = path.ends_with("js");
        let kind = if is_script { "text/javascript" } else { "text/html; charset=utf-8" };
        let length = content.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.ok()?;
        socket.write_all(&content).await.ok()?;
    }
}

/// What a path stands for: a file of the folder, or of a package that is installed.
fn file(folder: &Path, path: &str) -> PathBuf {
    let modules = std::env::var_os("E2E_NODE_MODULES").unwrap_or_default();
    match path.strip_prefix("/node_modules/") {
        Some(file) => Path::new(&modules).join(file),
        None => folder.join(path.trim_start_matches('/')),
    }
}

/// The path of a request and the length of its body.
async fn head(socket: &mut BufReader<TcpStream>) -> Option<(String, usize)> {
    let mut line = String::new();
    socket.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        socket.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.split_once(':') else { return Some((path, length)) };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
}

/// A value as it can stand behind the `#` of an address.
pub(super) fn fragment(value: &Value) -> String {
    value.to_string().bytes().fold(String::new(), |mut text, byte| {
        // A string takes everything.
        let _ = write!(text, "%{byte:02X}");
        text
    })
}
