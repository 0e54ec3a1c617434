//! What a client is told: the only file that knows HTTP statuses.

use chassis::http::ApiError;
use chassis::text::Text;

use crate::commands::Error;

/// The codes of this service, beside those of the chassis.
pub mod codes {
    chassis::error_codes! {
        IMPORT_NOT_FOUND = NOT_FOUND, "import_not_found", "그런 가져오기 기록이 없습니다", "There is no such import";
        IMPORT_UNFINISHED = CONFLICT, "import_unfinished", "아직 끝나지 않은 가져오기가 있습니다", "Another import has not ended yet";
        IMPORT_WITHOUT_SOURCE = CONFLICT, "import_without_source", "공공데이터 API 키가 설정되지 않았습니다", "No key to the open API is configured";
        ITEM_NOT_FOUND = NOT_FOUND, "item_not_found", "그런 품목이 없습니다", "There is no such item";
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::Unfinished(id) => Self::new(&codes::IMPORT_UNFINISHED)
                .detail(Text::with(format!("가져오기 {id}"), format!("import {id}"))),
            Error::Superseded(_) => Self::internal(error),
        }
    }
}
