//! Who pays how much.

/// Splits an amount by weights so that not one unit is lost: each part is its exact share rounded
/// down, and what is left goes, one unit each, to those who lost most by rounding; of equals to
/// the first.
///
/// The parts are in the order of the weights. Weights that are all zero get nothing.
#[must_use]
pub fn split(amount: u32, weights: &[u32]) -> Vec<u32> {
    let sum: u64 = weights.iter().copied().map(u64::from).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u32| u64::from(amount) * u64::from(weight);
    let mut parts: Vec<u64> = weights.iter().map(|&weight| exact(weight) / sum).collect();
    let left = u64::from(amount) - parts.iter().sum::<u64>();

    let mut by_loss: Vec<_> =
        parts.iter_mut().zip(weights).map(|(part, &weight)| (exact(weight) % sum, part)).collect();
    by_loss.sort_by_key(|(loss, _)| std::cmp::Reverse(*loss));
    for ((_, part), _) in by_loss.into_iter().zip(0..left) {
        *part += 1;
    }
    // No part is larger than the amount.
    parts.into_iter().map(|part| u32::try_from(part).unwrap_or(amount)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::split;

    #[test]
    fn p05_ten_thousand_among_three_is_ten_thousand() {
        assert_eq!(split(10_000, &[1, 1, 1]), [3334, 3333, 3333]);
    }

    #[test]
    fn who_loses_most_gets_the_rest() {
        // Exactly 16.67, 33.33 and 50.
        assert_eq!(split(100, &[1, 2, 3]), [17, 33, 50]);
        assert_eq!(split(0, &[1, 2]), [0, 0]);
        assert_eq!(split(1, &[1, 1, 1]), [1, 0, 0]);
    }

    #[test]
    fn nothing_to_split_by() {
        assert!(split(100, &[]).is_empty());
        assert_eq!(split(100, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn p05_no_won_is_lost_and_nobody_pays_two_too_many(
            amount in 0..=100_000_000_u32,
            weights in prop::collection::vec(1..=99_u32, 1..=99),
        ) {
            let parts = split(amount, &weights);
            prop_assert_eq!(parts.iter().sum::<u32>(), amount);
            let sum: u32 = weights.iter().sum();
            for (part, weight) in parts.into_iter().zip(weights) {
                let exact = f64::from(amount) * f64::from(weight) / f64::from(sum);
                prop_assert!((f64::from(part) - exact).abs() < 1.0);
            }
        }
    }
}
