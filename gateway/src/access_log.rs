//! One line for each request, written beside the requests and not between them.
//!
//! Each worker collects its lines and hands them over many at a time to a thread that writes them.
//! That thread may be behind by [`MAX_BATCHES`] batches; if it is, because nobody reads the output,
//! further lines are dropped and counted (`access_log_lines_dropped_total`): a request never waits
//! for the log of another. When the gateway stops, what has been collected is written first.

mod line;
mod stamp;

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt;
use chassis::config::LogFormat;

pub use line::Line;
use stamp::Stamps;

/// So many bytes of lines are handed over at once.
const BATCH_BYTES: usize = 64 * 1024;
/// How far the writing thread may be behind.
const MAX_BATCHES: usize = 32;
/// So many batches are kept to be filled again.
const MAX_SPARE: usize = 2;
/// Lines wait no longer than this for others.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// The way to the writing thread, for each worker.
#[derive(Clone)]
pub struct AccessLog {
    batches: SyncSender<Vec<u8>>,
    written: Arc<Spare>,
    format: LogFormat,
}

/// The memory of batches that are written, for the next ones: it is still in the processor's cache.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

/// The writing thread.
pub struct Writing(JoinHandle<()>);

/// The lines of one worker that are not yet handed over.
pub struct Lines {
    log: AccessLog,
    collected: RefCell<Collected>,
}

#[derive(Default)]
struct Collected {
    text: Vec<u8>,
    count: u64,
    stamps: Stamps,
}

impl AccessLog {
    /// Writes to `output` on a thread of its own.
    pub fn to(
        output: impl Write + Send + 'static,
        format: LogFormat,
    ) -> std::io::Result<(Self, Writing)> {
        let (batches, handed_over) = sync_channel(MAX_BATCHES);
        let written = Arc::new(Spare::default());
        let spare = written.clone();
        let write = move || write_all(output, &handed_over, &spare);
        let thread = std::thread::Builder::new().name("access-log".into()).spawn(write)?;
        Ok((Self { batches, written, format }, Writing(thread)))
    }

    /// The lines of one worker; called on its thread.
    #[must_use]
    pub fn lines(&self) -> Rc<Lines> {
        let lines = Rc::new(Lines { log: self.clone(), collected: RefCell::default() });
        let weak = Rc::downgrade(&lines);
        rt::spawn(async move {
            while let Some(lines) = weak.upgrade() {
                lines.hand_over(&mut lines.collected.borrow_mut());
                drop(lines);
                tokio::time::sleep(LONGEST_WAIT).await;
            }
        });
        lines
    }
}

impl Writing {
    /// Waits until all is written. Ends when no worker is left.
    pub async fn end(self) {
        // A thread that panicked has no more to write.
        let _ = tokio::task::spawn_blocking(move || self.0.join()).await;
    }
}

impl Lines {
    /// Adds one.
    pub fn add(&self, line: &Line<'_>) {
        let collected = &mut *self.collected.borrow_mut();
        let stamp = collected.stamps.now();
        match self.log.format {
            LogFormat::Json => line.write_json(&stamp, &mut collected.text),
            LogFormat::Text => line.write_text(&stamp, &mut collected.text),
        }
        collected.count += 1;
        if collected.text.len() >= BATCH_BYTES {
            self.hand_over(collected);
        }
    }

    fn hand_over(&self, collected: &mut Collected) {
        if collected.text.is_empty() {
            return;
        }
        let batch = std::mem::replace(&mut collected.text, self.log.written.take());
        let count = std::mem::take(&mut collected.count);
        if self.log.batches.try_send(batch).is_err() {
            metrics::counter!("access_log_lines_dropped_total").increment(count);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.hand_over(&mut self.collected.borrow_mut());
    }
}

impl Spare {
    fn take(&self) -> Vec<u8> {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| Vec::with_capacity(BATCH_BYTES + 1024))
    }

    fn put(&self, mut batch: Vec<u8>) {
        batch.clear();
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MAX_SPARE {
            spare.push(batch);
        }
    }
}

fn write_all(mut output: impl Write, batches: &Receiver<Vec<u8>>, spare: &Spare) {
    while let Ok(batch) = batches.recv() {
        if let Err(error) = output.write_all(&batch).and_then(|()| output.flush()) {
            metrics::counter!("access_log_failures_total").increment(1);
            tracing::error!("the access log cannot be written: {error}");
        }
        spare.put(batch);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::{AccessLog, BATCH_BYTES, Line, MAX_BATCHES};
    use chassis::config::LogFormat;

    /// An output that nobody reads until the test lets go.
    struct Stuck(Receiver<()>, std::sync::mpsc::Sender<Vec<u8>>);

    impl io::Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_that_nobody_reads_stops_nobody_and_the_end_is_written() {
        let (gate, at_the_gate) = sync_channel(0);
        let (sender, written) = std::sync::mpsc::channel();
        let (log, writing) = AccessLog::to(Stuck(at_the_gate, sender), LogFormat::Json).unwrap();
        let mut batches = Vec::new();
        actix_web::rt::System::new().block_on(async {
            let lines = log.lines();
            drop(log);
            for _ in 0..(MAX_BATCHES + 10) * BATCH_BYTES / 100 {
                lines.add(&Line::default());
            }
            // Let go of the output. When as many are written as can wait, there is room again.
            drop(gate);
            batches.extend(written.iter().take(MAX_BATCHES));
            lines.add(&Line { path: "/the-last", ..Line::default() });
            drop(lines);
            writing.end().await;
        });
        batches.extend(written.iter());
        let text = String::from_utf8(batches.concat()).unwrap();
        assert!(text.ends_with("}\n") && text.contains("/the-last"));
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert!(batches.len() <= MAX_BATCHES + 3, "{} batches", batches.len());
    }
}
