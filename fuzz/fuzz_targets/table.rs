//! CSV files return or are refused; every row has as many pixels.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::datasets::parse_table;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = parse_table(bytes) {
        assert_eq!(table.pixels.len() % table.labels.len(), 0);
    }
});
