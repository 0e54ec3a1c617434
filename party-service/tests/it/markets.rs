//! `GET /v1/markets` and `GET /v1/markets/{id}`.

use contracts::MarketId;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Client, FaultProxy, TestDatabase};

use crate::helpers::{PASSWORD, TestApp, config, database};
use crate::market_rows::{import, market_id, row};

/// City Hall in Seoul.
const CENTER: (f64, f64) = (37.5663, 126.9779);

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let mut url = reqwest::Url::parse("http://any/v1/markets").unwrap();
    url.query_pairs_mut().append_pair("query", query);
    let path = format!("{}?{}", url.path(), url.query().unwrap());
    let page = app.client.get(&path).await.expect(200);
    names(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_is_read_as_it_was_imported() {
    let app = TestApp::spawn().await;
    let mut market = row("망원시장", 37.556_026_7, 126.905_913);
    market.chain = Some("이마트".into());
    market.jibun_address = Some("서울특별시 마포구 망원동 411-1".into());
    market.zip_code = Some("03969".into());
    import(&app.database, std::slice::from_ref(&market)).await;
    let id = market_id(&app.database, &market.source_id).await;

    let read = app.client.get(&format!("/v1/markets/{id}")).await.expect(200);
    assert_eq!(
        read,
        json!({
            "id": id,
            "name": "망원시장",
            "kind": "mart",
            "published_type": "대형마트",
            "chain": "이마트",
            "road_address": "서울특별시 중구 망원시장로 1",
            "jibun_address": "서울특별시 마포구 망원동 411-1",
            "zip_code": "03969",
            "latitude": 37.556_026_7,
            "longitude": 126.905_913,
            "source": "test",
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn d10_coordinates_keep_every_digit() {
    let app = TestApp::spawn().await;
    for (latitude, longitude) in [(37.570_582_4, 126.978_079_8), (35.123_456_789_012_34, 129.0)] {
        let id = app.market("시장", latitude, longitude).await;
        let read = app.client.get(&format!("/v1/markets/{id}")).await.expect(200);
        assert_eq!((&read["latitude"], &read["longitude"]), (&json!(latitude), &json!(longitude)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_the_same_point_is_no_distance_away() {
    let app = TestApp::spawn().await;
    for latitude in [37.55, 37.56, 37.5663, 33.0] {
        let id = app.market("시장", latitude, 126.98).await;
        let near = format!("/v1/markets?lat={latitude}&lon=126.98&radius_km=0.1");
        let page = app.client.get(&near).await.expect(200);
        let found = &page["items"][0];
        assert_eq!((&found["id"], &found["distance_km"]), (&json!(id), &json!(0.0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d13_clients_describe_no_markets() {
    let app = TestApp::spawn().await;
    let id = app.market("시장", 37.5, 127.0).await;
    let forged = json!({ "name": "가짜", "latitude": 999, "longitude": 999 });
    for path in ["/v1/markets".to_owned(), format!("/v1/markets/{id}")] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = app.client.request(method, &path).json(&forged);
            let answer = Client::send(request).await;
            answer.expect_problem(405, "method_not_allowed");
            assert_eq!(answer.headers["allow"], "GET");
        }
    }
    let read = app.client.get(&format!("/v1/markets/{id}")).await.expect(200);
    assert_eq!(read["name"], "시장");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_markets_are_not_found() {
    let app = TestApp::spawn().await;
    let unknown = app.client.get(&format!("/v1/markets/{}", MarketId::new())).await;
    unknown.expect_problem(404, "market_not_found");
    for id in ["1", "망원시장", "019b0000-0000-7000-8000-00000000000", "%00", "' OR 1=1 --"] {
        app.client.get(&format!("/v1/markets/{id}")).await.expect_problem(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d09_a_bad_token_is_refused_where_none_is_needed() {
    let app = TestApp::spawn().await;
    let id = app.market("시장", 37.5, 127.0).await;
    let forger = app.client.with_token("not.a.token");
    for path in ["/v1/markets".to_owned(), format!("/v1/markets/{id}")] {
        forger.get(&path).await.expect_problem(401, "unauthenticated");
        app.client.get(&path).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn part_of_a_name_or_an_address_finds_it() {
    let app = TestApp::spawn().await;
    let mut traders = row("이마트 트레이더스 월평점", 36.35, 127.37);
    traders.road_address = "대전광역시 서구 한밭대로 580 (월평동)".into();
    traders.jibun_address = Some("대전광역시 서구 월평동 282-1".into());
    let mut fresh = row("GS THE FRESH 100% 점", 37.5, 127.0);
    fresh.road_address = "서울특별시 도봉구 도봉로104길 53".into();
    import(&app.database, &[traders.clone(), fresh.clone()]).await;
    for query in [
        "트레이더스",
        "이마트트레이더스",
        " 이 마 트 ",
        "한밭대로 580",
        "대전 서구",
        "대전광역시",
        "월평동 282",
        "\u{110B}\u{1175}\u{1106}\u{1161}\u{1110}\u{1173}",
    ] {
        assert_eq!(found(&app, query).await, [traders.name.as_str()], "{query}");
    }
    for query in ["gs the", "GsTheFresh", "서울특별시 도봉구 도봉로 104길", "100%", "% 점"]
    {
        assert_eq!(found(&app, query).await, [fresh.name.as_str()], "{query}");
    }
    assert_eq!(found(&app, "점대전").await, [""; 0], "nothing is found across two parts");
    for nothing in ["부산", "\0", "'\"", "🍎"] {
        assert_eq!(found(&app, nothing).await, [""; 0], "{nothing}");
    }
    assert_eq!(found(&app, "  ").await.len(), 2, "nothing looked for is everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn d50_wildcards_stand_for_themselves() {
    let app = TestApp::spawn().await;
    for name in ["A", "B", "C_D", "E%F", r"G\H"] {
        app.market(name, 37.5, 127.0).await;
    }
    assert_eq!(found(&app, "_").await, ["C_D"]);
    assert_eq!(found(&app, "%").await, ["E%F"]);
    assert_eq!(found(&app, r"\").await, [r"G\H"]);
    assert_eq!(found(&app, "%%").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_markets_are_sorted_by_name_and_paged() {
    let app = TestApp::spawn().await;
    let mut rows: Vec<_> =
        ["다 시장", "나시장", "가시장", "라시장"].map(|name| row(name, 37.5, 127.0)).into();
    // Two that nothing but their ids tells apart.
    for twin in ["쌍둥이 1", "쌍둥이 2"] {
        let mut market = row("마시장", 37.5, 127.0);
        market.source_id = twin.into();
        rows.push(market);
    }
    import(&app.database, &rows).await;
    let (mut all, mut path) = (Vec::new(), "/v1/markets?limit=1".to_owned());
    loop {
        let page = app.client.get(&path).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert!(page["items"][0].get("distance_km").is_none());
        all.push(page["items"][0].clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/markets?limit=1&cursor={cursor}");
    }
    let names: Vec<_> = all.iter().map(|market| market["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["가시장", "나시장", "다 시장", "라시장", "마시장", "마시장"]);
    assert_ne!(all[4]["id"], all[5]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn around_a_place_the_nearest_come_first() {
    let app = TestApp::spawn().await;
    let (lat, lon) = CENTER;
    for (name, north) in [("far", 0.1), ("near", 0.01), ("here", 0.0), ("beyond", 0.2)] {
        app.market(name, lat + north, lon).await;
    }
    let near = |radius| format!("/v1/markets?lat={lat}&lon={lon}{radius}");
    let page = app.client.get(&near("")).await.expect(200);
    assert_eq!(names(&page), ["here", "near"], "within ten kilometres");
    let page = app.client.get(&near("&radius_km=12")).await.expect(200);
    assert_eq!(names(&page), ["here", "near", "far"]);
    let distances: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|item| &item["distance_km"]).collect();
    assert_eq!(distances, [&json!(0.0), &json!(1.11), &json!(11.12)]);
    let page = app.client.get(&near("&radius_km=20&query=EA")).await.expect(200);
    assert_eq!(names(&page), ["near"]);
    let page = app.client.get(&near("&radius_km=1.1")).await.expect(200);
    assert_eq!(names(&page), ["here"], "1.112 km is more than 1.1");
    let first = app.client.get(&near("&limit=1")).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = app.client.get(&near(&format!("&limit=1&cursor={cursor}"))).await.expect(200);
    assert_eq!((names(&first), names(&second)), (vec!["here"], vec!["near"]));
    assert_eq!(second["next_cursor"], Value::Null);
    let nowhere = app.client.get("/v1/markets?lat=0&lon=0").await.expect(200);
    assert_eq!(nowhere, json!({ "items": [], "next_cursor": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_radius_alone_is_around_ones_own_place() {
    let app = TestApp::spawn().await;
    app.market("시청", 37.5663, 126.9779).await;
    app.market("부산", 35.1798, 129.0750).await;
    let account = json!({
        "email": "me@example.com",
        "password": PASSWORD,
        "nickname": "사과이웃",
        "address": "서울 중구 시청로 1",
    });
    app.client.post("/v1/users", account).await.expect(201);
    let me = app.sign_in("me@example.com").await;
    let page = me.get("/v1/markets?radius_km=20").await.expect(200);
    assert_eq!((names(&page), &page["items"][0]["distance_km"]), (vec!["시청"], &json!(0.0)));
    let page = me.get("/v1/markets").await.expect(200);
    assert_eq!(names(&page), ["부산", "시청"], "without a radius it is the whole country");

    let homeless = app.sign_up("배이웃").await;
    for client in [&homeless, &app.client] {
        client.get("/v1/markets?radius_km=20").await.expect_invalid(&["lat", "lon"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_for_is_refused_by_name() {
    let app = TestApp::spawn().await;
    let long = format!("query={}", "x".repeat(101));
    for (query, refused) in [
        ("lat=91&lon=0", &["lat"][..]),
        ("lat=-90.1&lon=180.1", &["lat", "lon"]),
        ("lat=999&lon=999", &["lat", "lon"]),
        ("lat=NaN&lon=inf", &["lat", "lon"]),
        ("lat=&lon=", &["lat", "lon"]),
        ("lat=37.5", &["lon"]),
        ("lon=127&radius_km=x", &["lat", "radius_km"]),
        ("lat=37&lon=127&radius_km=0", &["radius_km"]),
        ("lat=37&lon=127&radius_km=20.1", &["radius_km"]),
        ("lat=37&lon=127&radius_km=NaN", &["radius_km"]),
        ("limit=0", &["limit"]),
        ("limit=101", &["limit"]),
        ("limit=-1", &["limit"]),
        ("limit=1.5", &["limit"]),
        ("limit=99999999999999999999", &["limit"]),
        ("cursor=!", &["cursor"]),
        ("cursor=e30", &["cursor"]),
        ("cursor=", &["cursor"]),
        (&long, &["query"]),
        ("unknown=1", &["query"]),
        ("lat=1&lat=2", &["query"]),
    ] {
        app.client.get(&format!("/v1/markets?{query}")).await.expect_invalid(refused);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_elsewhere_ends_the_list() {
    let app = TestApp::spawn().await;
    app.market("시장", 37.5, 127.0).await;
    let forged = contracts::Cursor::encode(&MarketId::new()).unwrap();
    for place in ["", "&lat=37.5&lon=127"] {
        let path = format!("/v1/markets?cursor={}{place}", forged.as_str());
        let page = app.client.get(&path).await.expect(200);
        assert_eq!(page, json!({ "items": [], "next_cursor": null }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_clients_are_to_come_back() {
    let database = database().await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let mut config = config(&database);
    config.database = TestDatabase::config_at(url);
    let app = TestApp::spawn_with(database, &config);
    app.client.get("/v1/markets").await.expect(200);
    proxy.go_down();
    for path in ["/v1/markets", "/v1/markets?lat=37&lon=127"] {
        let answer = app.client.get(path).await;
        answer.expect_problem(503, "unavailable");
        assert!(answer.headers.contains_key("retry-after"));
    }
    proxy.come_up();
    testkit::until("the database is used again", async || {
        let answer = app.client.get("/v1/markets").await;
        (answer.status == 200).then_some(())
    })
    .await;
}
