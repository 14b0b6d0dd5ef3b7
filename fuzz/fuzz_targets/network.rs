//! Descriptions of networks are read or refused; what is accepted is valid and reads back from its own text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spikescope::model::NetworkSpec;

fuzz_target!(|text: &str| {
    if let Ok(network) = NetworkSpec::from_ron(text) {
        assert_eq!(network.check(), Ok(()));
        assert_eq!(NetworkSpec::from_ron(&network.to_ron()), Ok(network));
    }
});
