//! Percentiles, medians and tables.

use std::fmt;
use std::time::Duration;

/// How long each of many things took.
#[derive(Clone, Debug)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Of these, in any order.
    #[must_use]
    pub fn new(mut each: Vec<Duration>) -> Self {
        each.sort_unstable();
        Self(each)
    }

    /// How many there were.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// What `per_mille` thousandths of them did not exceed; zero of none.
    #[must_use]
    pub fn percentile(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille).div_ceil(1000).saturating_sub(1);
        self.0.get(rank).copied().unwrap_or_default()
    }
}

impl Latencies {
    /// Of nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// How long they took on average; zero if there were none.
    #[must_use]
    pub fn mean(&self) -> Duration {
        let all: Duration = self.0.iter().sum();
        u32::try_from(self.0.len())
            .ok()
            .and_then(|count| all.checked_div(count))
            .unwrap_or_default()
    }

    /// How far they lay from their mean: the standard deviation.
    #[must_use]
    pub fn deviation(&self) -> Duration {
        let (mean, count) =
            (self.mean().as_secs_f64(), f64::from(u32::try_from(self.0.len()).unwrap_or(u32::MAX)));
        let squares: f64 = self.0.iter().map(|each| (each.as_secs_f64() - mean).powi(2)).sum();
        if count > 0.0 { Duration::from_secs_f64((squares / count).sqrt()) } else { Duration::ZERO }
    }

    /// All of these and all of those.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self::new([self.0, others.0].concat())
    }
}

/// The middle one of several measurements; zero of none.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.saturating_sub(1)), at(middle))
    }
}

/// A number with its thousands apart, for people.
#[must_use]
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table in Markdown.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        let columns: Vec<String> = columns.map(str::to_owned).into();
        Self { rows: vec![columns, vec!["---".to_owned(); N]] }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Latencies, Table, median, thousands};

    #[test]
    fn percentiles_are_ranks() {
        let latencies = Latencies::new((1..=1000).rev().map(Duration::from_micros).collect());
        assert_eq!(latencies.percentile(500), Duration::from_micros(500));
        assert_eq!(latencies.percentile(990), Duration::from_micros(990));
        assert_eq!(latencies.percentile(1000), Duration::from_millis(1));
        assert_eq!(Latencies::new(Vec::new()).percentile(990), Duration::ZERO);
    }

    #[test]
    fn latencies_have_a_mean_and_lie_apart() {
        let two = Latencies::new(vec![Duration::from_secs(1)])
            .and(Latencies::new(vec![Duration::from_secs(3)]));
        assert_eq!((two.mean(), two.deviation()), (Duration::from_secs(2), Duration::from_secs(1)));
        let none = Latencies::new(Vec::new());
        assert_eq!((none.mean(), none.deviation()), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn the_median_is_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median([]).abs() < f64::EPSILON);
    }

    #[test]
    fn tables_are_for_people() {
        assert_eq!(thousands(1_234_567.4), "1,234,567");
        assert_eq!(thousands(999.0), "999");
        let mut table = Table::new(["a", "b"]);
        table.row(["1".into(), "2".into()]);
        assert_eq!(table.to_string(), "| a | b |\n| --- | --- |\n| 1 | 2 |\n");
    }
}
