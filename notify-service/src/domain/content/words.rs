//! The words of a notification, in Korean and in English.

use chassis::text::{Locale, Text};
use chrono::{DateTime, Datelike as _, Utc, Weekday};
use chrono_tz::Asia::Seoul;
use contracts::penalty::PenaltyReason;

use super::Content;
use crate::domain::Kind;

/// What happened, in a few words.
pub(super) fn title(content: &Content) -> Text {
    match content.kind {
        Kind::PartyCreated => Text::new("동네에 새 파티가 열렸어요", "A new party near you"),
        Kind::PartyUpdated => Text::new("파티 내용이 바뀌었어요", "Your party has changed"),
        Kind::PartyLocked => Text::new("파티 모집이 마감됐어요", "Your party is settled"),
        Kind::PartyCancelled => Text::new("파티가 취소됐어요", "Your party was cancelled"),
        Kind::PartyCompleted => Text::new("파티가 끝났어요", "Your party is done"),
        Kind::JoinRequested => {
            Text::new("참여 신청이 들어왔어요", "Someone asks to join your party")
        }
        Kind::JoinAccepted => Text::new("참여 신청이 수락됐어요", "You have joined the party"),
        Kind::JoinRejected => {
            Text::new("참여 신청이 거절됐어요", "Your request to join was declined")
        }
        Kind::Removed => Text::new("파티에서 제외됐어요", "You were removed from the party"),
        Kind::ChatCreated => Text::new("파티 채팅방이 열렸어요", "The chat of your party is open"),
        Kind::PartyReminder => match content.about.hours_before {
            Some(1) => Text::new("1시간 뒤에 만나요", "You meet in one hour"),
            Some(hours) => {
                Text::with(format!("{hours}시간 뒤에 만나요"), format!("You meet in {hours} hours"))
            }
            None => Text::new("곧 만나요", "You meet soon"),
        },
        Kind::PenaltyGiven => Text::new("페널티를 받았어요", "You were given a penalty"),
        Kind::PenaltyUpheld => {
            Text::new("이의 제기가 받아들여지지 않았어요", "Your appeal was turned down")
        }
        Kind::PenaltyRevoked => Text::new("페널티가 취소됐어요", "Your penalty was revoked"),
    }
}

/// What, where and when; of a penalty also why, and what can be done about it. Parties meet in
/// Korea, so the clock is the one on the wall there.
pub(super) fn body(content: &Content, locale: Locale) -> String {
    let about = &content.about;
    let mut parts = vec![about.item.clone()];
    parts.extend(about.market.clone());
    parts.extend(about.starts_at.map(|moment| when(moment, locale)));
    let why = about.penalty.filter(|_| content.kind == Kind::PenaltyGiven);
    parts.extend(why.map(|penalty| because(penalty.reason).in_locale(locale).into_owned()));
    parts.extend(outlook(content.kind).map(|text| text.in_locale(locale).into_owned()));
    parts.join(" · ")
}

/// Why somebody got a penalty.
const fn because(reason: PenaltyReason) -> Text {
    match reason {
        PenaltyReason::NoShow => {
            Text::new("이유: 만남에 오지 않음", "Reason: did not come to the meeting")
        }
        PenaltyReason::LateNotice => {
            Text::new("이유: 너무 늦게 알림", "Reason: gave notice too late")
        }
        PenaltyReason::Other => Text::new("이유: 그 밖의 이유", "Reason: something else"),
    }
}

/// What a penalty, or a decision on it, means for whoever got it.
const fn outlook(kind: Kind) -> Option<Text> {
    match kind {
        Kind::PenaltyGiven => Some(Text::new("이의를 제기할 수 있어요", "You may appeal")),
        Kind::PenaltyUpheld => Some(Text::new("페널티는 그대로예요", "The penalty stands")),
        Kind::PenaltyRevoked => Some(Text::new("페널티 수에서 빠졌어요", "It counts no longer")),
        _ => None,
    }
}

fn when(moment: DateTime<Utc>, locale: Locale) -> String {
    let there = moment.with_timezone(&Seoul);
    match locale {
        Locale::Ko => {
            let weekday = korean(there.weekday());
            there.format(&format!("%-m월 %-d일 ({weekday}) %H:%M")).to_string()
        }
        Locale::En => there.format("%a %-d %b, %H:%M KST").to_string(),
    }
}

