//! The standard ablation study of a preset that classifies images: one mechanism is removed at a time, and the trained
//! network is damaged. The settings of an ablation depend on the protocol: lateral inhibition is a change of potential in
//! one network and k-winners-take-all in another.

use super::plan::Variant;
use crate::experiment::Damage;
use crate::params::{Domain, ParamId as P, Params, Protocol, format_value};
use crate::preset::Preset;

/// Damages with which trained networks are tested.
const DAMAGES: [Damage; 6] = [
    Damage::WeightNoise(0.5),
    Damage::WeightNoise(1.0),
    Damage::DeadNeurons(0.2),
    Damage::DeadNeurons(0.5),
    Damage::Quantised(3),
    Damage::Quantised(1),
];

/// The variants of a preset, and the ablations that do not apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Ablation {
    /// The intact network first.
    pub variants: Vec<Variant>,
    /// Ablations that do not apply to the preset, and why.
    pub left_out: Vec<(&'static str, &'static str)>,
}

/// An ablation: its name, description, and its settings if it applies to the preset.
type Lesion = (&'static str, &'static str, Result<Vec<(P, Value)>, &'static str>);

/// A value to set.
enum Value {
    Number(f64),
    Word(&'static str),
}
use Value::{Number, Word};

/// The standard ablation study of a preset, for data with `classes` classes.
pub fn ablation(preset: &Preset, classes: usize) -> Ablation {
    let mut intact = Variant::new("intact", "The unchanged preset.", &[]);
    intact.damages = DAMAGES.to_vec();
    let mut ablation = Ablation { variants: vec![intact], left_out: Vec::new() };
    for (name, about, settings) in lesions(preset, classes) {
        match settings {
            Err(why) => ablation.left_out.push((name, why)),
            Ok(settings) => {
                let sets = settings.into_iter().map(|(id, value)| (id.spec().name, value.text(id)));
                let sets: Vec<(&str, String)> = sets.collect();
                if changes(&preset.params, &sets) {
                    ablation.variants.push(Variant::new(name, about, &sets));
                } else {
                    ablation.left_out.push((name, "it equals the preset"));
                }
            }
        }
    }
    ablation
}

impl Value {
    fn text(&self, id: P) -> String {
        match self {
            Word(word) => (*word).to_owned(),
            Number(number) => format_value(id.spec(), *number),
        }
    }
}

fn changes(params: &Params, sets: &[(&str, String)]) -> bool {
    let mut changed = params.clone();
    sets.iter().any(|(name, value)| changed.set_text(name, value).is_ok_and(|id| changed.get(id) != params.get(id)))
}

fn lesions(preset: &Preset, classes: usize) -> Vec<Lesion> {
    let p = &preset.params;
    let rewarded = matches!(p.choice(P::Rule), "r-stdp" | "r-max" | "stdp-then-r-stdp");
    let reward = |settings: Vec<(P, Value)>| if rewarded { Ok(settings) } else { Err("its learning rule does not use rewards") };
    let pools = p.choice(P::Rule) == "r-stdp" && p.choice(P::Readout) == "class pools";
    let supervised = if preset.protocol.races() || pools {
        reward(vec![(P::Modulator, Word("label (comparison)"))])
    } else {
        Err("it requires neurons with classes from the start")
    };
    vec![
        ("no reward", "No reward is given.", reward(vec![(P::RewardMode, Word("off"))])),
        (
            "shuffled reward",
            "Each image gets the reward of the previous one: same rate of rewards, independent of the answer.",
            reward(vec![(P::RewardMode, Word("shuffled"))]),
        ),
        (
            "no reward prediction",
            "The neuromodulator is the raw reward, not the reward prediction error.",
            reward(vec![(P::Modulator, Word("raw reward"))]),
        ),
        (
            "no eligibility timing",
            "Input at any time of the image makes a synapse eligible, not only input just before the spike.",
            timing(preset.protocol),
        ),
        ("no lateral inhibition", "Neurons do not inhibit each other.", inhibition(preset)),
        ("no homeostasis", "Neither adaptive thresholds nor weight normalisation.", homeostasis(preset)),
        ("fixed thresholds", "Thresholds do not adapt.", thresholds(preset)),
        ("no normalisation", "The weight sum of a neuron is not normalised.", classification(preset, || vec![(P::Norm, Number(0.0))])),
        ("other weight bounds", "Hard bounds instead of soft ones, or vice versa.", bounds(preset)),
        ("a quarter of the neurons", "Fewer neurons or filters.", Ok(fewer(preset, classes))),
        ("shorter presentation", "Images are presented for about half the time.", Ok(shorter(preset))),
        ("supervised signal", "Every class pool receives the label: the supervised upper limit.", supervised),
    ]
}

fn classification(preset: &Preset, settings: impl FnOnce() -> Vec<(P, Value)>) -> Result<Vec<(P, Value)>, &'static str> {
    if preset.protocol == Protocol::Classification { Ok(settings()) } else { Err("this kind of network has none") }
}

/// The trace of a presynaptic spike lasts for the whole image.
fn timing(protocol: Protocol) -> Result<Vec<(P, Value)>, &'static str> {
    match protocol {
        Protocol::Classification => Ok(vec![(P::TauPlus, Number(greatest(P::TauPlus)))]),
        Protocol::Features => Ok(vec![(P::TauMOut, Number(greatest(P::TauMOut))), (P::TauSOut, Number(least(P::TauSOut)))]),
        _ => Err("its outputs have no leak, so timing has no effect"),
    }
}

