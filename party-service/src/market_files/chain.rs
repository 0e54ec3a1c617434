//! The chain and the kind of a market, from its name and the words of the register.

use crate::domain::market_kind::MarketKind;

/// Chains: what to look for in a name without its spaces (any of the alternatives, all words of
/// it), what the chain is called, and what kind its stores are. The first match counts, so that
/// 홈플러스 익스프레스 comes before 홈플러스.
const CHAINS: [(&[&[&str]], &str, MarketKind); 14] = [
    (&[&["홈플러스", "익스프레스"]], "홈플러스 익스프레스", MarketKind::Supermarket),
    (&[&["홈플러스"]], "홈플러스", MarketKind::Mart),
    (&[&["트레이더스"]], "트레이더스", MarketKind::Mart),
    (&[&["에브리데이"]], "이마트에브리데이", MarketKind::Supermarket),
    (&[&["노브랜드"]], "노브랜드", MarketKind::Supermarket),
    (&[&["이마트"]], "이마트", MarketKind::Mart),
    (&[&["롯데마트"], &["롯데키즈마트"]], "롯데마트", MarketKind::Mart),
    (&[&["롯데슈퍼"]], "롯데슈퍼", MarketKind::Supermarket),
    (
        &[&["GSTHEFRESH"], &["GS더프레시"], &["지에스더프레시"], &["GS수퍼"], &["GS슈퍼"]],
        "GS더프레시",
        MarketKind::Supermarket,
    ),
    (&[&["하나로마트"], &["하나로클럽"]], "하나로마트", MarketKind::Mart),
    (&[&["탑마트"], &["서원유통"]], "탑마트", MarketKind::Mart),
    (&[&["메가마트"]], "메가마트", MarketKind::Mart),
    (&[&["코스트코"]], "코스트코", MarketKind::Mart),
    (&[&["킴스클럽"]], "킴스클럽", MarketKind::Mart),
];

/// The chain a store belongs to, by its name.
pub(super) fn of(name: &str) -> Option<&'static str> {
    // 하이마트 sells refrigerators, and 롯데하이마트 would be read as 이마트.
    let name = name.replace(char::is_whitespace, "").to_uppercase().replace("하이마트", "");
    let matches = |words: &&[&str]| words.iter().all(|word| name.contains(word));
    let chain = CHAINS.iter().find(|(alternatives, ..)| alternatives.iter().any(matches));
    chain.map(|(_, chain, _)| *chain)
}

/// The kind of a market. Its chain knows best; the register's class tells supermarkets from marts,
/// which its types do not; the name is asked last.
pub(super) fn kind(
    chain: Option<&str>,
    store_class: &str,
    published_type: &str,
    name: &str,
) -> MarketKind {
    if let Some((.., kind)) = CHAINS.iter().find(|(_, known, _)| chain == Some(*known)) {
        return *kind;
    }
    match published_type {
        _ if store_class == "준대규모점포" => MarketKind::Supermarket,
        "대형마트" => MarketKind::Mart,
        "백화점" => MarketKind::DepartmentStore,
        "쇼핑센터" | "복합쇼핑몰" | "전문점" => MarketKind::ShoppingMall,
        "시장" => MarketKind::TraditionalMarket,
        _ if published_type.starts_with("전통시장") => MarketKind::TraditionalMarket,
        _ if name.contains("시장") => MarketKind::TraditionalMarket,
        _ => MarketKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_chain() {
        for (name, chain) in [
            ("홈플러스(주)익스프레스 광화문점", "홈플러스 익스프레스"),
            ("홈플러스(주) 강서점", "홈플러스"),
            ("(주)이마트 트레이더스 월평점", "트레이더스"),
            ("(주)이마트에브리데이 중곡동점", "이마트에브리데이"),
            ("신세계 이마트 여의도점", "이마트"),
            ("롯데쇼핑(주) 롯데마트 양평점", "롯데마트"),
            ("gs the fresh 용산이촌점", "GS더프레시"),
            ("(주)농협유통하나로클럽용산점", "하나로마트"),
            ("(주)서원유통 탑마트 초량점", "탑마트"),
        ] {
            assert_eq!(of(name), Some(chain), "{name}");
        }
        for name in ["롯데하이마트 월드타워점", "롯데백화점 본점", "망원시장", ""]
        {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn a_register_and_a_name_tell_the_kind() {
        for (chain, store_class, published_type, name, expected) in [
            (Some("홈플러스 익스프레스"), "준대규모점포", "대형마트", "", MarketKind::Supermarket),
            (Some("롯데마트"), "대규모점포", "복합쇼핑몰", "", MarketKind::Mart),
            (Some("동네마트"), "준대규모점포", "구분없음", "", MarketKind::Supermarket),
            (None, "대규모점포", "대형마트", "", MarketKind::Mart),
            (None, "대규모점포", "백화점", "", MarketKind::DepartmentStore),
            (None, "대규모점포", "쇼핑센터", "", MarketKind::ShoppingMall),
            (None, "전통시장", "전통시장(5일장)", "", MarketKind::TraditionalMarket),
            (None, "", "그 밖의 대규모점포", "영동전통시장", MarketKind::TraditionalMarket),
            (None, "", "그 밖의 대규모점포", "세운스퀘어", MarketKind::Other),
        ] {
            assert_eq!(kind(chain, store_class, published_type, name), expected, "{name}");
        }
    }
}
