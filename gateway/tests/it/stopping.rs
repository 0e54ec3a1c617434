//! The end of a gateway: what is under way is finished, nothing new is begun.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::helpers::Gateway;
use crate::raw::{self, Wire};

#[tokio::test]
async fn a_request_under_way_is_answered() {
    let (service, mut connections) = raw::by_hand().await;
    let gateway = Gateway::configured(service, |config| {
        config.http.shutdown_timeout = Duration::from_secs(20);
    })
    .await;
    let mut client = Wire::to(gateway.address).await;
    client.send("GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut service = connections.recv().await.unwrap();
    service.head().await;
    let address = gateway.address;
    drop(gateway);
    testkit::until("the gateway to take no more connections", async || {
        TcpStream::connect(address).await.err()
    })
    .await;
    service.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok"), "{answer}");
    assert!(answer.contains("connection: close"), "the client is told to go: {answer}");
}
