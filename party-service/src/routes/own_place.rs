//! Where the person who asks lives.

use chassis::db::Conn;
use chassis::http::{ApiError, FieldErrors};
use chassis::identity::Identity;
use chassis::text::Invalid;

use crate::domain::geo::Coordinates;
use crate::store::users;

/// The home of whoever is signed in. Without one they have to say around where, so `lat` and `lon`
/// are refused for being missing.
pub(super) async fn own_place(
    conn: &mut Conn,
    identity: Option<Identity>,
) -> Result<Coordinates, ApiError> {
    const MISSING: Invalid = Invalid::new(
        "required",
        "lat와 lon을 보내거나, 주소가 등록된 계정으로 로그인해 주세요",
        "give lat and lon, or sign in to an account that has an address",
    );
    let user = match identity {
        Some(identity) => users::find(conn, identity.user_id).await?,
        None => None,
    };
    user.and_then(|user| user.home).map(|home| home.coordinates).ok_or_else(|| {
        let mut fields = FieldErrors::default();
        fields.add("lat", MISSING);
        fields.add("lon", MISSING);
        fields.into()
    })
}
