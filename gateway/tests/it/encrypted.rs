//! TLS, and HTTP/2 over it.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Version;
use serde_json::Value;

use crate::helpers::Gateway;
use crate::service;

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/it/tls", name].iter().collect()
}

async fn gateway() -> Gateway {
    Gateway::configured(service::echo().0, |config| {
        config.clients.tls_certificate = Some(file("certificate.pem"));
        config.clients.tls_key = Some(file("key.pem"));
    })
    .await
}

fn client() -> reqwest::ClientBuilder {
    let certificate = include_bytes!("tls/certificate.pem");
    let trusted = reqwest::Certificate::from_pem(certificate).unwrap();
    reqwest::Client::builder().timeout(Duration::from_secs(30)).tls_certs_only([trusted])
}

#[tokio::test]
async fn clients_may_choose_their_version() {
    let gateway = gateway().await;
    let both =
        [(client().build(), Version::HTTP_2), (client().http1_only().build(), Version::HTTP_11)];
    for (client, version) in both {
        let client = client.unwrap();
        let url = format!("https://{}/v1/users?n=1", gateway.address);
        let request = client.post(url).header("cookie", "a=1").body("hello 안녕");
        let answer = request.send().await.unwrap();
        assert_eq!((answer.version(), answer.status().as_u16()), (version, 200));
        assert!(
            answer.headers()["strict-transport-security"].to_str().unwrap().contains("max-age")
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let seen: Value = answer.json().await.unwrap();
        assert_eq!(
            (&seen["body"], &seen["target"]),
            (&"hello 안녕".into(), &"/v1/users?n=1".into())
        );
        assert_eq!(seen["headers"]["x-forwarded-proto"][0], "https");
        let via = if version == Version::HTTP_2 { "2 gateway" } else { "1.1 gateway" };
        assert_eq!(seen["headers"]["via"][0], via);
    }
}

#[tokio::test]
async fn requests_of_one_connection_do_not_wait_for_each_other() {
    let gateway = gateway().await;
    let client = client().http2_prior_knowledge().build().unwrap();
    let ask = |path: &str| {
        let request = client.get(format!("https://{}{path}", gateway.address));
        request.bearer_auth(gateway.token()).send()
    };
    let answers = futures_util::future::join_all((0..50).map(|_| ask("/v1/parties"))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().status().as_u16(), 200);
    }
    let refused = ask("/v1/parties//users").await.unwrap();
    assert_eq!(refused.status().as_u16(), 400);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
}
