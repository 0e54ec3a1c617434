//! Tells what is new, different, unchanged or not to be taken.

use std::collections::{HashMap, HashSet};

use chassis::text::Invalid;

use super::page::Line;
use crate::domain::{Code, Item};

/// The longest part of a refused row that is kept, in characters.
const MAX_KEPT_CHARS: usize = 500;

const DUPLICATE: Invalid = Invalid::new(
    "duplicate",
    "같은 코드가 앞에 이미 있습니다",
    "stands further up in the source already",
);

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where the row stands in the source, from 1 on; in a file, the line.
    pub line: u32,
    /// The column at fault; none if the row as a whole is.
    pub field: Option<&'static str>,
    /// What is wrong, as a stable name.
    pub reason: &'static str,
    /// The code of the item it is about, if that can be read.
    pub code: Option<Code>,
    /// What the row says.
    pub content: String,
}

/// What a page means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The items to write.
    pub changed: Vec<Item>,
    /// How many of them are new, or there again; the others are different.
    pub inserted: usize,
    /// The rows that were not taken.
    pub refusals: Vec<Refusal>,
    /// The codes of all items on the page.
    pub codes: Vec<Code>,
}

/// Holds what comes in against what is there.
#[derive(Debug)]
pub struct Sorter {
    /// What is there, and whether it is active.
    known: HashMap<Code, (Item, bool)>,
    /// What was taken in this run.
    taken: HashSet<Code>,
    /// What stands in the source, taken or not.
    present: HashSet<Code>,
    /// A row was refused that does not say what it is about: it may be about anything.
    has_unnamed: bool,
}

impl Sorter {
    /// Begins with what is there, and goes on with what this run has taken and refused already.
    #[must_use]
    pub fn new(known: Vec<(Item, bool)>, taken: Vec<Code>, refused: Vec<Option<Code>>) -> Self {
        let known = known.into_iter().map(|known| (known.0.code().clone(), known)).collect();
        let has_unnamed = refused.iter().any(Option::is_none);
        let present = taken.iter().cloned().chain(refused.into_iter().flatten()).collect();
        Self { known, taken: taken.into_iter().collect(), present, has_unnamed }
    }

    /// Sorts the rows of a page.
    pub fn sort(&mut self, lines: Vec<Line>) -> Sorted {
        let mut sorted = Sorted::default();
        for Line { number, row } in lines {
            let content = row.as_ref().map(ToString::to_string).unwrap_or_default();
            let code = row.as_ref().ok().and_then(super::row::RawRow::code);
            let parsed = row
                .map_err(|reason| (None, reason))
                .and_then(|row| row.parse().map_err(|(field, reason)| (Some(field), reason)));
            let (field, reason) = match parsed {
                Ok(item) if self.taken.insert(item.code().clone()) => {
                    self.take(item, &mut sorted);
                    continue;
                }
                Ok(_) => (Some("variety_code"), DUPLICATE),
                Err(refused) => refused,
            };
            self.has_unnamed |= code.is_none();
            self.present.extend(code.clone());
            sorted.refusals.push(Refusal {
                line: number,
                field,
                reason: reason.code,
                code,
                content: content.chars().take(MAX_KEPT_CHARS).collect(),
            });
        }
        sorted
    }

    fn take(&mut self, item: Item, sorted: &mut Sorted) {
        self.present.insert(item.code().clone());
        sorted.codes.push(item.code().clone());
        match self.known.get(item.code()) {
            Some((known, true)) if *known == item => return,
            Some((_, true)) => {}
            Some((_, false)) | None => sorted.inserted += 1,
        }
        sorted.changed.push(item);
    }

    /// The active items that do not stand in the source.
    #[must_use]
    pub fn missing(&self) -> Vec<Code> {
        self.active().filter(|code| !self.present.contains(*code)).cloned().collect()
    }

    /// Whether rows were refused that do not say what they are about, so that an item that seems
    /// to be missing may be there.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        self.has_unnamed
    }

    /// How many items were active before.
    #[must_use]
    pub fn active_count(&self) -> usize {
        self.active().count()
    }

    fn active(&self) -> impl Iterator<Item = &Code> {
        self.known.iter().filter(|(_, (_, active))| *active).map(|(code, _)| code)
    }
}

#[cfg(test)]
mod tests {
    use super::{Sorted, Sorter};
    use crate::domain::{Code, Item};
    use crate::import::page::Line;
    use crate::import::row::RawRow;

    fn row(code: &str, variety: &str) -> RawRow {
        let text = |text: &str| text.to_owned();
        RawRow {
            category_code: text("06"),
            category_name: text("과실류"),
            item_code: text("0601"),
            item_name: text("사과"),
            variety_code: text(code),
            variety_name: text(variety),
        }
    }

    fn item(code: &str, variety: &str) -> Item {
        row(code, variety).parse().unwrap()
    }

    fn lines(rows: &[(&str, &str)]) -> Vec<Line> {
        let lines = (1..).zip(rows);
        lines.map(|(number, (code, name))| Line { number, row: Ok(row(code, name)) }).collect()
    }

    fn codes(codes: &[Code]) -> Vec<&str> {
        codes.iter().map(Code::as_str).collect()
    }

    #[test]
    fn each_row_is_one_of_five_things() {
        let known = vec![
            (item("1", "후지"), true),
            (item("2", "홍옥"), true),
            (item("3", "감홍"), false),
            (item("4", "양광"), true),
        ];
        let mut sorter = Sorter::new(known, Vec::new(), Vec::new());
        let page = sorter.sort(lines(&[
            ("1", "후지"),
            ("2", "홍로"),
            ("3", "감홍"),
            ("5", "아오리"),
            ("1", "부사"),
            ("6", ""),
        ]));
        let Sorted { changed, inserted, refusals, .. } = &page;
        assert_eq!(changed, &[item("2", "홍로"), item("3", "감홍"), item("5", "아오리")]);
        assert_eq!(*inserted, 2);
        let refused: Vec<_> = refusals.iter().map(|r| (r.line, r.field, r.reason)).collect();
        assert_eq!(
            refused,
            [(5, Some("variety_code"), "duplicate"), (6, Some("variety_name"), "missing")]
        );
        assert_eq!(codes(&page.codes), ["1", "2", "3", "5"]);
        assert_eq!(codes(&sorter.missing()), ["4"]);
        assert_eq!(sorter.active_count(), 3);
    }

    #[test]
    fn what_stands_in_the_source_is_not_missing_even_if_it_was_refused() {
        let known = vec![(item("1", "후지"), true), (item("2", "홍옥"), true)];
        let mut sorter = Sorter::new(known.clone(), Vec::new(), Vec::new());
        sorter.sort(lines(&[("1", ""), ("2", "홍옥")]));
        assert!(sorter.missing().is_empty());
        // The same after a restart in between.
        let code = |code| Code::parse(code).unwrap();
        let sorter = Sorter::new(known.clone(), vec![code("2")], vec![Some(code("1"))]);
        assert!(sorter.missing().is_empty() && !sorter.is_unsure());
        assert!(Sorter::new(known, Vec::new(), vec![None]).is_unsure());
    }
}
