//! PNG, JPEG, WebP, BMP and TIFF files return or are refused; what is accepted has the shape it claims.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::datasets::parse_picture;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = parse_picture(bytes) {
        assert_eq!(picture.pixels.len(), picture.width * picture.height);
    }
});
