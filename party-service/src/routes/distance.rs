//! Distances as clients see them.

/// Metres in kilometres, to 0.01: nobody walks more exactly than that, and a position cannot be
/// worked out from it to the metre.
pub(super) fn kilometres(metres: f64) -> f64 {
    (metres / 10.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::kilometres;

    #[test]
    fn ten_metres_are_a_step() {
        let text = |metres| kilometres(metres).to_string();
        assert_eq!([0.0, 4.9, 5.0, 1234.5, 20_000.0].map(text), ["0", "0", "0.01", "1.23", "20"]);
    }
}
