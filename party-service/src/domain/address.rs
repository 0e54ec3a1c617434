//! Road addresses, and when two of them are the same.

use chassis::text::Invalid;
use unicode_normalization::UnicodeNormalization as _;

use super::fold::fold;

/// The ways a province or metropolitan city is written, and the short one that all are compared
/// by. Names of before 2024 are still on many signs.
const REGIONS: [(&str, &str); 29] = [
    ("서울특별시", "서울"),
    ("서울시", "서울"),
    ("부산광역시", "부산"),
    ("부산시", "부산"),
    ("대구광역시", "대구"),
    ("대구시", "대구"),
    ("인천광역시", "인천"),
    ("인천시", "인천"),
    // Not 광주시, which is another city in 경기도.
    ("광주광역시", "광주"),
    ("대전광역시", "대전"),
    ("대전시", "대전"),
    ("울산광역시", "울산"),
    ("울산시", "울산"),
    ("세종특별자치시", "세종"),
    ("세종시", "세종"),
    ("경기도", "경기"),
    ("강원특별자치도", "강원"),
    ("강원도", "강원"),
    ("충청북도", "충북"),
    ("충청남도", "충남"),
    ("전북특별자치도", "전북"),
    ("전라북도", "전북"),
    ("전라남도", "전남"),
    ("경상북도", "경북"),
    ("경상남도", "경남"),
    ("제주특별자치도", "제주"),
    ("제주도", "제주"),
    ("강원자치도", "강원"),
    ("전북자치도", "전북"),
];

/// What a person typed to find an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressQuery(String);

impl AddressQuery {
    /// The fewest characters: a single one finds everything and nothing.
    pub const MIN_CHARS: usize = 2;
    /// The most characters.
    pub const MAX_CHARS: usize = 100;

    /// Accepts 2 to 100 characters, not counting white space at the ends and doubled.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        // What stands in parentheses is not looked for.
        if key(&text).chars().count() < Self::MIN_CHARS {
            return Err(Invalid::new(
                "too_short",
                "두 글자 이상 입력해 주세요",
                "must have at least 2 characters",
            ));
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(Invalid::new(
                "too_long",
                "100자를 넘을 수 없습니다",
                "must have at most 100 characters",
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(Invalid::new(
                "invalid_value",
                "사용할 수 없는 문자가 있습니다",
                "must not contain control characters",
            ));
        }
        Ok(Self(text))
    }

    /// The text, in NFC and with single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is compared by.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// The address of the building, without what follows it: floors, shops, dong and building names.
///
/// They stand in parentheses, after a comma, or simply after the number of the building, which is
/// the first number after a road (…로, …길), be it set off by a space or not.
#[must_use]
pub fn building(address: &str) -> String {
    let address = outside_parentheses(address);
    let mut words = Vec::new();
    let mut on_a_road = false;
    for word in address.split(',').next().unwrap_or_default().split_whitespace() {
        words.push(word);
        let name = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let is_road = name.ends_with(['로', '길']);
        // Not ending in a hyphen: some write 23- 1.
        let has_number = word.ends_with(|c: char| c.is_ascii_digit());
        if has_number && (is_road || (on_a_road && name.is_empty())) {
            break;
        }
        on_a_road |= is_road;
    }
    words.join(" ")
}

/// What addresses are compared by: two that mean the same building have the same key, however
/// they are spaced and whichever name of the province they begin with.
#[must_use]
pub fn key(address: &str) -> String {
    let folded = fold(&building(address));
    let short = REGIONS
        .iter()
        .find_map(|(long, short)| folded.strip_prefix(long).map(|rest| format!("{short}{rest}")));
    short.unwrap_or(folded)
}

fn outside_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    let is_outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(is_outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_building_is_told_from_what_is_in_it() {
        for (address, expected) in [
            ("서울특별시 종로구 종로 1 (종로1가)", "서울특별시 종로구 종로 1"),
            (
                "서울특별시 종로구 삼일대로 428, 낙원상가 506호 (낙원동)",
                "서울특별시 종로구 삼일대로 428",
            ),
            (
                "경기도 수원시 팔달구 수원천로254 팔달주차타워 23호(지동)",
                "경기도 수원시 팔달구 수원천로254",
            ),
            ("서울특별시 영등포구 영등포로 225 영등포동5가", "서울특별시 영등포구 영등포로 225"),
            ("경기도 의정부시 태평로 73번길 20", "경기도 의정부시 태평로 73번길 20"),
            ("경상남도 김해시 호계로 517번길 5-13 1층", "경상남도 김해시 호계로 517번길 5-13"),
            ("충청남도 논산시 강경읍 대흥로 23- 1 1층", "충청남도 논산시 강경읍 대흥로 23- 1"),
            ("서울 중구 소공로 지하 58", "서울 중구 소공로 지하 58"),
            ("서울 도봉구 창동 628-20", "서울 도봉구 창동 628-20"),
            ("광주광역시 광산구 우산로", "광주광역시 광산구 우산로"),
            ("서울 (닫히지 않은", "서울"),
            ("(종로1가)", ""),
        ] {
            assert_eq!(building(address), expected);
        }
    }

    #[test]
    fn one_building_has_one_key() {
        for other in [
            "서울 도봉구 도봉로104길 53",
            "서울시 도봉구 도봉로 104길 53",
            " 서울특별시  도봉구 도봉로104길53",
            "서울특별시 도봉구 도봉로104길 53 (창동, 이마트에브리데이)",
            "서울특별시 도봉구 도봉로104길 53 101동 202호",
        ] {
            assert_eq!(key(other), "서울도봉구도봉로104길53", "{other}");
        }
        assert_eq!(key("논산시 대흥로 23- 1"), key("논산시 대흥로 23-1"));
        assert_eq!(key("강원도 강릉시 중앙로 1"), key("강원특별자치도 강릉시 중앙로 1"));
        assert_ne!(key("서울 중구 을지로 1"), key("서울 중구 을지로 11"));
        assert_ne!(key("서울 중구 을지로 1"), key("서울 중구 을지로 1-1"));
    }

    #[test]
    fn a_query_has_two_to_a_hundred_characters() {
        assert_eq!(AddressQuery::parse("  창동\u{3000} 1 ").unwrap().as_str(), "창동 1");
        for short in ["", " 가 ", "(창동)", "가 (창동)", ", 창동"] {
            assert_eq!(AddressQuery::parse(short).unwrap_err().code, "too_short", "{short}");
        }
        assert!(AddressQuery::parse(&"가".repeat(100)).is_ok());
        assert_eq!(AddressQuery::parse(&"가".repeat(101)).unwrap_err().code, "too_long");
        assert_eq!(AddressQuery::parse(&" ".repeat(1_000_000)).unwrap_err().code, "too_short");
        assert_eq!(AddressQuery::parse("창동\u{0}").unwrap_err().code, "invalid_value");
    }
}
