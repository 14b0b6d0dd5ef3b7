//! IDX files return or are refused; what is accepted has the shape it claims.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::datasets::{parse_images, parse_labels};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(images) = parse_images(bytes) {
        assert_eq!(images.values.len(), images.count * images.width * images.height);
    }
    if let Ok(labels) = parse_labels(bytes) {
        assert!(!labels.classes.is_empty());
    }
});
