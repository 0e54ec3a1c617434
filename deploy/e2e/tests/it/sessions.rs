//! A session that is over is over everywhere, whatever becomes of the servers between the services.

use e2e::Platform;
use testkit::{Client, EventStream, FaultProxy, TestServers, until};

use crate::people::sign_in;
use crate::socket::Socket;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_out_is_out_everywhere_also_while_redis_is_away() {
    let mut servers = TestServers::shared();
    let (redis, url) = FaultProxy::before_url(&servers.redis).await;
    servers.redis = url;
    let platform = Platform::start_on(servers).await;
    let person = sign_in(&platform).await;
    let token = person.token().unwrap();
    let mut stream = EventStream::live(&person).await;
    let mut socket = Socket::open(platform.gateway.address(), token).await;
    socket.connect().await;

    redis.go_down();
    person.delete("/v1/sessions/current").await.expect(204);
    for (service, path) in [
        (&platform.gateway, "/v1/items"),
        (&platform.party, "/v1/users/me"),
        (&platform.catalog, "/v1/admin/imports"),
        (&platform.chat, "/v1/chat-rooms"),
        (&platform.notify, "/v1/notifications"),
    ] {
        let client = Client::new(service.url()).with_token(token);
        until(&format!("{path} is refused"), async || {
            (client.get(path).await.code() == "session_revoked").then_some(())
        })
        .await;
    }
    while stream.read().await {}
    let closed = loop {
        if let Err(closed) = socket.next().await {
            break closed;
        }
    };
    assert_eq!(closed.code, 1008, "{closed:?}");
}
