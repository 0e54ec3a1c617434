//! Services that say one thing and do another: nobody gets an answer that was meant for someone else.

use crate::helpers::Gateway;
use crate::raw::Wire;

const ASK: &str = "GET /v1/items HTTP/1.1\r\nhost: x\r\n\r\n";

/// An answer, and how many bytes of body the client gets of it.
async fn next_is_asked_elsewhere(request: &str, answer: &str, body: usize) {
    let (gateway, mut connections) = Gateway::by_hand().await;
    let mut client = Wire::to(gateway.address).await;
    client.send(request).await;
    let mut first = connections.recv().await.unwrap();
    first.head().await;
    first.send(answer).await;
    client.head().await;
    client.exactly(body).await;
    // What came too much belongs to nobody: the next request goes out on another connection.
    client.send(ASK).await;
    let mut second = connections.recv().await.unwrap();
    second.head().await;
    second.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmine").await;
    let head = client.head().await;
    assert!(head.contains("content-length: 4\r\n"), "{answer:?}: {head}");
    assert_eq!(client.exactly(4).await, b"mine", "{answer:?}");
    first.gone().await;
}

#[tokio::test]
async fn what_comes_too_much_is_nobodys_answer() {
    const FORGED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
    for (request, answer, body) in [
        (ASK, format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok{FORGED}"), 2),
        (ASK, format!("HTTP/1.1 204 No Content\r\n\r\n{FORGED}"), 0),
        (ASK, format!("HTTP/1.1 204 No Content\r\ncontent-length: 6\r\n\r\nforged{FORGED}"), 0),
        (ASK, format!("HTTP/1.1 304 Not Modified\r\ncontent-length: 6\r\n\r\nforged{FORGED}"), 0),
        (
            ASK,
            format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n{FORGED}"
            ),
            12,
        ),
        (
            "HEAD /v1/items HTTP/1.1\r\nhost: x\r\n\r\n",
            format!("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged{FORGED}"),
            0,
        ),
        (ASK, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok".into(), 2),
        (ASK, "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok".into(), 2),
    ] {
        next_is_asked_elsewhere(request, &answer, body).await;
    }
}

/// What a service says while nobody has asked it anything is not the answer to the next request.
#[tokio::test]
async fn what_comes_unasked_is_nobodys_answer() {
    let (gateway, mut connections) = Gateway::by_hand().await;
    let mut client = Wire::to(gateway.address).await;
    client.send(ASK).await;
    let mut first = connections.recv().await.unwrap();
    first.head().await;
    first.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    client.head().await;
    client.exactly(2).await;
    first.send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged").await;
    // The gateway has it by the time it has answered somebody else.
    Wire::to(gateway.address).await.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::task::yield_now().await;
    client.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    client.until("alive").await;
    client.send(ASK).await;
    let mut second = connections.recv().await.unwrap();
    second.head().await;
    second.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmine").await;
    assert!(client.until("mine").await.contains("content-length: 4\r\n"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_to_its_end_looks_broken() {
    for body in [
        "transfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
        "transfer-encoding: chunked\r\n\r\n2\r\nok!\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2\nok\r\n0\r\n\r\n",
    ] {
        let (gateway, mut connections) = Gateway::by_hand().await;
        let mut client = Wire::to(gateway.address).await;
        client.send(ASK).await;
        let mut service = connections.recv().await.unwrap();
        service.head().await;
        service.send(format!("HTTP/1.1 200 OK\r\n{body}")).await;
        let answer = client.rest().await;
        assert!(!answer.ends_with("0\r\n\r\n"), "{body:?}: {answer}");
    }
}

/// A refused request does not cost its client the connection, if all of it has come.
#[tokio::test]
async fn a_refusal_is_not_the_end() {
    let (gateway, _connections) = Gateway::by_hand().await;
    let mut client = Wire::to(gateway.address).await;
    let post = "POST /v1/parties HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello";
    for framing in ["content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"]
    {
        client.send(post.replace("content-length: 5\r\n\r\nhello", framing)).await;
        let head = client.head().await;
        assert!(head.starts_with("HTTP/1.1 401 ") && !head.contains("connection"), "{head}");
        client.until("}").await;
    }
    // Of what has not come nobody knows where it ends.
    client.send("POST /v1/parties HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhe").await;
    let answer = client.rest().await;
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("connection: close"),
        "{answer}"
    );
}
