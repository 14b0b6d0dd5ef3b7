//! NPZ and NPY files return or are refused; no array is larger than its bytes can unpack to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::datasets::parse_arrays;

fuzz_target!(|bytes: &[u8]| {
    for (_, shape) in parse_arrays(bytes, "x").unwrap_or_default() {
        assert!(shape.iter().product::<usize>() <= bytes.len() * 1032);
    }
});
