//! Those who want the same thing at the same time share one look for it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Who waits for an answer.
type Waiting<V> = Vec<oneshot::Sender<V>>;

/// One look at a time for each key. Whoever comes while one is under way takes part in the next,
/// for the one under way may have seen what was before they came.
///
/// As many may wait as there are requests; their number is bound where they come in.
pub(crate) struct Turns<K, V>(Arc<Mutex<HashMap<K, Waiting<V>>>>);

impl<K, V> Clone for Turns<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> Default for Turns<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> Turns<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// What a look finds that begins after this call; `None` if the look broke off.
    pub(crate) async fn take<F>(&self, key: K, look: impl Fn() -> F + Send + 'static) -> Option<V>
    where
        F: Future<Output = V> + Send,
    {
        let (sender, receiver) = oneshot::channel();
        let is_free = {
            let mut turns = self.lock();
            let is_free = !turns.contains_key(&key);
            turns.entry(key.clone()).or_default().push(sender);
            is_free
        };
        if is_free {
            // A task of its own: who asked first may go away, and the others stay.
            let mut turn = Turn { turns: self.clone(), key, is_over: false };
            tokio::spawn(async move {
                while let Some(waiting) = turn.next() {
                    let found = look().await;
                    for sender in waiting {
                        // Who has gone away needs no answer.
                        drop(sender.send(found.clone()));
                    }
                }
            });
        }
        receiver.await.ok()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Waiting<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to look for a key. Dropped, be it in a panic, it sends away whoever waits.
struct Turn<K: Clone + Eq + Hash + Send + 'static, V: Clone + Send + 'static> {
    turns: Turns<K, V>,
    key: K,
    /// Whether the key is free again: somebody else may have taken it already.
    is_over: bool,
}

impl<K: Clone + Eq + Hash + Send + 'static, V: Clone + Send + 'static> Turn<K, V> {
    /// Those for whom the next look is; without any the turn is over.
    fn next(&mut self) -> Option<Waiting<V>> {
        let mut turns = self.turns.lock();
        let waiting = turns.get_mut(&self.key).map(std::mem::take).unwrap_or_default();
        if waiting.is_empty() {
            turns.remove(&self.key);
            self.is_over = true;
            return None;
        }
        Some(waiting)
    }
}

impl<K: Clone + Eq + Hash + Send + 'static, V: Clone + Send + 'static> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if !self.is_over {
            self.turns.lock().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Semaphore;

    /// A look that waits for a permit and finds how many looks have begun before its own.
    fn looks() -> (Arc<Semaphore>, Arc<AtomicUsize>) {
        (Arc::new(Semaphore::new(0)), Arc::default())
    }

    #[tokio::test]
    async fn who_comes_while_somebody_looks_takes_part_in_the_next_look() {
        let (turns, (permits, begun)) = (Turns::<u8, usize>::default(), looks());
        let take = || {
            let (permits, begun) = (permits.clone(), begun.clone());
            turns.take(1, move || {
                let (permits, number) = (permits.clone(), begun.fetch_add(1, Ordering::SeqCst));
                async move {
                    permits.acquire().await.unwrap().forget();
                    number
                }
            })
        };
        let mut first = Box::pin(take());
        assert!(futures_util::poll!(&mut first).is_pending());
        while begun.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let mut later: Vec<_> = (0..100).map(|_| Box::pin(take())).collect();
        for taker in &mut later {
            assert!(futures_util::poll!(taker).is_pending());
        }
        permits.add_permits(2);
        assert_eq!(first.await, Some(0));
        assert_eq!(join_all(later).await, vec![Some(1); 100]);
        assert!(turns.lock().is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn who_goes_away_takes_nobody_along() {
        let (turns, (permits, _)) = (Turns::<u8, usize>::default(), looks());
        let take = || {
            let permits = permits.clone();
            turns.take(1, move || {
                let permits = permits.clone();
                async move {
                    permits.acquire().await.unwrap().forget();
                    7
                }
            })
        };
        let mut first = Box::pin(take());
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut second = Box::pin(take());
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        permits.add_permits(2);
        assert_eq!(second.await, Some(7));
    }

    #[tokio::test]
    async fn a_look_that_breaks_off_is_told_and_the_key_is_free() {
        let turns = Turns::<u8, usize>::default();
        assert_eq!(turns.take(1, || async { panic!("broken off") }).await, None);
        assert_eq!(turns.take(1, || async { 1 }).await, Some(1));
    }
}
