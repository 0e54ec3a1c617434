//! A first user to try the platform with.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::http;
use crate::sample::Sample;
use crate::secrets::{generate, write_private};
use crate::url::Url;

/// Who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstUser {
    /// The name to sign in with.
    pub email: String,
    /// The generated password.
    pub password: String,
}

impl FirstUser {
    /// The user kept in `file`, or else a new one, signed up through the gateway.
    ///
    /// A user of another `database` than the present one is forgotten.
    pub fn load_or_sign_up(
        file: &Path,
        gateway: &Url,
        database: &Url,
        sample: &Sample,
    ) -> Result<Self> {
        let home = format!("{}:{}", database.host, database.port.unwrap_or(3306));
        let kept = fs::read_to_string(file).unwrap_or_default();
        if let Some(user) = Self::read(&kept, &home) {
            return Ok(user);
        }
        // The database may be one of one's own that remembers an earlier first user.
        let tag: String = generate()?.chars().take(6).collect();
        let user = Self { email: format!("first-{tag}@example.com"), password: generate()? };
        let body = json!({
            "email": user.email,
            "password": user.password,
            "nickname": format!("첫이웃{tag}"),
            "address": sample.an_address()?,
            "locale": "ko",
        });
        let answer = http::post_json(gateway, "/v1/users", &body.to_string())?;
        if answer.status != 201 {
            bail!("the first user cannot sign up: {} {}", answer.status, answer.body.trim());
        }
        write_private(file, &user.write(&home))?;
        Ok(user)
    }

    fn write(&self, database: &str) -> String {
        format!("email={}\npassword={}\ndatabase={database}\n", self.email, self.password)
    }

    fn read(text: &str, database: &str) -> Option<Self> {
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            value.map(str::to_owned)
        };
        let user = Self { email: field("email")?, password: field("password")? };
        (field("database")? == database).then_some(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_user_is_read_back_unless_the_database_is_another() {
        let user = FirstUser { email: "a@example.com".to_owned(), password: "p=w".to_owned() };
        let kept = user.write("127.0.0.1:1");
        assert_eq!(FirstUser::read(&kept, "127.0.0.1:1"), Some(user));
        assert_eq!(FirstUser::read(&kept, "db.example:3306"), None);
        assert_eq!(FirstUser::read("", "127.0.0.1:1"), None);
    }
}
