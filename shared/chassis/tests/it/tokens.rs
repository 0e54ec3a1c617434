//! A token is believed when everything about it is right, and not otherwise.

use crate::things::{App, noon};
use chassis::identity::Role;
use chrono::TimeDelta;
use contracts::UserId;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use testkit::{Client, TestIssuer};

const PATH: &str = "/things/1";

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_is_believed_until_it_expires() {
    let app = App::spawn().await;
    app.client.get(PATH).await.expect(200);
    app.clock.advance(TimeDelta::seconds(599));
    app.client.get(PATH).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    app.client.get(PATH).await.expect_problem(401, "token_expired");
    app.client.get(PATH).await.expect_problem(401, "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_are_not_ours_are_refused() {
    let app = App::spawn().await;
    let good = TestIssuer::claims(UserId::new(), Role::User, noon());
    let mut spoiled = vec![good.clone(); 4];
    spoiled[0].iss = "https://elsewhere.example".into();
    spoiled[1].aud = "elsewhere".into();
    spoiled[2].nbf = (noon() + TimeDelta::minutes(1)).timestamp();
    spoiled[3].exp = i64::MAX;
    for claims in spoiled {
        let client = app.client.with_token(app.issuer.sign(&claims));
        client.get(PATH).await.expect_problem(401, "unauthenticated");
    }
    app.client.with_token(app.issuer.sign(&good)).get(PATH).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_algorithms_and_keys_are_refused() {
    let app = App::spawn().await;
    let claims = TestIssuer::claims(UserId::new(), Role::Admin, noon());
    let kid = app.issuer.jwks().keys[0].common.key_id.clone();

    // The public key is known to everyone: as an HMAC secret it must not sign.
    let public = serde_json::to_vec(&app.issuer.jwks().keys[0]).unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.kid.clone_from(&kid);
    let hmac = encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap();

    let mut unknown_kid = Header::new(Algorithm::EdDSA);
    unknown_kid.kid = Some("another".into());
    let unknown_kid = app.issuer.sign_with_header(&unknown_kid, &claims);
    let no_kid = app.issuer.sign_with_header(&Header::new(Algorithm::EdDSA), &claims);

    let good = app.issuer.sign(&claims);
    let payload = good.split('.').nth(1).unwrap();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");

    let mut stranger = Header::new(Algorithm::EdDSA);
    stranger.kid = kid;
    let stranger = TestIssuer::new().sign_with_header(&stranger, &claims);

    for token in [hmac, unknown_kid, no_kid, none, stranger] {
        let answer = app.client.with_token(token).get(PATH).await;
        answer.expect_problem(401, "unauthenticated");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_seen_before_vouches_for_no_other() {
    let app = App::spawn().await;
    let token = app.client.token().unwrap().to_owned();
    app.client.get(PATH).await.expect(200);
    let (head, signature) = token.rsplit_once('.').unwrap();
    let flipped: String =
        signature.chars().rev().collect::<String>().replacen(|_: char| true, "A", 1);
    for spoiled in [
        format!("{head}."),
        head.to_owned(),
        format!("{head}.{flipped}"),
        format!("{token}A"),
        format!("{token}."),
        "a.b.c".into(),
        "x".repeat(3000),
    ] {
        let answer = app.client.with_token(spoiled).get(PATH).await;
        answer.expect_problem(401, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_bearer_header_is_read() {
    let app = App::spawn().await;
    let token = app.client.token().unwrap().to_owned();
    let anonymous = app.client.anonymous();
    anonymous.get(PATH).await.expect_problem(401, "unauthenticated");
    for headers in [
        vec![format!("Basic {token}")],
        vec![token.clone()],
        vec!["Bearer".to_owned()],
        vec![format!("Bearer {token}"), format!("Bearer {token}")],
    ] {
        let request =
            headers.into_iter().fold(anonymous.request(Method::GET, PATH), |request, value| {
                request.header("authorization", value)
            });
        Client::send(request).await.expect_problem(401, "unauthenticated");
    }
    let request = anonymous.request(Method::GET, PATH);
    Client::send(request.header("authorization", format!("bearer {token}"))).await.expect(200);
}
