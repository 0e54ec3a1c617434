//! People who withdraw, and those who run the platform.

use contracts::UserId;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::helpers::{PASSWORD, TestApp};
use crate::parties::stage::{Person, Stage};

/// Somebody whose address is known.
pub struct Account {
    pub email: String,
    pub nickname: String,
    pub person: Person,
}

impl Account {
    /// Someone new who goes by this name.
    pub async fn open(app: &TestApp, nickname: &str) -> Self {
        let email = app.register(nickname).await;
        let client = app.sign_in(&email).await;
        Self { person: person(client).await, nickname: nickname.to_owned(), email }
    }

    /// Tries to withdraw.
    pub async fn withdraw_with(&self, password: &str) -> Answer {
        withdraw(&self.person, password).await
    }

    /// Withdraws.
    pub async fn withdraw(&self) {
        self.withdraw_with(PASSWORD).await.expect(204);
    }
}

/// Tries to withdraw.
pub async fn withdraw(person: &Person, password: &str) -> Answer {
    let request = person.client.request(Method::DELETE, "/v1/users/me");
    Client::send(request.json(&json!({ "current_password": password }))).await
}

async fn person(client: Client) -> Person {
    let me = client.get("/v1/users/me").await.expect(200);
    Person { id: me["id"].as_str().unwrap().parse().unwrap(), client }
}

impl Stage {
    /// Someone new who runs the platform.
    pub async fn admin(&self) -> Person {
        let email = self.app.register("지킴이").await;
        let sql = format!("UPDATE users SET role = 'admin' WHERE email = '{email}'");
        self.run(&sql).await;
        person(self.app.sign_in(&email).await).await
    }

    /// Runs some SQL.
    pub async fn run(&self, sql: &str) {
        use diesel_async::SimpleAsyncConnection as _;
        self.app.database.conn().await.batch_execute(sql).await.unwrap();
    }
}

/// An id as SQL writes it.
pub fn sql_id(id: UserId) -> String {
    format!("x'{}'", id.as_uuid().simple())
}

/// The names of the people of a list.
pub fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["nickname"].as_str().unwrap()).collect()
}
