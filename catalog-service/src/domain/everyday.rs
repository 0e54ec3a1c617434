//! What people call goods that the public table calls otherwise.
//!
//! The table speaks as the trade does: 돈육 for what every shop sign calls 돼지고기. Whoever looks for
//! the everyday word is to find it all the same. Only words that the table does not use itself are
//! here.

/// The table's word, and the words that people use for it.
const WORDS: [(&str, &[&str]); 11] = [
    ("계란", &["달걀"]),
    ("넙치", &["광어"]),
    ("돈육", &["돼지고기"]),
    ("메론", &["멜론"]),
    ("발효유", &["요구르트", "요거트"]),
    ("브로코리", &["브로콜리"]),
    ("샤인마스캇", &["샤인머스캣", "샤인머스켓"]),
    ("쇠고기", &["소고기"]),
    ("알타리무", &["총각무"]),
    ("조피볼락", &["우럭"]),
    ("청양", &["청양고추"]),
];

/// The everyday words for a name without remarks.
pub(super) fn words(head: &str) -> &'static [&'static str] {
    WORDS
        .iter()
        .find(|(published, _)| *published == head)
        .map(|(_, everyday)| *everyday)
        .unwrap_or_default()
}
