//! Kakao Local as it answers, for tests: a server of three addresses, which can be made to fail in
//! every way that the real one does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use party_service::addresses::KakaoConfig;
use party_service::domain::fold::fold;
use secrecy::SecretString;
use serde_json::{Value, json};

/// The one key it knows.
pub const KEY: &str = "5f0e9c1d2b3a48576849a0b1c2d3e4f5";

/// The most results of one page.
const MAX_SIZE: u32 = 30;

/// What it does with a request.
#[derive(Clone)]
pub enum Mood {
    /// Answers it.
    Well,
    /// Gives this answer to everyone.
    Says(u16, String),
    /// Never answers.
    Asleep,
}

/// A running stand-in.
pub struct KakaoStandIn {
    base_url: String,
    shared: Arc<Shared>,
}

struct Shared {
    mood: Mutex<Mood>,
    /// The queries that came in.
    asked: Mutex<Vec<String>>,
}

impl KakaoStandIn {
    /// Starts one.
    pub fn start() -> Self {
        let shared = Arc::new(Shared { mood: Mutex::new(Mood::Well), asked: Mutex::default() });
        let data = web::Data::from(shared.clone());
        let path = "/v2/local/search/address.json";
        let server = HttpServer::new(move || {
            App::new().app_data(data.clone()).route(path, web::get().to(answer))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { base_url, shared }
    }

    /// How to reach it, with a key that it knows.
    pub fn config(&self) -> KakaoConfig {
        KakaoConfig {
            key: SecretString::from(KEY),
            base_url: self.base_url.clone(),
            timeout: Duration::from_secs(10),
        }
    }

    /// From now on it is in this mood.
    pub fn is(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// From now on it gives this answer.
    pub fn says(&self, status: u16, body: impl Into<String>) {
        self.is(Mood::Says(status, body.into()));
    }

    /// The queries that came in.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

#[derive(serde::Deserialize)]
struct Search {
    query: Option<String>,
    size: Option<u32>,
}

async fn answer(
    request: HttpRequest,
    search: web::Query<Search>,
    shared: web::Data<Shared>,
) -> HttpResponse {
    let query = search.query.clone().unwrap_or_default();
    shared.asked.lock().unwrap().push(query.clone());
    let mood = shared.mood.lock().unwrap().clone();
    match mood {
        Mood::Well => {}
        Mood::Says(status, body) => {
            let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
            return response.content_type("application/json;charset=UTF-8").body(body);
        }
        Mood::Asleep => std::future::pending().await,
    }
    let key = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let Some(key) = key.and_then(|value| value.strip_prefix("KakaoAK ")) else {
        return refuse(401, "AccessDeniedError", "cannot find Authorization : KakaoAK header");
    };
    if key.len() != KEY.len() || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return refuse(401, "AccessDeniedError", &format!("wrong appKey({key}) format"));
    }
    if key != KEY {
        return refuse(401, "AccessDeniedError", &format!("appKey({key}) does not exist"));
    }
    if query.is_empty() {
        return refuse(400, "MissingParameter", "query parameter required");
    }
    if search.size.is_some_and(|size| size > MAX_SIZE) {
        return refuse(400, "InvalidArgument", "size is more than max");
    }
    HttpResponse::Ok()
        .content_type("application/json;charset=UTF-8")
        .body(found(&query).to_string())
}

fn refuse(status: u16, kind: &str, message: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap())
        .content_type("application/json;charset=UTF-8")
        .body(json!({ "errorType": kind, "message": message }).to_string())
}

/// The whole answer to a query.
fn found(query: &str) -> Value {
    let query = fold(query);
    let has =
        |part: &Value| fold(part["address_name"].as_str().unwrap_or_default()).contains(&query);
    let matches = |document: &Value| {
        [document, &document["address"], &document["road_address"]].into_iter().any(has)
    };
    let documents: Vec<_> = documents().into_iter().filter(matches).collect();
    let count = documents.len();
    json!({
        "documents": documents,
        "meta": { "is_end": true, "pageable_count": count, "total_count": count },
    })
}

/// One building, one lot without a road, one neighbourhood.
fn documents() -> Vec<Value> {
    let lot = |name: &str, dong: &str, number: &str, x: &str, y: &str| {
        let mut parts = name.split(' ');
        json!({
            "address_name": name,
            "b_code": "1144012300",
            "h_code": "",
            "main_address_no": number,
            "mountain_yn": "N",
            "region_1depth_name": parts.next(),
            "region_2depth_name": parts.next(),
            "region_3depth_h_name": "",
            "region_3depth_name": dong,
            "sub_address_no": "",
            "x": x,
            "y": y,
        })
    };
    vec![
        json!({
            "address": lot("서울 마포구 망원동 411", "망원동", "411", "126.905913", "37.5560267"),
            "address_name": "서울 마포구 포은로8길 14",
            "address_type": "ROAD_ADDR",
            "road_address": {
                "address_name": "서울 마포구 포은로8길 14",
                "building_name": "망원시장",
                "main_building_no": "14",
                "region_1depth_name": "서울",
                "region_2depth_name": "마포구",
                "region_3depth_name": "망원동",
                "road_name": "포은로8길",
                "sub_building_no": "",
                "underground_yn": "N",
                "x": "126.905913",
                "y": "37.5560267",
                "zone_no": "03969",
            },
            "x": "126.905913",
            "y": "37.5560267",
        }),
        json!({
            "address": lot("대전 동구 가오동 557", "가오동", "557", "127.458020013", "36.3069375781"),
            "address_name": "대전 동구 가오동 557",
            "address_type": "REGION_ADDR",
            "road_address": null,
            "x": "127.458020013",
            "y": "36.3069375781",
        }),
        json!({
            "address": lot("서울 마포구 망원동", "망원동", "", "126.901", "37.556"),
            "address_name": "서울 마포구 망원동",
            "address_type": "REGION",
            "road_address": null,
            "x": "126.901",
            "y": "37.556",
        }),
    ]
}
