//! Files that are generated and checked in.

use std::path::Path;

/// Fails when the file is not what would be generated now. With `UPDATE_GENERATED=1` it is written
/// instead.
#[track_caller]
pub fn assert_fresh(path: impl AsRef<Path>, generated: &str) {
    let path = path.as_ref();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, generated).expect("the file can be written");
        return;
    }
    let current = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        current == generated,
        "{} is stale: run the test again with UPDATE_GENERATED=1 and commit the result",
        path.display()
    );
}
