//! A session that is over is over everywhere, whatever becomes of the servers between the services.

use e2e::Platform;
use testkit::{EventStream, FaultProxy, TestServers};

use crate::people::{refused_everywhere, sign_in};
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
    refused_everywhere(&platform, token).await;
    while stream.read().await {}
    let closed = socket.end().await;
    assert_eq!(closed.code, 1008, "{closed:?}");
}
