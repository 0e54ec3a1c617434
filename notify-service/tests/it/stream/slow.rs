//! A client that does not keep up.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use contracts::UserId;
use testkit::EventStream;

use super::writer::Writer;
use crate::helpers::Service;

/// Asks for a stream and reads nothing of it.
fn ask(address: &str, token: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /v1/notifications/stream HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_cut_off_and_holds_nobody_up() {
    /// Far more than is kept for a connection.
    const TOLD: u64 = 400;
    let service = Service::start().await;
    let (writer, person) = (Writer::new(&service.platform), UserId::new());
    let address = service.address.to_string();
    let mut slow = ask(&address, &service.platform.token(person));
    let mut quick = EventStream::live(&service.client_of(person)).await;

    // Only the first is in the database: the rest need not be, as nobody misses any.
    let mut announcement = writer.write(&[person], false).await;
    let mut long = (*announcement.content).clone();
    long.about.item = "사과".repeat(1000);
    announcement.content = Arc::new(long);
    for seq in 1..=TOLD {
        announcement.receivers[0].seq = seq;
        writer.announce(&announcement);
        assert_eq!(quick.seqs(1).await, [seq]);
    }

    let mut taken = Vec::new();
    if let Err(error) = slow.read_to_end(&mut taken) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "it was cut off");
    }
    let taken = String::from_utf8_lossy(&taken);
    let seqs = taken.split("\n\n").filter_map(|event| {
        event.split_once("\nevent: notification\n")?.0.strip_prefix("id: ")?.parse::<u64>().ok()
    });
    let seqs: Vec<u64> = seqs.collect();
    let count = u64::try_from(seqs.len()).unwrap();
    assert!((1..TOLD).contains(&count), "{count}");
    assert_eq!(seqs, (1..=count).collect::<Vec<_>>());
}
