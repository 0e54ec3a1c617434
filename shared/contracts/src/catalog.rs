//! Events about the catalogue.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::EventData;
use crate::ids::{ImportRunId, UserId};

/// `catalog.import_requested.v1`: an administrator has asked for an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRequested {
    /// Which run it is.
    pub run_id: ImportRunId,
    /// Who has asked.
    pub requested_by: UserId,
    /// Whether items that the source lacks go, however many they are.
    pub forced: bool,
}

impl EventData for ImportRequested {
    const KINDS: &'static [&'static str] = &["catalog.import_requested.v1"];

    fn kind(&self) -> &'static str {
        "catalog.import_requested.v1"
    }

    fn subject(&self) -> String {
        self.run_id.to_string()
    }
}

/// `catalog.imported.v1`: an import has changed the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CatalogImported {
    /// Which run it was.
    pub run_id: ImportRunId,
    /// How many rows the source had.
    pub rows_read: u32,
    /// How many items are new, or are there again.
    pub inserted: u32,
    /// How many items are different now.
    pub updated: u32,
    /// How many items are as they were.
    pub unchanged: u32,
    /// How many rows could not be taken.
    pub refused: u32,
    /// How many items the source has no longer.
    pub deactivated: u32,
}

impl EventData for CatalogImported {
    const KINDS: &'static [&'static str] = &["catalog.imported.v1"];

    fn kind(&self) -> &'static str {
        "catalog.imported.v1"
    }

    fn subject(&self) -> String {
        self.run_id.to_string()
    }
}
