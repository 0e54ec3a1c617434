//! The words of a notification, in Korean and in English.

use chassis::text::{Locale, Text};
use chrono::{DateTime, Datelike as _, Utc, Weekday};
use chrono_tz::Asia::Seoul;

use super::{About, Content};
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
        Kind::PenaltyGiven => Text::new("패널티를 받았어요", "You were given a penalty"),
    }
}

/// What, where and when. Parties meet in Korea, so the clock is the one on the wall there.
pub(super) fn body(about: &About, locale: Locale) -> String {
    let mut parts = vec![about.item.clone()];
    parts.extend(about.market.clone());
    parts.extend(about.starts_at.map(|moment| when(moment, locale)));
    parts.join(" · ")
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
    use contracts::{PartyId, RoomId};

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
}