const fn korean(weekday: Weekday) -> char {
    match weekday {
        Weekday::Mon => '월',
        Weekday::Tue => '화',
        Weekday::Wed => '수',
        Weekday::Thu => '목',
        Weekday::Fri => '금',
        Weekday::Sat => '토',
        Weekday::Sun => '일',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{About, PenaltyFacts};
    use contracts::{PartyId, PenaltyId, RoomId};

    fn content(kind: Kind) -> Content {
        Content {
            kind,
            about: About {
                party_id: PartyId::new(),
                item: "사과 (후지)".into(),
                market: Some("남대문시장".into()),
                starts_at: Some("2026-11-24T03:00:00Z".parse().unwrap()),
                room_id: None,
                hours_before: None,
                penalty: None,
            },
            created_at: "2026-11-23T03:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_notification_says_what_where_and_when() {
        let content = content(Kind::PartyLocked);
        let (ko, en) = (content.view(Locale::Ko), content.view(Locale::En));
        assert_eq!(ko.body, "사과 (후지) · 남대문시장 · 11월 24일 (화) 12:00");
        assert_eq!(en.body, "사과 (후지) · 남대문시장 · Tue 24 Nov, 12:00 KST");
        assert_eq!(
            (ko.title.as_str(), en.title.as_str()),
            ("파티 모집이 마감됐어요", "Your party is settled")
        );
        assert_eq!(ko.link, format!("/v1/parties/{}", content.about.party_id));
    }

    #[test]
    fn d37_each_kind_says_something_of_its_own_in_each_language() {
        for locale in [Locale::Ko, Locale::En] {
            let mut titles: Vec<_> =
                Kind::ALL.iter().map(|kind| content(*kind).view(locale).title).collect();
            titles.sort();
            titles.dedup();
            assert_eq!(titles.len(), Kind::ALL.len());
        }
        let opened = content(Kind::ChatCreated).view(Locale::Ko).title;
        assert!(opened.contains("열렸") && !opened.contains("취소"), "{opened}");
    }

    #[test]
    fn a_link_leads_to_the_thing() {
        let room_id = RoomId::new();
        let mut opened = content(Kind::ChatCreated);
        opened.about.room_id = Some(room_id);
        assert_eq!(opened.view(Locale::Ko).link, format!("/v1/chat-rooms/{room_id}"));
        assert!(content(Kind::JoinRequested).view(Locale::Ko).link.ends_with("/applications"));
    }

    #[test]
    fn d46_who_got_a_penalty_learns_why_and_what_can_be_done() {
        let penalty_id = PenaltyId::new();
        let said = |kind, reason| {
            let mut content = content(kind);
            content.about = About { market: None, starts_at: None, ..content.about };
            content.about.penalty = Some(PenaltyFacts { penalty_id, reason });
            [Locale::Ko, Locale::En].map(|locale| content.view(locale))
        };
        let given = said(Kind::PenaltyGiven, PenaltyReason::LateNotice);
        let [ko, en] = given.map(|view| (view.title, view.body));
        assert_eq!(ko.0, "페널티를 받았어요");
        assert_eq!(ko.1, "사과 (후지) · 이유: 너무 늦게 알림 · 이의를 제기할 수 있어요");
        assert_eq!(en.1, "사과 (후지) · Reason: gave notice too late · You may appeal");
        for (kind, ko, en) in [
            (Kind::PenaltyUpheld, "페널티는 그대로예요", "The penalty stands"),
            (Kind::PenaltyRevoked, "페널티 수에서 빠졌어요", "It counts no longer"),
        ] {
            let said = said(kind, PenaltyReason::NoShow);
            assert_eq!(
                said.each_ref().map(|view| view.link.clone()),
                [format!("/v1/penalties/{penalty_id}"), format!("/v1/penalties/{penalty_id}"),]
            );
            assert_eq!(
                said.map(|view| view.body),
                [ko, en].map(|end| format!("사과 (후지) · {end}"))
            );
        }
    }

    #[test]
    fn what_was_told_before_links_led_to_penalties_is_read_all_the_same() {
        let mut stored = serde_json::to_value(content(Kind::PenaltyGiven)).unwrap();
        stored["about"].as_object_mut().unwrap().remove("penalty");
        let content: Content = serde_json::from_value(stored).unwrap();
        assert!(content.view(Locale::Ko).link.starts_with("/v1/parties/"));
    }
}
