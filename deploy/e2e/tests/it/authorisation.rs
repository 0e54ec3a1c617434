//! Who may do what: every route for everyone, through the gateway and straight at the service.

mod stage;
mod table;

use crate::people::{PASSWORD, refused_everywhere};
use crate::socket::Socket;
use e2e::Platform;
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use stage::{Role, Stage};
use std::collections::BTreeSet;
use table::{ROUTES, Route};
use testkit::Client;

/// How many routes are tried side by side, each with a stage of its own: setting one takes longer
/// than all else, most of it spent waiting for news.
const SIDE_BY_SIDE: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everyone_as_the_table_says() {
    let platform = Platform::start().await;
    let wrong: Vec<Vec<String>> = stream::iter(ROUTES)
        .map(|route| wrong_answers(&platform, route))
        .buffered(SIDE_BY_SIDE)
        .collect()
        .await;
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a route answers otherwise than it should.
async fn wrong_answers(platform: &Platform, route: &Route) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut stage = Stage::set(platform).await;
    for (role, expected) in Role::ALL.into_iter().zip(route.expected) {
        for door in [platform.gateway.url(), straight(platform, route)] {
            let is_hidden = route.is_internal() && door == platform.gateway.url();
            let expected = if is_hidden { 404 } else { expected };
            let answer = stage.call(&door, role, route).await;
            let status = answer.status.as_u16();
            if status != expected {
                wrong.push(format!(
                    "{} {} as {role:?} at {door}: {status} {} instead of {expected}",
                    route.method,
                    route.path,
                    answer.code()
                ));
            }
            if answer.status.is_success() && !route.leaves_all_as_it_is() {
                stage = Stage::set(platform).await;
            }
        }
    }
    wrong
}

