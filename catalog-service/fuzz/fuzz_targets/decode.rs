//! Whatever the API answers is a page or a named failure, and its rows are items or refused.
#![no_main]

use catalog_service::import::mafra::answer::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Ok(answer) = decode(body) {
        assert!(answer.total > 0);
        for row in answer.rows {
            let _ = row.parse();
            let _ = row.to_string();
        }
    }
});
