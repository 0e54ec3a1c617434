//! Looks up where someone says they live.

use chassis::http::{ApiError, FieldErrors};
use chassis::text::Invalid;

use crate::domain::address::AddressQuery;
use crate::domain::user::Home;
use crate::state::State;

/// The home at this address; refuses `/address` if nobody knows where that is.
pub(super) async fn locate(state: &State, address: &AddressQuery) -> Result<Home, ApiError> {
    let place = state.addresses.locate(address.as_str()).await?.ok_or_else(|| {
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
