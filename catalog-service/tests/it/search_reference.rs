//! The search against a plain one that looks at everything and knows no index.

use catalog_service::catalogue::{Scope, Search};
use catalog_service::domain::Item;
use catalog_service::search::Pattern;
use proptest::prelude::*;

use crate::helpers::{catalogue, item};

/// The letters that names and queries are made of: first consonant and keys, spelled by hand.
const LETTERS: [(char, char, &str); 10] = [
    ('가', 'ㄱ', "ㄱㅏ"),
    ('각', 'ㄱ', "ㄱㅏㄱ"),
    ('과', 'ㄱ', "ㄱㅗㅏ"),
    ('고', 'ㄱ', "ㄱㅗ"),
    ('사', 'ㅅ', "ㅅㅏ"),
    ('삭', 'ㅅ', "ㅅㅏㄱ"),
    ('까', 'ㄲ', "ㄲㅏ"),
    ('a', 'a', "a"),
    ('1', '1', "1"),
    ('%', '%', "%"),
];

fn keys(text: &[char]) -> Vec<char> {
    let of = |c: &char| LETTERS.iter().find(|(letter, ..)| letter == c).unwrap().2;
    text.iter().flat_map(|c| of(c).chars()).collect()
}

fn same(wanted: char, letter: char) -> bool {
    let first = LETTERS.iter().find(|(l, ..)| *l == letter).unwrap().1;
    wanted == letter || wanted == first
}

fn is(query: &[char], text: &[char]) -> bool {
    query.len() == text.len() && query.iter().zip(text).all(|(q, t)| same(*q, *t))
}

fn begins(query: &[char], text: &[char]) -> bool {
    query.len() <= text.len() && is(query, &text[..query.len()])
}

fn rank(query: &[char], goods: &Item) -> Option<u8> {
    let item: Vec<char> = goods.item.name.as_str().chars().collect();
    let variety: Vec<char> = goods.variety.name.as_str().chars().collect();
    if item == variety {
        return if is(query, &item) {
            Some(0)
        } else if begins(query, &item) {
            Some(2)
        } else {
            (0..item.len()).any(|i| begins(query, &item[i..])).then_some(3)
        };
    }
    let (one, other) = ([&item[..], &variety].concat(), [&variety[..], &item].concat());
    let all = [&item[..], &variety, &item].concat();
    if is(query, &one) || is(query, &other) {
        Some(0)
    } else if is(query, &item) || is(query, &variety) {
        Some(1)
    } else if begins(query, &all) || begins(query, &other) {
        Some(2)
    } else {
        (0..all.len()).any(|i| begins(query, &all[i..])).then_some(3)
    }
}

/// The distance of two words, a swap of neighbours being one typo (Damerau, restricted).
fn typos(a: &[char], b: &[char]) -> usize {
    let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            d[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(d[i - 1][j - 1] + change);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(d[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    d[a.len()][b.len()]
}

fn is_typo(query: &[char], goods: &Item) -> bool {
    let item: Vec<char> = goods.item.name.as_str().chars().collect();
    let variety: Vec<char> = goods.variety.name.as_str().chars().collect();
    let mut words = vec![item.clone()];
    if item != variety {
        words.push([&item[..], &variety].concat());
        words.push([&variety[..], &item].concat());
        words.push(variety);
    }
    words.iter().any(|word| typos(&keys(query), &keys(word)) <= 1)
}

/// The codes that a search should give, the nearest first.
fn expected(query: &[char], items: &[Item], scope: &Scope) -> Vec<String> {
    let mut ranked: Vec<(u8, &Item)> =
        items.iter().filter_map(|item| Some((rank(query, item)?, item))).collect();
    let consonants = query.iter().any(|c| matches!(c, 'ㄱ' | 'ㅅ' | 'ㄲ'));
    if ranked.is_empty() && !consonants && keys(query).len() >= 4 {
        ranked = items.iter().filter(|item| is_typo(query, item)).map(|item| (4, item)).collect();
    }
    ranked.retain(|(_, item)| match scope {
        Scope::Sold => item.is_sold(),
        Scope::Everything => true,
        Scope::Category(code) => item.category.code == *code,
    });
    ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.sort_key().cmp(&y.sort_key())));
    ranked.into_iter().map(|(_, item)| item.code().to_string()).collect()
}

fn letters(from: &'static [char], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(from), 1..=most)
        .prop_map(|letters| letters.into_iter().collect())
}

const NAMES: &[char] = &['가', '각', '과', '고', '사', '삭', '까', 'a', '1', '%'];
const QUERIES: &[char] =
    &['가', '각', '과', '고', '사', '삭', '까', 'a', '1', '%', 'ㄱ', 'ㅅ', 'ㄲ'];

fn some_items() -> impl Strategy<Value = Vec<Item>> {
    let categories = prop::sample::select(&["06", "20", "41", "71"]);
    let one = (categories, 0..4_u8, letters(NAMES, 4), letters(NAMES, 3));
    prop::collection::vec(one, 0..30).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(number, (category, kind, name, variety))| {
                // Every third is a variety that repeats its item.
                let variety = if number % 3 == 0 { &name } else { &variety };
                item(&format!("{category}0{kind}{number:02}"), "무엇", &name, variety)
            })
            .collect()
    })
}

fn some_scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Sold),
        Just(Scope::Everything),
        Just(Scope::Category(item("200000", "무엇", "가", "가").category.code)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn finds_what_a_look_at_everything_finds(
        items in some_items(),
        query in letters(QUERIES, 5),
        scope in some_scope(),
        limit in 1..8_u32,
    ) {
        let wanted: Vec<char> = query.chars().collect();
        let expected = expected(&wanted, &items, &scope);
        let catalogue = catalogue(items);
        let mut search = Search { pattern: Pattern::parse(&query), scope, after: None, limit };
        let mut found = Vec::new();
        loop {
            let page = catalogue.search(&search);
            prop_assert!(page.items.len() <= usize::try_from(limit).unwrap());
            found.extend(page.items.iter().map(|item| item.code().to_string()));
            let Some(next) = page.next_cursor else { break };
            search.after = Some(next.decode().unwrap());
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn never_stumbles_over_a_query(query in ".{0,40}") {
        let catalogue = catalogue(crate::helpers::some_items());
        if let Some(pattern) = Pattern::parse(&query) {
            let scope = Scope::Everything;
            let _ = catalogue.suggest(&pattern, 10);
            let _ = catalogue.search(&Search { pattern: Some(pattern), scope, after: None, limit: 5 });
        }
    }
}
