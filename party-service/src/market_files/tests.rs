//! Files in every form, whole and broken.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use encoding_rs::EUC_KR;
use proptest::prelude::*;

use super::*;
use crate::domain::geo::Coordinates;
use crate::domain::market_kind::MarketKind;

const OWN: &str = "source_id,name,type,store_class,chain,road_address,jibun_address,zip_code,\
    latitude,longitude,source";

const TRADITIONAL: &str = "시장명,시장유형,소재지도로명주소,소재지지번주소,시장개설주기,위도,경도,\
    점포수,취급품목,사용가능상품권,홈페이지주소,공중화장실보유여부,주차장보유여부,개설연도,전화번호,\
    데이터기준일자,제공기관코드,제공기관명";

const LOCALDATA: &str = "번호,개방서비스명,개방서비스아이디,개방자치단체코드,관리번호,인허가일자,\
    인허가취소일자,영업상태구분코드,영업상태명,상세영업상태코드,상세영업상태명,폐업일자,휴업시작일자,\
    휴업종료일자,재개업일자,소재지전화,소재지면적,소재지우편번호,소재지전체주소,도로명전체주소,\
    도로명우편번호,사업장명,최종수정시점,데이터갱신구분,데이터갱신일자,업태구분명,좌표정보(x),\
    좌표정보(y),점포구분명";

const LOCALDATA_TODAY: &str = "개방자치단체코드,관리번호,인허가일자,영업상태코드,영업상태명,\
    도로명주소,지번주소,도로명우편번호,사업장명,업태구분명,좌표정보(X),좌표정보(Y),점포구분명";

type Parsed = Result<MarketRow, Refusal>;

fn read(bytes: &[u8]) -> Vec<Parsed> {
    let file = MarketFile::open(bytes).expect("a known form");
    file.map(|record| record.expect("a readable file")).collect()
}

/// The only record of a file in our own form.
fn own(line: &str) -> Result<MarketRow, Reason> {
    one(&format!("{OWN}\n{line}\n"))
}

fn one(text: &str) -> Result<MarketRow, Reason> {
    let mut rows = read(text.as_bytes());
    assert_eq!(rows.len(), 1);
    rows.remove(0).map_err(|refusal| refusal.reason)
}

fn cp949(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = EUC_KR.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

/// A row of the register up to 2024.
fn store(number: &str, status: (&str, &str), name: &str, x: &str, y: &str) -> String {
    let (code, status) = status;
    format!(
        "1,대규모점포,08_25_01_P,3010000,{number},20100401,,{code},{status},01,정상영업,,,,,,\
         1234.5,100011,서울특별시 중구 어느동 1번지 2호,\"서울특별시 중구 어느로 12 (어느동, 가나)\",\
         04500,{name},20230102,U,2023-01-02 02:40:00.0,대형마트,{x},{y},대규모점포"
    )
}

const OPEN: (&str, &str) = ("01", "영업/정상");

#[test]
fn our_own_form_is_read() {
    let row = own(
        "M-1, 이웃마트 ,대형마트,대규모점포,이마트,\"서울특별시 중구 어느로 12, 1층\",,04500,37.5663,126.9779,손수",
    );
    let row = row.expect("a market");
    assert_eq!(row.source_id, "M-1");
    assert_eq!(row.name, "이웃마트");
    assert_eq!(row.kind, MarketKind::Mart);
    assert_eq!(row.published_type, "대형마트");
    assert_eq!(row.chain.as_deref(), Some("이마트"));
    assert_eq!(row.road_address, "서울특별시 중구 어느로 12, 1층");
    assert_eq!(row.jibun_address, None);
    assert_eq!(row.zip_code.as_deref(), Some("04500"));
    assert_eq!(row.coordinates, Coordinates::new(37.5663, 126.9779).unwrap());
    assert_eq!(row.source, "손수");
}

#[test]
fn traditional_markets_are_the_same_in_cp949_utf8_and_json() {
    let line = "어느시장,상설장+5일장,경기도 어느시 장터로 3,경기도 어느시 가동 1-2,2일+7일,37.40885891,\
        127.25703,91,농산물+축산물,,,Y,Y,2005,,2024-11-04,B553077,소상공인시장진흥공단";
    let csv = format!("{TRADITIONAL}\r\n{line}\r\n");
    let json = r#"{"fields":[{"id":"시장명"},{"id":"시장유형"},{"id":"소재지도로명주소"},
        {"id":"소재지지번주소"},{"id":"위도"},{"id":"경도"}],"records":[
        {"시장명":"어느시장","시장유형":"상설장+5일장","소재지도로명주소":"경기도 어느시 장터로 3",
         "소재지지번주소":"경기도 어느시 가동 1-2","위도":"37.40885891","경도":127.25703,
         "홈페이지주소":null}]}"#;
    let with_mark = format!("\u{FEFF}{csv}");
    let files: [&[u8]; 4] = [csv.as_bytes(), with_mark.as_bytes(), &cp949(&csv), json.as_bytes()];
    for file in files {
        assert_eq!(MarketFile::open(file).unwrap().form(), Form::TraditionalMarkets);
        let rows = read(file);
        assert_eq!(rows.len(), 1);
        let row = rows[0].as_ref().expect("a market");
        assert_eq!(row.source_id, "T-1894f0784e66");
        assert_eq!(row.source, "전국전통시장표준데이터");
        assert_eq!(row.name, "어느시장");
        assert_eq!(row.kind, MarketKind::TraditionalMarket);
        assert_eq!(row.published_type, "전통시장(상설장+5일장)");
        assert_eq!(row.road_address, "경기도 어느시 장터로 3");
        assert_eq!(row.jibun_address.as_deref(), Some("경기도 어느시 가동 1-2"));
        assert_eq!(row.coordinates, Coordinates::new(37.408_858_91, 127.257_03).unwrap());
    }
}

