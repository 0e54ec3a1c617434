//! The search as Koreans type.

use catalog_service::catalogue::{Catalogue, Scope, Search};
use catalog_service::search::Pattern;

use crate::helpers::{catalogue, item, some_items};

fn found<'a>(catalogue: &'a Catalogue, query: &str) -> Vec<&'a str> {
    let search =
        Search { pattern: Pattern::parse(query), scope: Scope::Sold, after: None, limit: 100 };
    catalogue.search(&search).items.iter().map(|item| item.code().as_str()).collect()
}

#[test]
fn the_nearest_comes_first() {
    let catalogue = catalogue(some_items());
    assert_eq!(found(&catalogue, "사과"), ["060101", "060103", "060199", "062101", "065001"]);
    assert_eq!(found(&catalogue, "후지"), ["060103"]);
    assert_eq!(found(&catalogue, "꽃사과"), ["065001"]);
}

#[test]
fn however_it_is_written_it_is_found() {
    let catalogue = catalogue(some_items());
    let apple = found(&catalogue, "사과");
    for query in [
        " 사 과 ",
        "사\u{3000}과",
        "\u{1109}\u{1161}\u{1100}\u{116a}", // decomposed, as macOS writes file names
        "사-과",
    ] {
        assert_eq!(found(&catalogue, query), apple, "{query}");
    }
    for query in ["사과후지", "사과 (후지)", "후지 사과", "후지사과"] {
        assert_eq!(found(&catalogue, query), ["060103"], "{query}");
    }
    for query in ["milk", "MILK", "ＭＩＬＫ", "Ｍilk저지방"] {
        assert_eq!(found(&catalogue, query), ["460201"], "{query}");
    }
    for query in ["2l", "2L12병", "생수2"] {
        assert_eq!(found(&catalogue, query), ["960101"], "{query}");
    }
}

#[test]
fn consonants_stand_for_syllables() {
    let catalogue = catalogue(some_items());
    let apple_first = ["060101", "060103", "060199", "062101", "430427", "065001"];
    assert_eq!(found(&catalogue, "ㅅㄱ"), apple_first, "삼겹살 as well");
    assert_eq!(found(&catalogue, "사ㄱ"), found(&catalogue, "사과"));
    assert_eq!(found(&catalogue, "ㅅ과"), found(&catalogue, "사과"));
    assert_eq!(found(&catalogue, "ㅅㄱㄷㅊ"), ["062101"]);
    assert_eq!(found(&catalogue, "ㅅㄱㅅ")[0], "430427", "삼겹살");
    assert_eq!(found(&catalogue, "ㄷㅈㄱㄱ"), ["430427"]);
    assert_eq!(found(&catalogue, "ㅇㅂㅋㄷ"), ["063401"]);
    // Mac keyboards put two consonants into one sign.
    assert_eq!(found(&catalogue, "ㄳ"), found(&catalogue, "ㄱㅅ"));
}

#[test]
fn one_typo_is_forgiven_only_when_nothing_matches() {
    let catalogue = catalogue(some_items());
    for query in ["사가", "샤과", "사괘", "시과", "사과ㅏ", "ㅏ사과", "사괃"] {
        assert_eq!(found(&catalogue, query), ["060101", "060103", "060199"], "{query}");
    }
    assert_eq!(found(&catalogue, "삼겹쌀"), ["430427"]);
    assert_eq!(found(&catalogue, "돼지고가"), ["430427"]);
    assert_eq!(found(&catalogue, "후지 사가"), ["060103"]);
    // Two typos are too many, and what is short is not guessed at.
    for query in ["샤가", "삼격쌀", "가", "ㅅㅊ"] {
        assert!(found(&catalogue, query).is_empty(), "{query}");
    }
    // 한우 is there, but marts do not sell it live: hidden is not mistyped.
    assert!(found(&catalogue, "한우").is_empty());
}

#[test]
fn d53_equal_names_of_other_categories_stay_apart() {
    let catalogue = catalogue(some_items());
    assert_eq!(found(&catalogue, "고등어"), ["610601", "710601"]);
}

#[test]
fn everyday_words_find_what_the_table_calls_otherwise() {
    let catalogue = catalogue(vec![
        item("430401", "국내산육류", "돈육", "삼겹살"),
        item("130601", "양채류", "브로코리(녹색꽃양배추)", "브로코리(일반)"),
        item("710401", "신선 해면어류", "넙치", "넙치"),
    ]);
    for query in ["돼지고기", "돼지", "ㄷㅈㄱㄱ", "돼지거기"] {
        assert_eq!(found(&catalogue, query), ["430401"], "{query}");
    }
    assert_eq!(found(&catalogue, "돈육"), ["430401"]);
    assert_eq!(found(&catalogue, "브로콜리"), ["130601"]);
    assert_eq!(found(&catalogue, "광어"), ["710401"]);
}

#[test]
fn other_kinds_come_after_those_with_a_name() {
    let catalogue = catalogue(vec![
        item("060100", "과실류", "배", "기타"),
        item("060101", "과실류", "배", "배(기타)"),
        item("060102", "과실류", "배", "신고"),
    ]);
    assert_eq!(found(&catalogue, "배"), ["060102", "060100", "060101"]);
}
