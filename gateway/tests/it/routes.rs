//! The table decides who answers.

use reqwest::Method;
use testkit::Client;

use crate::helpers::Gateway;
use crate::service;

#[tokio::test]
async fn each_service_gets_what_is_its_own() {
    let (party, party_asked) = service::echo();
    let (catalog, catalog_asked) = service::echo();
    let gateway = Gateway::before_two(party, catalog).await;
    let count = |counter: &std::sync::atomic::AtomicUsize| {
        counter.swap(0, std::sync::atomic::Ordering::SeqCst)
    };
    for (path, of_party) in [
        ("/v1/parties/0198/members", true),
        ("/v1/users/me", true),
        ("/v1/markets?lat=37.5&lon=127.0", true),
        ("/.well-known/jwks.json", true),
        ("/v1/items/apple", false),
        ("/v1/categories", false),
    ] {
        let answer = gateway.signed_in().get(path).await;
        assert_eq!(answer.expect(200)["target"], path);
        let (party, catalog) = (count(&party_asked), count(&catalog_asked));
        assert_eq!((party, catalog), if of_party { (1, 0) } else { (0, 1) }, "{path}");
    }
}

#[tokio::test]
async fn every_method_and_body_passes() {
    let gateway = Gateway::before(service::echo().0).await;
    let client = gateway.signed_in();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = client.request(method.clone(), "/v1/parties?a=%20b&c").body("hello 안녕");
        let seen = Client::send(request).await.expect(200);
        assert_eq!(seen["method"], method.as_str());
        assert_eq!(seen["target"], "/v1/parties?a=%20b&c");
        assert_eq!(seen["body"], "hello 안녕");
        assert_eq!(seen["headers"]["content-length"][0], "12");
    }
}

#[tokio::test]
async fn what_no_rule_names_does_not_exist() {
    let (service, asked) = service::echo();
    let gateway = Gateway::before(service).await;
    for path in ["/metrics", "/openapi.json", "/v1", "/v1/", "/v2/items", "/v1/itemsx", "/V1/items"]
    {
        gateway.signed_in().get(path).await.expect_problem(404, "not_found");
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_method_that_no_rule_names_is_told_which_there_are() {
    let gateway = Gateway::before(service::echo().0).await;
    let answer = gateway.client().delete("/.well-known/jwks.json").await;
    answer.expect_problem(405, "method_not_allowed");
    assert_eq!(answer.headers["allow"], "GET, HEAD");
    let trace = gateway.signed_in().request(Method::TRACE, "/v1/parties");
    Client::send(trace).await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn the_gateways_own_health_is_not_that_of_a_service() {
    let gateway = Gateway::before(service::echo().0).await;
    assert_eq!(gateway.client().get("/health").await.expect(200), "alive");
}
