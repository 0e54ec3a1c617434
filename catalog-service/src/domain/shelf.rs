//! Which goods a mart has on its shelves.
//!
//! The public table covers all of farming, forestry and fishery; nobody shares a purchase of
//! sawn timber or breeding cattle at a mart. The codes are those of 농축수산물 표준코드.

use super::Code;

/// The categories that no mart sells.
const UNSOLD: [&str; 28] = [
    "15", "27", // seed
    "20", "21", "22", "23", "24", "25", "26", "28", "36", "37", // flowers and garden plants
    "29", "30", "31", "32", "33", "34", "35", // saplings, timber, stone
    "41", "42", "49", "57", // livestock, inedible products, breeding material
    "50", "51", "52", "53", // feed
    "56", // fodder
];

/// Whether marts sell goods of this category. A category nobody knows is shown: hiding is a
/// service to the reader, not a lock.
pub(super) fn is_sold(category: &Code) -> bool {
    !UNSOLD.contains(&category.as_str())
}
