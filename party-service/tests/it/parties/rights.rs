//! Who may do what: every route × everyone who may come.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;

use super::stage::{Person, Stage};

/// A route and the answer that each visitor gets.
struct Route {
    method: Method,
    path: &'static str,
    body: Option<Value>,
    /// Anonymous, stranger, applicant, rejected, member, leader.
    statuses: [u16; 6],
}

fn route(method: Method, path: &'static str, body: Option<Value>, statuses: [u16; 6]) -> Route {
    Route { method, path, body, statuses }
}

/// The whole table; of a visitor who may, the request is one that succeeds on a party that is open,
/// has one member, one applicant and one rejected person.
fn table(wish: Value) -> Vec<Route> {
    let shares = Some(json!({ "shares": 1 }));
    vec![
        route(Method::POST, "/v1/parties", Some(wish), [401, 201, 201, 201, 201, 201]),
        route(Method::GET, "/v1/parties?lat=37.5&lon=127", None, [401, 200, 200, 200, 200, 200]),
        route(Method::GET, "/v1/users/me/parties", None, [401, 200, 200, 200, 200, 200]),
        route(Method::GET, "PARTY", None, [401, 200, 200, 200, 200, 200]),
        route(Method::PATCH, "PARTY", Some(json!({})), [401, 403, 403, 403, 403, 200]),
        route(Method::POST, "PARTY/lock", None, [401, 403, 403, 403, 403, 200]),
        route(Method::POST, "PARTY/cancel", None, [401, 403, 403, 403, 403, 200]),
        // Allowed to the leader, but not yet.
        route(
            Method::POST,
            "PARTY/complete",
            Some(json!({ "attendance": [] })),
            [401, 403, 403, 403, 403, 409],
        ),
        route(Method::POST, "PARTY/applications", shares, [401, 201, 409, 201, 409, 409]),
        route(Method::GET, "PARTY/applications", None, [401, 403, 403, 403, 403, 200]),
        route(Method::DELETE, "PARTY/applications/me", None, [401, 404, 204, 404, 409, 404]),
        route(
            Method::POST,
            "PARTY/applications/APPLICANT/accept",
            None,
            [401, 403, 403, 403, 403, 200],
        ),
        route(
            Method::POST,
            "PARTY/applications/APPLICANT/reject",
            None,
            [401, 403, 403, 403, 403, 200],
        ),
        route(Method::GET, "PARTY/members", None, [401, 403, 403, 403, 200, 200]),
        route(Method::DELETE, "PARTY/members/me", None, [401, 403, 403, 403, 204, 409]),
        route(Method::DELETE, "PARTY/members/MEMBER", None, [401, 403, 403, 403, 403, 204]),
        // Allowed to the leader, but not yet.
        route(
            Method::POST,
            "PARTY/members/MEMBER/penalty",
            Some(json!({ "reason": "no_show" })),
            [401, 403, 403, 403, 403, 409],
        ),
    ]
}

struct Cast {
    stranger: Person,
    applicant: Person,
    rejected: Person,
    member: Person,
    leader: Person,
    path: String,
}

async fn cast(stage: &Stage, people: &[Person; 5]) -> Cast {
    let [stranger, applicant, rejected, member, leader] = people.clone();
    let path = stage.open(&leader).await;
    stage.join(&path, &leader, &member).await;
    applicant.apply(&path, 1).await.expect(201);
    rejected.apply(&path, 1).await.expect(201);
    leader.reject(&path, &rejected).await.expect(200);
    Cast { stranger, applicant, rejected, member, leader, path }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_gets_the_answer_they_should_on_every_route() {
    let stage = Stage::spawn().await;
    let people = stage.people::<5>().await;
    for route in table(stage.wish()) {
        for (visitor, expected) in route.statuses.into_iter().enumerate() {
            // A party of its own for each, so that no answer depends on another.
            let cast = cast(&stage, &people).await;
            let clients = [
                stage.app.client.anonymous(),
                cast.stranger.client.clone(),
                cast.applicant.client.clone(),
                cast.rejected.client.clone(),
                cast.member.client.clone(),
                cast.leader.client.clone(),
            ];
            let path = route
                .path
                .replace("PARTY", &cast.path)
                .replace("APPLICANT", &cast.applicant.id.to_string())
                .replace("MEMBER", &cast.member.id.to_string());
            let mut request = clients[visitor].request(route.method.clone(), &path);
            if let Some(body) = &route.body {
                request = request.json(body);
            }
            let answer = Client::send(request).await;
            let what = format!("{} {} by visitor {visitor}", route.method, route.path);
            assert_eq!(answer.status.as_u16(), expected, "{what}: {:#}", answer.body);
            if expected >= 400 {
                assert!(!answer.code().is_empty(), "{what} is a problem");
            }
            for leader in
                [&cast.leader, &cast.stranger, &cast.applicant, &cast.rejected, &cast.member]
            {
                close_all(leader).await;
            }
        }
    }
}

/// Cancels what somebody leads, so that they may open more.
async fn close_all(leader: &Person) {
    let list = leader.client.get("/v1/users/me/parties?role=leader&status=open").await.expect(200);
    for party in list["items"].as_array().unwrap() {
        leader.cancel(&format!("/v1/parties/{}", party["id"].as_str().unwrap())).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_of_parties_is_missing_in_the_table() {
    let document: Value =
        serde_json::from_str(&party_service::routes::openapi_json().unwrap()).unwrap();
    let mut documented = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        if path.contains("/parties") {
            documented.extend(
                operations
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|method| format!("{} {path}", method.to_uppercase())),
            );
        }
    }
    let mut tested: Vec<_> = table(json!({}))
        .iter()
        .map(|route| {
            let path = route.path.split('?').next().unwrap().replace("PARTY", "/v1/parties/{id}");
            let path = path.replace("APPLICANT", "{user_id}").replace("MEMBER", "{user_id}");
            format!("{} {path}", route.method)
        })
        .collect();
    documented.sort();
    tested.sort();
    assert_eq!(tested, documented);
}
