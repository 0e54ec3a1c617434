//! People who sign up and in, and the traces they leave.

use super::{PASSWORD, TestApp};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

impl TestApp {
    /// Someone new who goes by this name, signed in.
    pub async fn sign_up(&self, nickname: &str) -> Client {
        let email = self.register(nickname).await;
        self.sign_in(&email).await
    }

    /// Someone new who goes by this name; gives back their e-mail address.
    pub async fn register(&self, nickname: &str) -> String {
        let email = format!("{}@example.com", uuid::Uuid::new_v4().simple());
        let account = json!({ "email": email, "password": PASSWORD, "nickname": nickname });
        self.client.post("/v1/users", account).await.expect(201);
        email
    }

    /// Someone who has signed up, signed in.
    pub async fn sign_in(&self, email: &str) -> Client {
        let tokens = self.tokens(email).await;
        self.client.with_token(tokens["access_token"].as_str().unwrap())
    }

    /// What someone gets who signs in.
    pub async fn tokens(&self, email: &str) -> Value {
        self.try_sign_in(email, PASSWORD).await.expect(201)
    }

    /// Tries to sign in.
    pub async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        self.client.post("/v1/sessions", json!({ "email": email, "password": password })).await
    }

    /// Tries to sign in from somewhere, through the gateway.
    pub async fn try_sign_in_from(&self, origin: &str, email: &str, password: &str) -> Answer {
        let request = self.client.request(Method::POST, "/v1/sessions");
        let credentials = json!({ "email": email, "password": password });
        Client::send(request.header("x-forwarded-for", origin).json(&credentials)).await
    }

    /// Shows a refresh token.
    pub async fn refresh(&self, tokens: &Value) -> Answer {
        let body = json!({ "refresh_token": tokens["refresh_token"] });
        self.client.post("/v1/sessions/refresh", body).await
    }

    /// What a query for one `text` finds.
    pub async fn text(&self, sql: &str) -> String {
        let row: Row =
            diesel::sql_query(sql).get_result(&mut self.database.conn().await).await.unwrap();
        row.text
    }

    /// The `data` of every event of this kind that waits to be published, in order.
    pub async fn events(&self, kind: &str) -> Vec<Value> {
        let sql = "SELECT payload AS text FROM outbox WHERE kind = ? ORDER BY position";
        let rows: Vec<Row> = diesel::sql_query(sql)
            .bind::<Text, _>(kind)
            .load(&mut self.database.conn().await)
            .await
            .unwrap();
        let data = |row: Row| serde_json::from_str::<Value>(&row.text).unwrap()["data"].take();
        rows.into_iter().map(data).collect()
    }
}