/// A WebSocket is for everyone who is signed in; a room is there for those who are in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_chat_answers_everyone_over_a_websocket_as_over_http() {
    let platform = Platform::start().await;
    let stage = Stage::set(&platform).await;
    let room = stage.fill("{room}");
    for role in Role::ALL {
        for door in [platform.gateway.address(), platform.chat.address()] {
            if role == Role::Anonymous {
                assert_eq!(Socket::try_open(door, Some("not.a.token")).await.err(), Some(401));
                // The token may come with the first frame, and nothing comes before it.
                let mut socket = Socket::try_open(door, None).await.unwrap();
                socket.send("CONNECT\naccept-version:1.2\nhost:x\n\n\0").await;
                assert!(socket.frame().await.starts_with("ERROR"), "{role:?} at {door}");
                continue;
            }
            let mut socket = Socket::open(door, stage.token(role)).await;
            socket.connect().await;
            socket.send("SUBSCRIBE\nid:errors\ndestination:/user/queue/errors\n\n\0").await;
            let read = format!("SUBSCRIBE\nid:room\ndestination:/topic/{room}\nafter-seq:0\n\n\0");
            socket.send(&read).await;
            let is_inside = matches!(role, Role::Member | Role::Leader);
            let told = socket.body().await;
            if is_inside {
                assert_eq!(told["seq"], json!(1), "{role:?} at {door}: {told}");
                continue;
            }
            assert_eq!(told["code"], json!("room_not_found"), "{role:?} at {door}: {told}");
            let say = json!({ "content": "안녕" });
            let say = format!("SEND\ndestination:/app/chat.sendMessage/{room}\n\n{say}\0");
            socket.send(&say).await;
            let told = socket.body().await;
            assert_eq!(told["code"], json!("room_not_found"), "{role:?} at {door}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_is_missing_from_the_table() {
    let platform = Platform::start().await;
    let listed: BTreeSet<String> = ROUTES.iter().map(|r| operation(r.method, r.path)).collect();
    for service in [&platform.party, &platform.catalog, &platform.chat, &platform.notify] {
        let document = Client::new(service.url()).get("/openapi.json").await.expect(200);
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let operation = operation(&method.to_uppercase(), path);
                assert!(listed.contains(&operation), "{operation} is not in the table");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_opens_nothing_not_even_what_is_public() {
    let platform = Platform::start().await;
    let stage = Stage::set(&platform).await;
    opens_nothing(&platform, &stage, "not.a.token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d02_the_token_of_somebody_who_left_opens_nothing_not_even_what_is_public() {
    let platform = Platform::start().await;
    let stage = Stage::set(&platform).await;
    let token = stage.token(Role::Stranger);
    let leave = platform.client().with_token(token).request(Method::DELETE, "/v1/users/me");
    let password = json!({ "current_password": PASSWORD });
    Client::send(leave.json(&password)).await.expect(204);
    refused_everywhere(&platform, token).await;
    opens_nothing(&platform, &stage, token).await;
}

/// Every route refuses this token, through the gateway and straight at the service.
async fn opens_nothing(platform: &Platform, stage: &Stage, token: &str) {
    for route in ROUTES {
        for door in [platform.gateway.url(), straight(platform, route)] {
            let client = Client::new(door.clone()).with_token(token);
            let answer = stage.send(&client, route).await;
            // What takes no token at all (signing up, signing in) may overlook it at the service;
            // the gateway does not.
            let overlooked = route.expected.iter().all(|status| *status == route.expected[0]);
            let is_hidden = route.is_internal() && door == platform.gateway.url();
            if door == platform.gateway.url() || !overlooked {
                let refused = if is_hidden { 404 } else { 401 };
                assert_eq!(answer.status, refused, "{} {} at {door}", route.method, route.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_leads_nowhere_else() {
    let platform = Platform::start().await;
    let stage = Stage::set(&platform).await;
    let admin = Client::new(platform.gateway.url()).with_token(stage.token(Role::Admin));
    for path in ["/metrics", "/openapi.json", "/v1", "/v1/", "/v2/parties", "/admin", "/v1/nothing"]
    {
        for client in [&admin, &admin.anonymous()] {
            client.get(path).await.expect_problem(404, "not_found");
        }
    }
    for service in ["/health", "/ready"] {
        assert_eq!(admin.get(service).await.body.get("checks").is_some(), service == "/ready");
    }
}

/// The service that answers this route.
fn straight(platform: &Platform, route: &Route) -> String {
    let below = |paths: &[&str]| paths.iter().any(|path| route.path.starts_with(path));
    if below(&["/v1/items", "/v1/categories", "/v1/admin/imports"]) {
        platform.catalog.url()
    } else if below(&["/v1/chat-rooms", "/v1/exports/chat"]) {
        platform.chat.url()
    } else if below(&["/v1/favorites", "/v1/notifications", "/v1/exports/notifications"]) {
        platform.notify.url()
    } else {
        platform.party.url()
    }
}

/// A method and a path whose parameters have no names.
fn operation(method: &str, path: &str) -> String {
    let parts = path.split('?').next().unwrap().split('/');
    let nameless: Vec<_> =
        parts.map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
    format!("{method} {}", nameless.join("/"))
}

impl Stage {
    /// Sends the request of a route as someone.
    async fn call(&self, door: &str, role: Role, route: &Route) -> testkit::Answer {
        let client = Client::new(door);
        let client = match role {
            Role::Anonymous => client,
            role => client.with_token(self.token(role)),
        };
        self.send(&client, route).await
    }

    async fn send(&self, client: &Client, route: &Route) -> testkit::Answer {
        let method: Method = route.method.parse().unwrap();
        let request = client.request(method, &self.fill(route.path));
        let request = match route.body {
            Some(body) => {
                let body: Value = serde_json::from_str(&self.fill(body)).unwrap();
                request.json(&body)
            }
            None => request,
        };
        if route.path != "/v1/notifications/stream" {
            return Client::send(request).await;
        }
        // What goes on for ever is not read to its end.
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        testkit::Answer { status, headers, body: Value::Null }
    }
}
