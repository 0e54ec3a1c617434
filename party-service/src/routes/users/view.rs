//! An account as its owner sees it.

use chassis::identity::Role;
use chrono::{DateTime, Utc};
use contracts::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::user::{Home, User};

/// An account as its owner sees it, and nobody else.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct OwnProfile {
    /// Who.
    id: UserId,
    /// The name to sign in with.
    #[schema(example = "kim@example.com")]
    email: String,
    /// The name others see.
    #[schema(example = "사과장수")]
    nickname: String,
    /// What the person may do.
    #[schema(value_type = String, pattern = "^(user|admin)$", example = "user")]
    role: Role,
    /// The language of texts for this person.
    #[schema(pattern = "^(ko|en)$", example = "ko")]
    locale: &'static str,
    /// Where the person lives, if they said so.
    #[schema(required)]
    address: Option<HomeView>,
    /// When the person signed up.
    created_at: DateTime<Utc>,
}

/// Where someone lives.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct HomeView {
    /// 도로명주소.
    #[schema(example = "서울특별시 중구 세종대로 110")]
    road_address: String,
    /// Degrees north (WGS84).
    #[schema(example = 37.5663)]
    latitude: f64,
    /// Degrees east (WGS84).
    #[schema(example = 126.9779)]
    longitude: f64,
}

impl From<Home> for HomeView {
    fn from(home: Home) -> Self {
        Self {
            road_address: home.road_address,
            latitude: home.coordinates.latitude(),
            longitude: home.coordinates.longitude(),
        }
    }
}

impl From<User> for OwnProfile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            nickname: user.nickname.as_str().to_owned(),
            role: user.role,
            locale: user.locale.tag(),
            address: user.home.map(HomeView::from),
            created_at: user.created_at,
        }
    }
}
