//! Results are bit-identical for every vector instruction set and equal to the committed digests.

#![allow(clippy::unwrap_used)]

mod digits;
mod bits {
    mod described;
    mod presets;
}

use pulp::Arch;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use std::path::Path;

/// Sets the parameters with which the digests were recorded, independent of later tuning of the preset.
fn digest_of_fifty_images(arch: Arch, name: &str, sets: &[(&str, &str)]) -> String {
    let mut preset = Preset::load(&Path::new("presets").join(name)).unwrap();
    for (name, value) in sets {
        preset.params.set_text(name, value).unwrap();
    }
    let mut trainer = Trainer::new(&preset, digits::data(), 1, Some(50)).unwrap();
    trainer.set_arch(arch);
    let spikes: u32 = (0..50).map(|_| trainer.train_image().unwrap().spikes).sum();
    assert!(spikes >= 50, "silence proves nothing: {spikes} spikes");
    trainer.digest().to_string()
}

/// The instruction sets of this machine, the widest last.
fn levels() -> Vec<Arch> {
    let mut levels = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    levels.extend(pulp::x86::V3::try_new().map(Arch::V3));
    levels.push(Arch::new());
    levels
}

/// If these digests change, results have changed: the arithmetic, the random streams, the state or the defaults.
/// If the change is intended, the failing assertion shows the new digest.
#[test]
fn fifty_trained_images_give_the_committed_digest_at_every_vector_level() {
    let old = &[("inhibition_type", "current"), ("inhibition", "120 mV"), ("norm", "40 mV"), ("eta", "0.05"), ("eta_boost", "1")][..];
    let reward: &[(&str, &str)] = &[("n_neurons", "110")];
    let stdp: &[(&str, &str)] =
        &[("n_neurons", "70"), ("rule", "stdp"), ("readout", "label assignment"), ("norm", "78.4"), ("eta", "0.003"), ("bounds", "hard")];
    let currents: &[(&str, &str)] = &[("n_neurons", "40"), ("tau_syn", "5"), ("sigma", "0.5"), ("v_th", "-64"), ("v_reset", "-65")];
    for (sets, committed) in [(reward, "aeb3a2349157bb2e"), (stdp, "0f8d3a374093f329"), (currents, "932524550ce4e297")] {
        for arch in levels() {
            let digest = digest_of_fifty_images(arch, "mnist-rstdp.ron", &[old, sets].concat());
            assert_eq!(digest, committed, "{arch:?}, {sets:?}");
        }
    }
    let base: &[(&str, &str)] = &[("n_features", "40"), ("n_neurons", "20"), ("eta", "3"), ("augment", "0.8"), ("augment_warp", "0.5")];
    let gabor: &[(&str, &str)] = &[("filter_b", "7")];
    let learnt: &[(&str, &str)] = &[("features", "stdp"), ("filter_a", "7"), ("filter_images", "20")];
    for (sets, committed) in [(gabor, "033aa9c05ada175e"), (learnt, "862b0ac221c5e281")] {
        for arch in levels() {
            let digest = digest_of_fifty_images(arch, "mnist-gabor-rstdp.ron", &[base, sets].concat());
            assert_eq!(digest, committed, "{arch:?}, {sets:?}");
        }
    }
    let deep: &[(&str, &str)] = &[
        ("maps_2", "40"),
        ("n_neurons", "50"),
        ("images_1", "15"),
        ("images_2", "15"),
        ("w_init_sd", "0.02"),
        ("winners_1", "3"),
        ("winners_2", "6"),
        ("eta", "3"),
    ];
    for arch in levels() {
        assert_eq!(digest_of_fifty_images(arch, "mnist-mozafari-conv.ron", deep), "cce1aeaa5ede64b7", "{arch:?}");
    }
}
