//! Names that the platform itself uses: nobody goes by them, or others would take them for it.

use unicode_normalization::UnicodeNormalization as _;

/// Shown in place of people who have left or are not known yet, or of those who run the platform.
const RESERVED: [&str; 7] =
    ["탈퇴한 사용자", "Withdrawn user", "이웃", "운영자", "관리자", "admin", "administrator"];

/// Whether the name reads like one of them. Upper case, width, accents, blanks and signs do not
/// count, as they do not, or hardly, for people who read it.
pub(super) fn is_reserved(name: &str) -> bool {
    let name = letters(name);
    RESERVED.iter().any(|reserved| letters(reserved) == name)
}

fn letters(name: &str) -> String {
    name.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::is_reserved;

    #[test]
    fn what_reads_like_a_name_of_the_platform_is_reserved() {
        for name in [
            "탈퇴한 사용자",
            "탈퇴한사용자",
            "withdrawn USER",
            "이 웃",
            "운영자",
            "관 리 자",
            "Admin",
            "ＡＤＭＩＮ",
            "ádmin",
            "a.d.m.i.n",
            "[관리자]",
            "Administrator",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["이웃집", "관리자 아님", "admiral", "Withdrawn", "사용자", "🍎🍐"]
        {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
