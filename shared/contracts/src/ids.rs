//! Identifiers: UUIDv7, one type for each kind of thing, so that one cannot be passed for another.
//!
//! On the wire an id is the hyphenated lower-case text, in the database `BINARY(16)`. A UUIDv7
//! begins with its creation time in milliseconds, so rows inserted one after the other lie beside
//! each other in a clustered index (RFC 9562, section 5.7).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Defines one id type with its conversions.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[cfg_attr(
            feature = "diesel",
            derive(diesel::deserialize::FromSqlRow, diesel::expression::AsExpression),
            diesel(sql_type = diesel::sql_types::Binary)
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id that sorts after those made before it on this machine.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would not be a new one")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as the UUID it is.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        #[cfg(feature = "diesel")]
        const _: () = {
            use diesel::deserialize::{self, FromSql};
            use diesel::mysql::{Mysql, MysqlValue};
            use diesel::serialize::{self, IsNull, Output, ToSql};
            use diesel::sql_types::Binary;
            use std::io::Write;

            impl ToSql<Binary, Mysql> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
                    out.write_all(self.0.as_bytes())?;
                    Ok(IsNull::No)
                }
            }

            impl FromSql<Binary, Mysql> for $name {
                fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self::from(Uuid::from_slice(value.as_bytes())?))
                }
            }
        };
    };
}

id! {
    /// A person's account.
    UserId
}
id! {
    /// One sign-in of one person on one device; all tokens of that sign-in carry it as `sid`.
    SessionId
}
id! {
    /// A mart or market, a place where a party meets.
    MarketId
}
id! {
    /// A group buy.
    PartyId
}
id! {
    /// A mark against somebody who was to come and did not.
    PenaltyId
}
id! {
    /// A chat room of a party.
    RoomId
}
id! {
    /// One import of the catalogue.
    ImportRunId
}
id! {
    /// A ban: what an administrator keeps somebody from, and until when.
    BanId
}
id! {
    /// A report: somebody says that something is not as it should be.
    ReportId
}
id! {
    /// A domain event; consumers remember it to act once.
    EventId
}

#[cfg(test)]
mod tests {
    use super::UserId;

    #[test]
    fn an_id_is_its_text_on_the_wire() {
        let id = UserId::new();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<_> = (0..1000).map(|_| UserId::new()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn what_is_not_a_uuid_is_refused() {
        for text in ["", "1", "019b0000-0000-7000-8000-00000000000", "' OR 1=1 --"] {
            assert!(text.parse::<UserId>().is_err(), "{text}");
        }
    }
}
