//! Looks up where someone says they live.

use std::fmt::Display;

use chassis::http::{ApiError, FieldErrors};
use chassis::text::Invalid;

use crate::domain::address::AddressQuery;
use crate::domain::user::Home;
use crate::state::State;

/// The home at this address; refuses `/address` if nobody knows where that is.
///
/// `whose` is who asks, or from where: lookups that cost something are counted like searches, or
/// giving addresses as one's own would be a way around their limit.
pub(super) async fn locate(
    state: &State,
    whose: impl Display,
    address: &AddressQuery,
) -> Result<Home, ApiError> {
    if state.addresses.asks_kakao() {
        state.address_searches.admit(whose).await?;
    }
    let place = state.addresses.locate(address).await?.ok_or_else(|| {
        FieldErrors::one(
            "/address",
            Invalid::new(
                "address_not_found",
                "찾을 수 없는 주소입니다",
                "Nobody knows where that is",
            ),
        )
    })?;
    Ok(Home { road_address: place.road_address, coordinates: place.coordinates })
}
