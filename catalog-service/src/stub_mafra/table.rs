//! The rows that the stand-in serves, written down once.

use std::ops::RangeInclusive;
use std::path::Path;

use serde_json::json;

use crate::import::RawRow;

/// All rows, in JSON and in XML.
pub(super) struct Table {
    rows: Vec<Row>,
}

struct Row {
    json: String,
    xml: String,
}

impl Table {
    /// Reads the rows as they are published, spaces included.
    pub(super) fn open(path: &Path) -> csv::Result<Self> {
        let mut reader = csv::Reader::from_path(path)?;
        let rows = (1..).zip(reader.deserialize()).map(|(number, row)| Ok(Row::of(number, &row?)));
        Ok(Self { rows: rows.collect::<csv::Result<_>>()? })
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows with these numbers, from 1 on, in JSON.
    pub(super) fn json(&self, numbers: &RangeInclusive<usize>) -> impl Iterator<Item = &str> {
        self.range(numbers).iter().map(|row| row.json.as_str())
    }

    /// The rows with these numbers, from 1 on, in XML.
    pub(super) fn xml(&self, numbers: &RangeInclusive<usize>) -> impl Iterator<Item = &str> {
        self.range(numbers).iter().map(|row| row.xml.as_str())
    }

    fn range(&self, numbers: &RangeInclusive<usize>) -> &[Row] {
        let end = (*numbers.end()).min(self.rows.len());
        self.rows.get(numbers.start() - 1..end).unwrap_or_default()
    }
}

impl Row {
    fn of(number: usize, row: &RawRow) -> Self {
        let fields = [
            ("CATGORY_NEW_CODE", row.category_code.as_str()),
            ("CATGORY_NEW_NM", &row.category_name),
            ("STD_PRDLST_CODE", &row.item_code),
            ("STD_PRDLST_NM", &row.item_name),
            ("EXAMIN_PRDLST_CODE", ""),
            ("EXAMIN_PRDLST_NM", ""),
            ("STD_SPCIES_CODE", &row.variety_code),
            ("STD_SPCIES_NM", &row.variety_name),
            ("EXAMIN_SPCIES_CODE", ""),
            ("EXAMIN_SPCIES_NM", ""),
            ("UPDT_DE", "20200907"),
        ];
        let json = fields.map(|(name, value)| format!(",\"{name}\":{}", json!(value))).concat();
        let json = format!("{{\"ROW_NUM\":{number}{json}}}");
        let xml = fields
            .map(|(name, value)| format!("    <{name}>{}</{name}>\n", escape(value)))
            .concat();
        let xml = format!("  <row>\n    <ROW_NUM>{number}</ROW_NUM>\n{xml}  </row>\n");
        Self { json, xml }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
