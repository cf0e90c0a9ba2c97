//! Any text is a network or an error, and a network's text is read back as the same network.

#![no_main]

use chainrule::Network;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(network) = text.parse::<Network>() {
        let spec = network.spec();
        let again: Network = spec.parse().expect("a network's own text can be read");
        assert_eq!(again.spec(), spec);
        assert_eq!(again.parameter_count(), network.parameter_count());
    }
});
