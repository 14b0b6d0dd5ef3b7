//! Class name lists are accepted or refused without panic; every accepted name can be displayed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::datasets::parse_class_names;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(names) = parse_class_names(bytes) {
        assert!(names.len() <= 256 && names.iter().all(|name| !name.is_empty()));
    }
});
