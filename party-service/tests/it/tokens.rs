//! Access tokens, shown straight to the service.

use crate::helpers::TestApp;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::identity::{Claims, Role};
use chrono::TimeDelta;
use contracts::{SessionId, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use party_service::tokens::{KeyFolder, SigningKey};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, TestIssuer};

const PATH: &str = "/v1/users/me";

/// A good token's parts, for a test to spoil one.
struct Forge {
    app: TestApp,
    key: SigningKey,
    claims: Claims,
}

impl Forge {
    async fn new() -> Self {
        let app = TestApp::spawn().await;
        let email = app.register("김사과").await;
        let tokens = app.tokens(&email).await;
        let key = KeyFolder::at(&app.keys_dir).load().unwrap().remove(0);
        let user: UserId = tokens["user"]["id"].as_str().unwrap().parse().unwrap();
        let session: SessionId = tokens["session_id"].as_str().unwrap().parse().unwrap();
        let claims =
            Claims { sid: session, ..TestIssuer::claims(user, Role::User, app.clock.now()) };
        Self { app, key, claims }
    }

    fn header(&self) -> Header {
        Header { kid: Some(self.key.kid.to_string()), ..Header::new(Algorithm::EdDSA) }
    }

    fn sign(&self, claims: &Claims) -> String {
        encode(&self.header(), claims, &self.key.private).unwrap()
    }

    async fn show(&self, token: &str) -> testkit::Answer {
        self.app.client.with_token(token).get(PATH).await
    }

    async fn expect_refused(&self, token: &str, why: &str) {
        let answer = self.show(token).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "unauthenticated"), "{why}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer", "{why}");
    }
}

