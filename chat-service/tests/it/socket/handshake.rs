//! From a request to a connection.

use chassis::identity::Role;
use contracts::UserId;
use testkit::TestIssuer;

use crate::helpers::Stage;
use crate::stomp_client::{Stomp, refused, shake};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_wherever_clients_put_it() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let token = stage.token(UserId::new());
    let bearer = format!("Bearer {token}");

    let (socket, _) = shake(&instance, "/ws", &[("authorization", &bearer)]).await.unwrap();
    Stomp::new(socket).say_hello("1.2").await;
    for query in [format!("token={token}"), format!("a=b&token={token}&c")] {
        let (socket, _) = shake(&instance, &format!("/ws?{query}"), &[]).await.unwrap();
        Stomp::new(socket).say_hello("1.2").await;
    }
    let (socket, _) = shake(&instance, "/ws/websocket", &[]).await.unwrap();
    let mut client = Stomp::new(socket);
    client.write(&format!("CONNECT\naccept-version:1.2\nAuthorization:{bearer}\n\n\0")).await;
    client.expect("CONNECTED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p03_nobody_is_served_without_a_good_token() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let stranger = TestIssuer::new().token(UserId::new(), Role::User, crate::helpers::noon());
    for token in ["", "nonsense", stranger.as_str()] {
        let bearer = format!("Bearer {token}");
        let in_header = refused(&instance, "/ws", &[("authorization", &bearer)]).await;
        assert_eq!(in_header, (401, "unauthenticated".into()), "{token}");
        let in_query = refused(&instance, &format!("/ws?token={token}"), &[]).await;
        assert_eq!(in_query, (401, "unauthenticated".into()), "{token}");
    }
    let basic = refused(&instance, "/ws", &[("authorization", "Basic dGVzdDp0ZXN0")]).await;
    assert_eq!(basic, (401, "unauthenticated".into()));

    let (socket, _) = shake(&instance, "/ws", &[]).await.unwrap();
    let mut client = Stomp::new(socket);
    client.write("CONNECT\naccept-version:1.2\nhost:h\n\n\0").await;
    assert_eq!(client.end().await, ("unauthenticated".into(), 1008));

    let (socket, _) = shake(&instance, "/ws", &[]).await.unwrap();
    let mut client = Stomp::new(socket);
    client.write("CONNECT\naccept-version:1.2\nAuthorization:Bearer nonsense\n\n\0").await;
    assert_eq!(client.end().await, ("unauthenticated".into(), 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn d30_an_expired_token_opens_nothing() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let token = stage.token(UserId::new());
    stage.clock.advance(chrono::TimeDelta::minutes(11));
    let answer = refused(&instance, &format!("/ws?token={token}"), &[]).await;
    assert_eq!(answer, (401, "token_expired".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn d30_pages_from_elsewhere_are_refused() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let path = format!("/ws?token={}", stage.token(UserId::new()));
    let from = async |origin: &str| shake(&instance, &path, &[("origin", origin)]).await.is_ok();
    assert!(from("https://app.example").await);
    assert!(from(&format!("http://{}", instance.address)).await);
    let answer = refused(&instance, &path, &[("origin", "https://evil.example")]).await;
    assert_eq!(answer, (403, "forbidden".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_known_subprotocol_is_echoed() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let path = format!("/ws?token={}", stage.token(UserId::new()));
    for (offered, chosen) in
        [("v10.stomp, v11.stomp, v12.stomp", "v12.stomp"), ("v11.stomp,v10.stomp", "v11.stomp")]
    {
        let headers = [("sec-websocket-protocol", offered)];
        let (_, response) = shake(&instance, &path, &headers).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], chosen);
    }
    let (_, response) = shake(&instance, &path, &[]).await.unwrap();
    assert!(!response.headers().contains_key("sec-websocket-protocol"));
    assert_eq!(response.headers()["x-trace-id"].len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_paths_and_other_versions_are_refused() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let token = stage.token(UserId::new());
    for path in ["/wss", "/ws/a", "/ws/a/b", "/ws/a/b/xhr", "/ws//b/websocket", "/v1/chat-rooms"] {
        let answer = refused(&instance, &format!("{path}?token={token}"), &[]).await;
        assert_eq!(answer, (404, "not_found".into()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockjs_clients_are_told_what_there_is() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let info = instance.client.get("/ws/info").await;
    assert!(info.headers["cache-control"].to_str().unwrap().starts_with("no-store"));
    let info = info.expect(200);
    assert_eq!((&info["websocket"], &info["cookie_needed"]), (&true.into(), &false.into()));

    let scene = stage.room().await;
    let mut client = Stomp::open_sockjs(&instance, &stage.token(scene.leader)).await;
    client.say_hello("1.1,1.0").await;
    client.subscribe(scene.id, "sub-0", "").await;
    client.say(scene.id, &serde_json::json!({ "content": "안녕 \"SockJS\"\n" }), "r").await;
    let mut heard = [client.next().await, client.next().await];
    heard.sort_by(|a, b| a.command.cmp(&b.command));
    assert_eq!(heard[0].json()["content"], "안녕 \"SockJS\"");
    assert_eq!(heard[1].header("receipt-id"), "r");
    client.write("NONSENSE\n\n\0").await;
    assert_eq!(client.end().await, ("protocol_violation".into(), 1002));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_so_many_connections() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    config.socket.max_connections = 2;
    let instance = stage.serve_with(&config);
    let token = stage.token(UserId::new());
    let first = Stomp::connect(&instance, &token).await;
    let _second = Stomp::connect(&instance, &token).await;
    let answer = refused(&instance, &format!("/ws?token={token}"), &[]).await;
    assert_eq!(answer, (429, "too_many_connections".into()));
    drop(first);
    testkit::until("the seat is free again", async || {
        shake(&instance, &format!("/ws?token={token}"), &[]).await.ok()
    })
    .await;
}