#[test]
fn localdata_stores_are_read_from_cp949_and_projected() {
    let line =
        store("2010-301-0123-07-5-00001", OPEN, "(주)이마트 어느점", "197975.0  ", "451550.0");
    let file = cp949(&format!("{LOCALDATA}\n{line}\n"));
    assert_eq!(MarketFile::open(&file[..]).unwrap().form(), Form::Localdata);
    let row = read(&file).remove(0).expect("a market");
    assert_eq!(row.source_id, "L3010000-2010301012307500001");
    assert_eq!(row.source, "LOCALDATA");
    assert_eq!(row.chain.as_deref(), Some("이마트"));
    assert_eq!(row.kind, MarketKind::Mart);
    assert_eq!(row.road_address, "서울특별시 중구 어느로 12 (어느동, 가나)");
    assert_eq!(row.jibun_address.as_deref(), Some("서울특별시 중구 어느동 1번지 2호"));
    assert_eq!(row.zip_code.as_deref(), Some("04500"));
    let city_hall = Coordinates::new(37.566_230_6, 126.977_867_4).unwrap();
    assert!(row.coordinates.distance_m(city_hall) < 0.1);
}

#[test]
fn both_editions_of_localdata_give_a_store_the_same_id() {
    let before = store("2010301012307500001", OPEN, "가나마트", "197975.0", "451550.0");
    let today = "3010000,2010-301-0123-07-5-00001,2010-04-01,,영업/정상,서울특별시 중구 어느로 12,,\
        100-011,가나마트,대형마트,197975.0,451550.0,대규모점포";
    let before = one(&format!("{LOCALDATA}\n{before}\n")).expect("a market");
    let today = one(&format!("{LOCALDATA_TODAY}\n{today}\n")).expect("a market");
    assert_eq!(today.source_id, before.source_id);
    assert_eq!(today.coordinates, before.coordinates);
    assert_eq!(today.zip_code.as_deref(), Some("100011"));
}