fn inhibition(preset: &Preset) -> Result<Vec<(P, Value)>, &'static str> {
    let all = |id| (id, Number(greatest(id)));
    match preset.protocol {
        Protocol::Classification => Ok(vec![(P::Inhibition, Number(0.0))]),
        Protocol::Deep => Ok(vec![all(P::Winners1), all(P::Winners2)]),
        Protocol::Features if preset.params.choice(P::FeatureKind) != "pixels" => Ok(vec![all(P::Winners)]),
        _ => Err("without hidden neurons there is only the first-spike readout"),
    }
}

fn homeostasis(preset: &Preset) -> Result<Vec<(P, Value)>, &'static str> {
    match preset.protocol {
        Protocol::Classification => Ok(vec![(P::ThetaPlus, Number(0.0)), (P::Norm, Number(0.0))]),
        _ => thresholds(preset),
    }
}

fn thresholds(preset: &Preset) -> Result<Vec<(P, Value)>, &'static str> {
    match preset.protocol {
        Protocol::Classification => Ok(vec![(P::ThetaPlus, Number(0.0))]),
        Protocol::Features if preset.params.choice(P::FeatureKind) == "stdp" => Ok(vec![(P::FilterTheta, Number(0.0))]),
        _ => Err("its thresholds do not adapt"),
    }
}

fn bounds(preset: &Preset) -> Result<Vec<(P, Value)>, &'static str> {
    let other = if preset.params.choice(P::Bounds) == "soft" { "hard" } else { "soft" };
    classification(preset, || vec![(P::Bounds, Word(other))])
}

fn fewer(preset: &Preset, classes: usize) -> Vec<(P, Value)> {
    let quarter = |id| (preset.params.count(id) / 4).max(1) as f64;
    match preset.protocol {
        Protocol::Deep => vec![(P::Maps2, Number(quarter(P::Maps2)))],
        Protocol::Features if preset.params.choice(P::FeatureKind) != "pixels" => vec![(P::NFeatures, Number(quarter(P::NFeatures)))],
        // every class needs at least one neuron
        _ => vec![(P::NNeurons, Number(quarter(P::NNeurons).max(classes as f64)))],
    }
}

/// Half the presentation. In a latency code the second half contains the spikes of dark pixels.
fn shorter(preset: &Preset) -> Vec<(P, Value)> {
    let dt_ms = preset.params.get(P::Dt);
    let half = |id| ((preset.params.get(id) / 2.0 / dt_ms).round() * dt_ms).max(dt_ms);
    let settings = vec![(P::PresentMs, Number(half(P::PresentMs)))];
    if !preset.protocol.races() {
        return settings;
    }
    let [gate, present] = [half(P::Gate), half(P::PresentMs)];
    // the decision window must open before the end
    vec![(P::Gate, Number(gate)), (P::PresentMs, Number(present.max(gate + 2.0 * dt_ms)))]
}

fn greatest(id: P) -> f64 {
    match id.spec().domain {
        Domain::Real { max, .. } | Domain::Integer { max, .. } => max,
        Domain::Choice(words) => words.len() as f64 - 1.0,
    }
}

fn least(id: P) -> f64 {
    match id.spec().domain {
        Domain::Real { min, .. } | Domain::Integer { min, .. } => min,
        Domain::Choice(_) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::{Data, Dataset};
    use crate::experiment::Trainer;
    use std::path::Path;

    fn data() -> Data {
        let labels: Vec<u8> = (0..10).collect();
        let set = Dataset { images: ndarray::Array2::zeros((10, 784)), labels, width: 28, height: 28, classes: 10 };
        Data::numbered("blank", set.clone(), set)
    }

    #[test]
    fn every_shipped_preset_that_learns_has_lesions_that_can_be_built_and_differ() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let presets = files.map(|path| Preset::load(&path).unwrap()).filter(|preset| preset.protocol.classifies());
        let mut seen = 0;
        for preset in presets {
            seen += 1;
            let Ablation { variants, left_out } = ablation(&preset, 10);
            assert!(variants.len() >= 4 && variants.len() + left_out.len() == 13, "{}", preset.title);
            let mut effective: Vec<String> = Vec::new();
            for variant in &variants {
                let mut lesioned = preset.clone();
                for (name, value) in &variant.sets {
                    let id =
                        lesioned.params.set_text(name, value).unwrap_or_else(|fault| panic!("{} {}: {fault}", preset.title, variant.name));
                    assert!(id.spec().protocols.contains(&preset.protocol), "{} {}: {name}", preset.title, variant.name);
                }
                Trainer::check(&lesioned, &data()).unwrap_or_else(|fault| panic!("{} {}: {fault}", preset.title, variant.name));
                effective.push(lesioned.to_ron());
            }
            assert!(effective[1..].iter().all(|text| text != &effective[0]), "{}", preset.title);
        }
        assert!(seen >= 10, "only {seen} presets");
    }
}
