//! How many requests may be sent a second time.
//!
//! When a service is ill, repeating every request would send it twice as many. So repetitions are
//! paid for: each request earns a tenth of one.

use std::cell::Cell;

/// What one repetition costs, in what one request earns.
const PRICE: u32 = 10;
/// Saved up at most, and what there is at first: repetitions for a quiet time.
const MOST: u32 = 20 * PRICE;

#[derive(Debug)]
pub(super) struct Budget(Cell<u32>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(MOST))
    }
}

impl Budget {
    /// A request was sent.
    pub(super) fn earn(&self) {
        self.0.set((self.0.get() + 1).min(MOST));
    }

    /// Pays for a repetition, if there is enough.
    pub(super) fn spend(&self) -> bool {
        let left = self.0.get().checked_sub(PRICE);
        left.is_some_and(|left| {
            self.0.set(left);
            true
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, MOST, PRICE};

    #[test]
    fn ten_requests_pay_for_one_repetition() {
        let budget = Budget::default();
        for _ in 0..MOST / PRICE {
            assert!(budget.spend());
        }
        for _ in 0..PRICE {
            assert!(!budget.spend());
            budget.earn();
        }
        assert!(budget.spend() && !budget.spend());
    }
}
