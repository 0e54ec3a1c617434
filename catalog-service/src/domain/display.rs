//! The name a person reads, made of the published ones.
//!
//! The table repeats itself in several ways: the variety 홍벼 of 벼 names the goods again,
//! 호밀(수입) carries a remark in brackets, 기타 of 사과 means any other apple, and 기타 of 기타
//! means nothing without its category.

use super::Item;

/// What the table calls anything else.
const OTHER: &str = "기타";
/// What the table calls the usual kind.
const USUAL: &str = "일반";

/// A published name, taken apart: 호밀(수입) is 호밀 with the remark 수입.
struct Parts<'a> {
    head: &'a str,
    remark: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Self {
        let bracketed = name.strip_suffix(')').and_then(|rest| rest.split_once('('));
        match bracketed.map(|(head, remark)| (head.trim_end(), remark.trim())) {
            Some((head, remark)) if !head.is_empty() && is_simple(remark) => {
                Self { head, remark: Some(remark) }
            }
            _ => Self { head: name, remark: None },
        }
    }

    /// Whether it is 기타, or 기타 with the name of the item.
    fn is_other(&self, item: &Parts<'_>) -> bool {
        let head = compact(self.head);
        head.strip_prefix(OTHER).is_some_and(|rest| rest.is_empty() || rest == compact(item.head))
    }
}

/// The name a person reads.
pub(super) fn name(goods: &Item) -> String {
    let item = Parts::of(goods.item.name.as_str());
    let variety = Parts::of(goods.variety.name.as_str());
    let item_is_other = item.head == OTHER;
    let (head, between) = match (item_is_other, variety.is_other(&item)) {
        (true, true) => (goods.category.name.as_str(), Some(OTHER)),
        (true, false) => (variety.head, None),
        (false, true) => (item.head, Some(OTHER)),
        (false, false) if compact(variety.head).contains(&compact(item.head)) => {
            (variety.head, None)
        }
        (false, false) => (item.head, Some(variety.head)),
    };
    let mut remarks: Vec<&str> = Vec::new();
    for remark in [item.remark, between, variety.remark].into_iter().flatten() {
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    if remarks.is_empty() { head.to_owned() } else { format!("{head} ({})", remarks.join(", ")) }
}

/// The item and the variety without remarks; a variety that is another word for the item, or for
/// all others, has no name of its own.
pub(super) fn heads(goods: &Item) -> (&str, Option<&str>) {
    let item = Parts::of(goods.item.name.as_str());
    let variety = Parts::of(goods.variety.name.as_str());
    let own = variety.head != item.head && !variety.is_other(&item);
    (item.head, own.then_some(variety.head))
}

/// Whether the variety adds nothing: it repeats the item, or says that it is the usual kind.
pub(super) fn is_plain(goods: &Item) -> bool {
    let item = Parts::of(goods.item.name.as_str());
    let variety = Parts::of(goods.variety.name.as_str());
    let usual = |remark: Option<&str>| remark.is_none_or(|remark| remark == USUAL);
    goods.item.name == goods.variety.name
        || (compact(item.head) == compact(variety.head) && usual(variety.remark))
}

/// Whether the variety stands for all that has no code of its own.
pub(super) fn is_catch_all(goods: &Item) -> bool {
    let item = Parts::of(goods.item.name.as_str());
    let variety = Parts::of(goods.variety.name.as_str());
    variety.is_other(&item) || variety.remark == Some(OTHER)
}

fn is_simple(remark: &str) -> bool {
    !remark.is_empty() && !remark.contains(['(', ')'])
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::{Code, Coded, Item, Name};

    fn item(category: &str, item: &str, variety: &str) -> Item {
        let coded =
            |name| Coded { code: Code::parse("1").unwrap(), name: Name::parse(name).unwrap() };
        Item { category: coded(category), item: coded(item), variety: coded(variety) }
    }

    #[test]
    fn names_read_well() {
        for (category, goods, variety, expected) in [
            ("과실류", "사과", "후지", "사과 (후지)"),
            ("과실류", "사과", "사과", "사과"),
            ("과실류", "사과", "애기사과", "애기사과"),
            ("과실류", "사과", "기타", "사과 (기타)"),
            ("과실류", "사과", "기타사과", "사과 (기타)"),
            ("과실류", "용과", "용과(기타)", "용과 (기타)"),
            ("맥류", "호밀", "호밀(일반)", "호밀 (일반)"),
            ("맥류", "호밀", "호밀 (수입)", "호밀 (수입)"),
            ("화목류", "장미(스탠다드)", "환희", "장미 (스탠다드, 환희)"),
            ("숙근류", "카네이션(기타)", "카네이션(기타)", "카네이션 (기타)"),
            ("약용작물류", "기타", "꾸지뽕잎", "꾸지뽕잎"),
            ("약용작물류", "기타", "기타", "약용작물류 (기타)"),
            ("산채류", "기타", "기타기타", "산채류 (기타)"),
            ("조미채소류", "기타", "조미채소류(기타)", "조미채소류 (기타)"),
            ("생축(가축)류", "젖소", "  기타 젖소", "젖소 (기타)"),
            ("어패류", "대구", "아르헨틴민대구", "아르헨틴민대구"),
            ("과실류", "오렌지", "()", "오렌지 (())"),
            ("과실류", "(가)", "나(다(라))", "(가) (나(다(라)))"),
        ] {
            assert_eq!(item(category, goods, variety).display_name(), expected);
        }
    }

    #[test]
    fn plain_and_catch_all_are_told_from_the_rest() {
        assert!(item("과실류", "사과", "사과").is_plain());
        assert!(item("맥류", "호밀", "호밀(일반)").is_plain());
        assert!(!item("맥류", "호밀", "호밀(수입)").is_plain());
        assert!(!item("과실류", "사과", "기타").is_plain());
        assert!(item("가", "나", "기타").sort_key() > item("가", "나", "다").sort_key());
        assert!(item("가", "나", "나(기타)").sort_key() > item("가", "나", "다").sort_key());
    }
}