fn base64(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_who_and_how_long() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let part = |n: usize| -> Value {
        let token = tokens["access_token"].as_str().unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let kid = KeyFolder::at(&app.keys_dir).load().unwrap()[0].kid;
    assert_eq!(part(0), json!({ "typ": "JWT", "alg": "EdDSA", "kid": kid }));
    let now = app.clock.now().timestamp();
    let expected = json!({
        "iss": "https://project509.example", "aud": "project509", "sub": tokens["user"]["id"],
        "sid": tokens["session_id"], "role": "user", "iat": now, "nbf": now, "exp": now + 600,
    });
    assert_eq!(part(1), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_made_of_good_parts_is_good() {
    let forge = Forge::new().await;
    forge.show(&forge.sign(&forge.claims)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_algorithm_is_refused() {
    let forge = Forge::new().await;
    let kid = forge.key.kid.to_string();
    let claims = base64(&serde_json::to_value(&forge.claims).unwrap());
    for alg in ["none", "None", "NONE", ""] {
        let header = base64(&json!({ "alg": alg, "typ": "JWT", "kid": kid }));
        forge.expect_refused(&format!("{header}.{claims}."), alg).await;
    }
    // The public key as an HMAC secret (RFC 8725, 2.1).
    let public = serde_json::to_value(&forge.key.public).unwrap();
    let x = public["x"].as_str().unwrap();
    for secret in [x.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(x).unwrap(), Vec::new()] {
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        let key = EncodingKey::from_secret(&secret);
        forge.expect_refused(&encode(&header, &forge.claims, &key).unwrap(), "HS256").await;
    }
    // A good signature under a header that says otherwise.
    let good = forge.sign(&forge.claims);
    let signature = good.rsplit('.').next().unwrap();
    let header = base64(&json!({ "alg": "RS256", "typ": "JWT", "kid": kid }));
    forge.expect_refused(&format!("{header}.{claims}.{signature}"), "RS256").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p03_a_token_of_another_key_is_refused() {
    let forge = Forge::new().await;
    let stranger = Ed25519KeyPair::generate().unwrap();
    assert_eq!(stranger.public_key().as_ref().len(), 32);
    let strange = EncodingKey::from_ed_der(stranger.to_pkcs8v1().unwrap().as_ref());
    let header = |kid: Option<String>| Header { kid, ..Header::new(Algorithm::EdDSA) };
    for (kid, why) in [
        (Some(forge.key.kid.to_string()), "our kid, their key"),
        (Some(uuid::Uuid::now_v7().to_string()), "an unknown kid"),
        (Some(String::new()), "an empty kid"),
        (Some("x".repeat(1000)), "a long kid"),
        (Some("../../../etc/passwd".into()), "a path for a kid"),
        (None, "no kid"),
    ] {
        let token = encode(&header(kid.clone()), &forge.claims, &strange).unwrap();
        forge.expect_refused(&token, why).await;
        if kid != Some(forge.key.kid.to_string()) {
            let token = encode(&header(kid), &forge.claims, &forge.key.private).unwrap();
            forge.expect_refused(&token, why).await;
        }
    }
    // A key that came along in the header.
    let with_jwk = Header { jwk: Some(forge.key.public.clone()), ..header(None) };
    let token = encode(&with_jwk, &forge.claims, &forge.key.private).unwrap();
    forge.expect_refused(&token, "a key in the header").await;
    forge
        .expect_refused(
            &TestIssuer::new().token(UserId::new(), Role::Admin, forge.app.clock.now()),
            "a test token",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_claims_are_refused() {
    let forge = Forge::new().await;
    let good = || forge.claims.clone();
    let now = forge.app.clock.now();
    let later = (now + TimeDelta::minutes(1)).timestamp();
    for (claims, why) in [
        (Claims { aud: "another".into(), ..good() }, "aud"),
        (Claims { aud: String::new(), ..good() }, "no aud"),
        (Claims { iss: "https://elsewhere.example".into(), ..good() }, "iss"),
        (Claims { nbf: later, ..good() }, "nbf"),
        (Claims { exp: i64::MAX, ..good() }, "exp of another age"),
    ] {
        forge.expect_refused(&forge.sign(&claims), why).await;
    }
    let expired = forge.sign(&Claims { exp: now.timestamp(), ..good() });
    forge.show(&expired).await.expect_problem(401, "token_expired");

    let whole = serde_json::to_value(&forge.claims).unwrap();
    for field in ["iss", "aud", "sub", "sid", "role", "iat", "nbf", "exp"] {
        let mut claims = whole.clone();
        claims.as_object_mut().unwrap().remove(field);
        let token = encode(&forge.header(), &claims, &forge.key.private).unwrap();
        forge.expect_refused(&token, field).await;
    }
    for (field, bad) in [
        ("sub", json!("1")),
        ("sid", json!(1)),
        ("role", json!("root")),
        ("exp", json!("never")),
        ("exp", json!(-1)),
        ("aud", json!({})),
    ] {
        let mut claims = whole.clone();
        claims[field] = bad;
        let token = encode(&forge.header(), &claims, &forge.key.private).unwrap();
        let answer = forge.show(&token).await;
        assert_eq!(answer.status, 401, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_token_is_refused() {
    let forge = Forge::new().await;
    let good = forge.sign(&forge.claims);
    forge.show(&good).await.expect(200);
    let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
    let mut claims = serde_json::to_value(&forge.claims).unwrap();
    claims["role"] = json!("admin");
    parts[1] = base64(&claims);
    forge.expect_refused(&parts.join("."), "another role").await;
    let flipped = if good.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{flipped}", &good[..good.len() - 2]);
    for (bad, why) in [
        (changed.as_str(), "another signature"),
        (&good[..good.len() - 4], "a cut signature"),
        (&good[1..], "a cut header"),
        (&format!("{good}.x"), "four parts"),
        (&format!("{good}="), "padding"),
        (&format!("{good}{}", "A".repeat(4000)), "a long token"),
        ("a.b", "two parts"),
        ("...", "no parts"),
    ] {
        forge.expect_refused(bad, why).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_until_it_expires() {
    let forge = Forge::new().await;
    let token = forge.sign(&forge.claims);
    forge.app.clock.advance(TimeDelta::seconds(599));
    forge.show(&token).await.expect(200);
    forge.app.clock.advance(TimeDelta::seconds(1));
    forge.show(&token).await.expect_problem(401, "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_well_formed_header_counts() {
    let forge = Forge::new().await;
    let token = forge.sign(&forge.claims);
    let ask = |values: Vec<String>| {
        let mut request = forge.app.client.request(Method::GET, PATH);
        for value in values {
            request = request.header("authorization", value);
        }
        Client::send(request)
    };
    for good in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER  {token}")] {
        ask(vec![good]).await.expect(200);
    }
    for bad in [
        vec![],
        vec![token.clone()],
        vec!["Bearer".into()],
        vec!["Bearer ".into()],
        vec![format!("Basic {token}")],
        vec![format!("Bearer{token}")],
        vec![format!("Bearer {token} x")],
        vec![format!("Bearer {token}, Bearer {token}")],
        vec![format!("Bearer {token}"), format!("Bearer {token}")],
    ] {
        let answer = ask(bad.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "unauthenticated"), "{bad:?}");
    }
    let in_query = format!("{PATH}?access_token={token}");
    forge.app.client.get(&in_query).await.expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn d09_a_refused_token_changes_nothing() {
    let app = TestApp::spawn().await;
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    let me = app.client.with_token(tokens["access_token"].as_str().unwrap());
    me.delete("/v1/sessions/current").await.expect(204);
    let rename = json!({ "nickname": "박귤" });
    me.patch(PATH, rename.clone()).await.expect_problem(401, "session_revoked");
    app.client.patch(PATH, rename).await.expect_problem(401, "unauthenticated");
    let me = app.sign_in(&email).await;
    assert_eq!(me.get(PATH).await.expect(200)["nickname"], "김사과");
}
