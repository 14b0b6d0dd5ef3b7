//! The image presets are instances of the description: written out as a network of schema 2, each gives the same results bit for
//! bit.

use crate::digits;
use rayon::prelude::*;
use spikescope::experiment::Trainer;
use spikescope::model::template::Frame;
use spikescope::preset::{Preset, shipped_experiments};
use std::path::Path;

const FRAME: Frame = Frame { width: 28, height: 28, classes: 10 };

/// The preset with short stages, so that few images reach the last; in stdp-then-r-stdp the rule of the outputs changes.
fn short(path: &Path) -> Preset {
    let mut preset = Preset::load(path).unwrap();
    for name in ["filter_images", "images_1", "images_2", "stdp_images"] {
        preset.params.set_text(name, "8").unwrap();
    }
    preset
}

/// The same experiment as text of schema 2, with its network written out.
fn written_out(preset: &Preset) -> String {
    preset.written_out(FRAME).unwrap().to_ron()
}

#[test]
fn a_preset_written_out_as_a_network_learns_the_same() {
    let presets: Vec<Preset> = shipped_experiments().iter().map(|path| short(path)).filter(|preset| preset.setup.classifies()).collect();
    assert!(presets.len() >= 8);
    let finer = |preset: Preset| {
        let mut finer = preset.clone();
        finer.params.set_text("dt", "0.5 ms").unwrap();
        let small = preset.params.count(spikescope::params::ParamId::NNeurons) <= 400;
        [Some(preset), small.then_some(finer)].into_par_iter().flatten()
    };
    presets.into_par_iter().flat_map(finer).for_each(|preset| {
        let text = written_out(&preset);
        let described = Preset::parse(&text, Path::new("own.ron")).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(Preset::parse(&described.to_ron(), Path::new("own.ron")).unwrap(), described);
        let [mut one, mut other] = [&preset, &described].map(|preset| Trainer::new(preset, digits::data(), 1, Some(40)).unwrap());
        let mut resumed = Trainer::new(&described, digits::data(), 1, Some(40)).unwrap();
        for image in 0..30 {
            if image == 5 {
                // within the first stage
                resumed.restore(&other.save()).unwrap();
            }
            assert_eq!(one.train_image().unwrap(), other.train_image().unwrap(), "{}, image {image}", preset.title);
        }
        assert_eq!(one.network().digest(), other.network().digest(), "{}", preset.title);
        // the state is saved and restored, in a stage and after the last
        for _ in 5..30 {
            resumed.train_image().unwrap();
        }
        assert_eq!(one.network().digest(), resumed.network().digest(), "{}", preset.title);
        let bytes = other.save();
        let mut third = Trainer::new(&described, digits::data(), 1, Some(40)).unwrap();
        third.restore(&bytes).unwrap();
        assert_eq!(one.train_image().unwrap(), third.train_image().unwrap(), "{}", preset.title);
        assert_eq!(one.network().digest(), third.network().digest(), "{}", preset.title);
    });
}
