//! Sources to import from: the stand-in, and one that answers just what a test wants.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use catalog_service::config::{Config, MafraConfig};
use catalog_service::domain::Item;
use catalog_service::import::RawRow;
use catalog_service::import::mafra::GRID;
use catalog_service::stub_mafra::{StubConfig, listen};
use serde_json::{Value, json};

/// The key that tests use; no log may show it.
pub(crate) const KEY: &str = "s3cret-key-of-the-api";

/// Tells a configuration where the source is.
pub(crate) fn with_source(mut config: Config, base_url: &str) -> Config {
    config.mafra = MafraConfig {
        base_url: base_url.parse().expect("it is a URL"),
        key: KEY.into(),
        ..config.mafra
    };
    config
}

/// Starts the stand-in with the `items.csv` of a folder; says where.
pub(crate) fn stand_in(folder: &Path, latency: Duration, error_rate: f64) -> String {
    let config = StubConfig {
        bind: ([127, 0, 0, 1], 0).into(),
        data: folder.to_owned(),
        key: Some(KEY.into()),
        latency,
        error_rate,
    };
    let (address, server) = listen(&config).expect("the stand-in starts");
    tokio::spawn(server);
    format!("http://{address}/openapi")
}

/// What a scripted source is asked: for which rows, and how often it was asked for them before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) before: usize,
}

/// A source that answers what a test wants, and remembers what it was asked.
#[derive(Clone)]
pub(crate) struct Scripted {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    /// Starts it.
    pub(crate) fn start(
        answer: impl Fn(Asked) -> HttpResponse + Clone + Send + Sync + 'static,
    ) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let memory = asked.clone();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let server = HttpServer::new(move || {
            let (memory, answer) = (memory.clone(), answer.clone());
            App::new().default_service(web::to(move |request: HttpRequest| {
                let response = answer(remember(&memory, request.path()));
                std::future::ready(response)
            }))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("the listener listens")
        .run();
        tokio::spawn(server);
        Self { url: format!("http://{address}/openapi"), asked }
    }

    /// A source that has these rows and always gives them.
    pub(crate) fn of_rows(rows: Vec<RawRow>) -> Self {
        Self::start(move |asked| page(&rows, asked))
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panicked holding it").clone()
    }
}

fn remember(memory: &Mutex<Vec<Asked>>, path: &str) -> Asked {
    let mut segments = path.rsplit('/').map(|segment| segment.parse().unwrap_or_default());
    let (end, start) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let mut asked = memory.lock().expect("no test panicked holding it");
    let before = asked.iter().filter(|other| other.start == start).count();
    asked.push(Asked { start, end, before });
    Asked { start, end, before }
}

/// The page of these rows that was asked for.
pub(crate) fn page(rows: &[RawRow], Asked { start, end, .. }: Asked) -> HttpResponse {
    let end = end.min(rows.len());
    let shown: Vec<Value> = rows[start - 1..end].iter().map(row).collect();
    HttpResponse::Ok().json(json!({GRID: {
        "totalCnt": rows.len(), "startRow": start, "endRow": end,
        "result": {"code": "INFO-000", "message": "정상 처리되었습니다."}, "row": shown,
    }}))
}

fn row(row: &RawRow) -> Value {
    json!({
        "CATGORY_NEW_CODE": row.category_code, "CATGORY_NEW_NM": row.category_name,
        "STD_PRDLST_CODE": row.item_code, "STD_PRDLST_NM": row.item_name,
        "STD_SPCIES_CODE": row.variety_code, "STD_SPCIES_NM": row.variety_name,
    })
}

/// The row that publishes an item.
pub(crate) fn published(item: &Item) -> RawRow {
    RawRow {
        category_code: item.category.code.to_string(),
        category_name: item.category.name.to_string(),
        item_code: item.item.code.to_string(),
        item_name: item.item.name.to_string(),
        variety_code: item.code().to_string(),
        variety_name: item.variety.name.to_string(),
    }
}

/// So many rows, in order of their codes.
pub(crate) fn many_rows(count: usize) -> Vec<RawRow> {
    let row = |number| {
        let code = format!("06{number:05}");
        published(&crate::helpers::item(&code, "과실류", "사과", &format!("제{number}호")))
    };
    (1..=count).map(row).collect()
}
