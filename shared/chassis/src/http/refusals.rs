//! What many operations refuse in the same way, for the `responses(…)` of their documents.

use std::collections::BTreeMap;

use contracts::Problem;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// 401: one has to be signed in.
pub struct NotSignedIn;

/// 503: something is away that is needed, or there is too much to do.
pub struct Unavailable;

/// 413: no body is wanted, or a small one.
pub struct TooLarge;

/// 400, 413 and 415: what was sent cannot be read.
pub struct NotJson;

impl IntoResponses for NotSignedIn {
    fn responses() -> Problems {
        problems([("401", "Not signed in")])
    }
}

impl IntoResponses for Unavailable {
    fn responses() -> Problems {
        problems([("503", "Not available for the moment")])
    }
}

impl IntoResponses for TooLarge {
    fn responses() -> Problems {
        problems([TOO_LARGE])
    }
}

impl IntoResponses for NotJson {
    fn responses() -> Problems {
        problems([("400", "Not JSON"), TOO_LARGE, ("415", "The body is not declared as JSON")])
    }
}

const TOO_LARGE: (&str, &str) = ("413", "The body is too large");

type Problems = BTreeMap<String, RefOr<Response>>;

fn problems<const N: usize>(all: [(&str, &str); N]) -> Problems {
    let problem = |description| -> RefOr<Response> {
        let schema = Ref::from_schema_name(Problem::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new().description(description);
        response.content("application/problem+json", content).build().into()
    };
    all.map(|(status, description)| (status.to_owned(), problem(description))).into()
}
