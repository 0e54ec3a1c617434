//! Somebody's wishes, as clients send and see them.

use std::collections::BTreeSet;

use chassis::http::{ApiError, FieldErrors};
use chassis::text::Invalid;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Kind, QuietHours, Radius, Settings, TimeOfDay};

/// What somebody wants to hear, and when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct SettingsView {
    /// How near a party must be to be told of, in kilometres.
    #[schema(minimum = 0.1, maximum = 20.0, example = 10.0)]
    radius_km: f64,
    /// The types of notification that are not wanted at all; those about penalties always come.
    silenced: BTreeSet<Kind>,
    /// When nothing goes to the stream; it is in the inbox all the same. `null` for never.
    quiet_hours: Option<QuietHoursView>,
    /// The time zone of the quiet hours (IANA).
    #[serde(default = "seoul")]
    #[schema(example = "Asia/Seoul", default = "Asia/Seoul", max_length = 64)]
    time_zone: String,
}

/// From one time of day until another, over midnight if need be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::routes) struct QuietHoursView {
    /// When they begin.
    #[schema(example = "22:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    from: String,
    /// When they are over; another time than the beginning.
    #[schema(example = "07:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    until: String,
}

fn seoul() -> String {
    chrono_tz::Asia::Seoul.name().into()
}

impl SettingsView {
    /// Reads it, and says of each field why it is refused.
    pub(super) fn parse(&self) -> Result<Settings, ApiError> {
        let mut fields = FieldErrors::default();
        let radius = fields.keep("/radius_km", Radius::from_km(self.radius_km));
        let time_zone = fields.keep("/time_zone", time_zone(&self.time_zone));
        let silenced = fields.keep("/silenced", silenced(&self.silenced));
        let quiet_hours = self.quiet_hours.as_ref().map(|hours| hours.parse(&mut fields));
        let quiet_hours = quiet_hours.map_or(Some(None), |hours| hours.map(Some));
        let (Some(radius), Some(time_zone), Some(silenced), Some(quiet_hours)) =
            (radius, time_zone, silenced, quiet_hours)
        else {
            return Err(fields.into());
        };
        Ok(Settings { radius, silenced, quiet_hours, time_zone })
    }
}

impl QuietHoursView {
    fn parse(&self, fields: &mut FieldErrors) -> Option<QuietHours> {
        let from = fields.keep("/quiet_hours/from", TimeOfDay::parse(&self.from));
        let until = fields.keep("/quiet_hours/until", TimeOfDay::parse(&self.until));
        fields.keep("/quiet_hours", QuietHours::new(from?, until?))
    }
}

fn silenced(kinds: &BTreeSet<Kind>) -> Result<BTreeSet<Kind>, Invalid> {
    if kinds.iter().any(|kind| kind.always_comes()) {
        return Err(Invalid::new(
            "always_comes",
            "페널티에 관한 알림은 끌 수 없습니다",
            "must not name a type about penalties",
        ));
    }
    Ok(kinds.clone())
}

fn time_zone(name: &str) -> Result<Tz, Invalid> {
    name.parse().map_err(|_| {
        Invalid::new(
            "invalid_value",
            "Asia/Seoul과 같은 시간대 이름이어야 합니다",
            "must be the name of a time zone such as Asia/Seoul",
        )
    })
}

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        Self {
            radius_km: settings.radius.km(),
            silenced: settings.silenced.clone(),
            quiet_hours: settings.quiet_hours.map(|hours| QuietHoursView {
                from: hours.from().to_string(),
                until: hours.until().to_string(),
            }),
            time_zone: settings.time_zone.name().to_owned(),
        }
    }
}