#[test]
fn only_stores_open_for_business_are_markets() {
    for (status, expected) in [
        (("01", "영업/정상"), None),
        (("", "영업/정상"), None),
        (("01", ""), None),
        (("1", ""), None),
        (("02", "휴업"), Some(Reason::Closed)),
        (("03", "폐업"), Some(Reason::Closed)),
        (("04", "취소/말소/만료/정지/중지"), Some(Reason::Closed)),
        (("", ""), Some(Reason::Closed)),
    ] {
        let line = store("2010301012307500001", status, "가나마트", "197975", "451550");
        assert_eq!(one(&format!("{LOCALDATA}\n{line}\n")).err(), expected, "{status:?}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let long = "가".repeat(101);
    for (line, expected) in [
        (",가,,,,나로 1,,,37.5,127,", Reason::NoSourceId),
        ("M,  ,,,,나로 1,,,37.5,127,", Reason::NoName),
        ("M,가,,,,,다동 1,,37.5,127,", Reason::NoRoadAddress),
        ("M,가,,,,나로 1,,,,127,", Reason::NoCoordinates),
        ("M,가,,,,나로 1,,,37.5,,", Reason::NoCoordinates),
        ("M,가,,,,나로 1,,,0,0,", Reason::OutsideKorea),
        ("M,가,,,,나로 1,,,127.0,37.5,", Reason::OutsideKorea),
        ("M,가,,,,나로 1,,,32.999,127,", Reason::OutsideKorea),
        ("M,가,,,,나로 1,,,37.5,132.001,", Reason::OutsideKorea),
        ("M,가,,,,나로 1,,,999,127,", Reason::OutsideKorea),
        ("M,가,,,,나로 1,,,37.5N,127,", Reason::UnreadableNumber { column: "latitude" }),
        ("M,가,,,,나로 1,,,37.5,NaN,", Reason::UnreadableNumber { column: "longitude" }),
        ("M,가,,,,나로 1,,,inf,127,", Reason::UnreadableNumber { column: "latitude" }),
        ("M,가\u{7}나,,,,나로 1,,,37.5,127,", Reason::ControlCharacter { column: "name" }),
        ("M,가\u{202E}나,,,,나로 1,,,37.5,127,", Reason::ControlCharacter { column: "name" }),
        ("M,가,,,,\"나로\n1\",,,37.5,127,", Reason::ControlCharacter { column: "road_address" }),
        (&format!("M,{long},,,,나로 1,,,37.5,127,"), Reason::TooLong { column: "name", max: 100 }),
        ("M,가,,,,나로 1,,,37.5,127", Reason::WrongColumnCount { expected: 11, found: 10 }),
        ("M,가,,,,나로 1,,,37.5,127,,x", Reason::WrongColumnCount { expected: 11, found: 12 }),
    ] {
        assert_eq!(own(line), Err(expected), "{line}");
    }
}

#[test]
fn empty_fields_too_many_are_forgiven() {
    assert!(own("M,가,,,,나로 1,,,37.5,127,손수,,").is_ok());
}

#[test]
fn bytes_that_are_no_text_are_refused_and_reading_goes_on() {
    let mut file = format!("{OWN}\nM-1,").into_bytes();
    file.extend(b"\xFF\xFE");
    file.extend(",,,,나로 1,,,37.5,127,\nM-2,가,,,,나로 1,,,37.5,127,\n".bytes());
    let rows = read(&file);
    let refusal = Refusal { line: 2, reason: Reason::UnreadableText { column: "name" } };
    assert_eq!(rows[0], Err(refusal));
    assert!(rows[1].is_ok());
}

#[test]
fn decomposed_hangul_is_composed() {
    let row = own("M,\u{1109}\u{1175}\u{110C}\u{1161}\u{11BC},,,,나로 1,,,37.5,127,");
    assert_eq!(row.expect("a market").name, "시장");
}

#[test]
fn an_id_counts_once_in_a_file() {
    let file = format!("{OWN}\nM,가,,,,나로 1,,,37.5,127,\nM,나,,,,나로 2,,,37.5,127,\n");
    let rows = read(file.as_bytes());
    assert_eq!(rows[0].as_ref().expect("a market").name, "가");
    let duplicate = Reason::DuplicateId { id: "M".to_owned() };
    assert_eq!(rows[1], Err(Refusal { line: 3, reason: duplicate }));
}

#[test]
fn what_is_no_list_of_markets_is_not_read() {
    let restaurants = LOCALDATA.replace("점포구분명", "위생업태명");
    for file in ["", "\n\n", "이름,주소\n가,나\n", "[]", "{}", "{\"records\":[]}", &restaurants]
    {
        let opened = MarketFile::open(file.as_bytes());
        assert!(matches!(opened, Err(FileError::UnknownForm | FileError::Json { .. })), "{file}");
    }
}

#[test]
fn broken_json_ends_the_file_after_what_could_be_read() {
    let file = r#"{"fields":[{"id":"시장명"},{"id":"시장유형"},{"id":"소재지도로명주소"},
        {"id":"소재지지번주소"},{"id":"위도"},{"id":"경도"}],"records":[{"시장명":""}, {"시장명":"#;
    let mut file = MarketFile::open(file.as_bytes()).expect("a known form");
    let first = file.next().unwrap().expect("a readable record");
    assert_eq!(first, Err(Refusal { line: 1, reason: Reason::NoName }));
    assert!(matches!(file.next(), Some(Err(FileError::Json { record: 2, .. }))));
    assert!(file.next().is_none());
}

#[test]
fn an_unclosed_quotation_mark_does_not_read_the_rest_into_memory() {
    let start = format!("{OWN}\nM,\"가");
    let endless = start.as_bytes().chain(io::repeat(b'x'));
    let mut file = MarketFile::open(endless).expect("a known form");
    assert!(matches!(file.next(), Some(Err(FileError::RecordTooLong { line: 2 }))));
    assert!(file.next().is_none());

    let start = "{\"records\":[{\"시장명\":\"";
    let endless = start.as_bytes().chain(io::repeat(b'x'));
    assert!(MarketFile::open(endless).is_err());
}

#[test]
fn a_disk_that_fails_is_not_the_end_of_the_file() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let start = format!("{OWN}\nM,가,,,,나로 1,,,37.5,127,\n");
    let mut file = MarketFile::open(start.as_bytes().chain(Broken)).expect("a known form");
    assert!(file.any(|record| matches!(record, Err(FileError::Io(_)))));
    assert!(file.next().is_none());
}

#[test]
fn there_is_an_end_to_records() {
    let mut file = format!("{OWN}\n");
    for number in 0..=MAX_RECORDS {
        writeln!(file, "M-{number},가,,,,나로 1,,,37.5,127,").unwrap();
    }
    let mut file = MarketFile::open(file.as_bytes()).expect("a known form");
    assert!(file.by_ref().take(MAX_RECORDS).all(|record| matches!(record, Ok(Ok(_)))));
    assert!(matches!(file.next(), Some(Err(FileError::TooManyRecords))));
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    let refusal = Refusal { line: 7, reason: Reason::TooLong { column: "name", max: 100 } };
    assert_eq!(refusal.to_string(), "line 7: longer than 100 characters: name");
    let korean = refusal.reason.text().in_locale(chassis::text::Locale::Ko);
    assert_eq!(korean, "100자를 넘습니다: name");
}

/// Every row of a file that is known to be good.
fn all_rows(path: &Path) -> Vec<MarketRow> {
    let file = MarketFile::open(std::fs::File::open(path).unwrap()).expect("a known form");
    file.map(|record| record.expect("a readable file").expect("a market")).collect()
}

#[test]
fn the_sample_is_good() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/sample/markets.csv");
    let rows = all_rows(&path);
    assert_eq!(rows.len(), 62);
    let city_hall = Coordinates::new(37.5663, 126.9780).unwrap();
    let near = rows.iter().filter(|row| row.coordinates.distance_m(city_hall) < 1_000.0);
    assert!(near.count() >= 5);
    assert!(rows.iter().all(|row| row.kind != MarketKind::Other));
}

#[test]
fn the_real_list_is_good() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("DATA_DIR").map_or(default, Into::into);
    let path = folder.join("markets.csv");
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    }
    let rows = all_rows(&path);
    assert_eq!(rows.len(), 3_124);
    // The ids there are those that the published forms give.
    for row in rows.iter().filter(|row| row.source_id.starts_with("T-")) {
        let jibun_address = row.jibun_address.as_deref();
        let expected = traditional::source_id(&row.name, jibun_address, &row.road_address);
        assert_eq!(row.source_id, expected, "{}", row.name);
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(
        header in prop::sample::select(vec![OWN, TRADITIONAL, LOCALDATA, r#"{"records":["#, ""]),
        body in prop::collection::vec(any::<u8>(), 0..500),
    ) {
        let mut file = format!("{header}\n").into_bytes();
        file.extend(body);
        if let Ok(file) = MarketFile::open(&file[..]) {
            prop_assert!(file.count() <= 502, "never more records than lines");
        }
    }

    #[test]
    fn what_is_read_keeps_the_promises_of_a_row(
        name in "\\PC{0,120}",
        latitude in -100.0..100.0,
        longitude in 120.0..135.0,
    ) {
        let quoted = name.replace('"', "\"\"");
        let line = format!("M,\"{quoted}\",,,,나로 1,,,{latitude},{longitude},");
        if let Ok(row) = own(&line) {
            prop_assert_eq!(row.name.trim(), &row.name);
            prop_assert!((1..=limits::NAME).contains(&row.name.chars().count()));
            prop_assert!((33.0..=38.7).contains(&row.coordinates.latitude()));
            prop_assert!((124.5..=132.0).contains(&row.coordinates.longitude()));
        }
    }
}
