//! The OpenAPI document of a service, served, and used to say which methods an address takes.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header::{ALLOW, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::{ApiError, Code, codes};
use crate::text::Locale;

/// The path templates, those with the fewest parameters first, and the methods of each as an `Allow`
/// header lists them.
struct Methods(Vec<(String, String)>);

impl Methods {
    /// The methods of a path. `/v1/things/mine` is that and not the thing called `mine`.
    fn of(&self, path: &str) -> Option<&str> {
        let fits = |template: &str| {
            let mut parts = template.split('/').zip(path.split('/'));
            template.matches('/').count() == path.matches('/').count() && { parts }
                .all(|(wanted, given)| is_parameter(wanted) || wanted == given)
        };
        let found = self.0.iter().find(|(template, _)| fits(template));
        found.map(|(_, methods)| methods.as_str())
    }
}

fn is_parameter(part: &str) -> bool {
    part.starts_with('{')
}

#[derive(Deserialize)]
struct Paths {
    paths: HashMap<String, BTreeMap<String, serde_json::Value>>,
}

/// Serves the document, as it is checked in, at `/openapi.json`.
pub fn serve(document: &'static str) -> impl FnOnce(&mut web::ServiceConfig) {
    let Paths { paths } = serde_json::from_str(document).unwrap_or(Paths { paths: HashMap::new() });
    let list = |methods: BTreeMap<String, serde_json::Value>| {
        methods.into_keys().map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ")
    };
    let methods = paths.into_iter().map(|(path, methods)| (path, list(methods)));
    let mut methods: Vec<(String, String)> = methods.collect();
    methods.sort_by_key(|(path, _)| path.split('/').filter(|part| is_parameter(part)).count());
    move |config| {
        config.app_data(web::Data::new(Methods(methods))).route(
            "/openapi.json",
            web::get().to(move || async move {
                HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(document)
            }),
        );
    }
}

/// Names in a document how one says who one is: `bearer`, an access token in `Authorization`.
pub struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Lists in a document the codes that a service has of its own, as `x-problems`. The gateway explains
/// them on the page that every problem points to.
pub fn list_problems(document: &mut OpenApi, codes: &[&Code]) {
    let problem = |code: &&Code| {
        let title = |locale| code.title.in_locale(locale);
        let (ko, en) = (title(Locale::Ko), title(Locale::En));
        json!({ "code": code.name, "status": code.status.as_u16(), "ko": ko, "en": en })
    };
    let problems: Value = codes.iter().map(problem).collect();
    let list = Extensions::from_iter([("x-problems", problems)]);
    document.extensions.get_or_insert_default().merge(list);
}

/// Answers what no route takes: 405 where another method would be taken, else 404.
pub(super) async fn not_routed(request: HttpRequest) -> HttpResponse {
    if request.match_pattern().is_none() {
        return ApiError::new(&codes::NOT_FOUND).error_response();
    }
    let mut response = ApiError::new(&codes::METHOD_NOT_ALLOWED).error_response();
    let methods = request.app_data::<web::Data<Methods>>();
    if let Some(value) =
        methods.and_then(|methods| methods.of(request.path())).and_then(|allow| allow.parse().ok())
    {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Methods;

    #[test]
    fn a_path_of_its_own_comes_before_a_parameter() {
        let methods = [("/v1/things/mine", "GET, PUT"), ("/v1/things/{id}", "DELETE")];
        let methods = Methods(methods.map(|(path, list)| (path.into(), list.into())).to_vec());
        assert_eq!(methods.of("/v1/things/mine"), Some("GET, PUT"));
        assert_eq!(methods.of("/v1/things/7"), Some("DELETE"));
        assert_eq!(methods.of("/v1/things"), None);
        assert_eq!(methods.of("/v1/things/7/parts"), None);
    }
}
