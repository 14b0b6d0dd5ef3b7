//! The standard ablation study of a preset that classifies images: one mechanism is removed at a time, and the trained
//! network is damaged. The settings of an ablation depend on the template: lateral inhibition is a change of potential in
//! one network and k-winners-take-all in another.

use super::parts::parts;
use super::plan::Variant;
use crate::experiment::Damage;
use crate::model::template::{NetworkTemplate, Removal};
use crate::params::{ParamId as P, Params, format_value};
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
    pub left_out: Vec<(String, String)>,
}

/// An ablation: its name, description, and its settings if it applies to the preset.
type Lesion = (&'static str, &'static str, Result<Vec<(P, Value)>, &'static str>);

/// What an ablation does, and its settings.
type Lesioned = (&'static str, Result<Vec<(P, Value)>, &'static str>);

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
    let mut known = vec![preset.params.clone()];
    for (name, about, settings) in lesions(preset, classes) {
        match settings.and_then(|settings| effective(preset, &known, &settings).map(|params| (settings, params))) {
            Err(why) => ablation.left_out.push((name.to_owned(), why.to_owned())),
            Ok((settings, params)) => {
                let sets = settings.into_iter().map(|(id, value)| (id.spec().name, value.text(id)));
                ablation.variants.push(Variant::new(name, about, &sets.collect::<Vec<_>>()));
                known.push(params);
            }
        }
    }
    let (variants, left_out) = parts(preset);
    ablation.variants.extend(variants);
    ablation.left_out.extend(left_out);
    ablation
}

/// The parameters of a lesion, or why it would show nothing: nothing changes, nothing that changes has an effect, or another
/// lesion does the same.
fn effective(preset: &Preset, known: &[Params], settings: &[(P, Value)]) -> Result<Params, &'static str> {
    let mut params = preset.params.clone();
    for (id, value) in settings {
        params.set_text(id.spec().name, &value.text(*id)).map_err(|_| "a parameter cannot be set so far")?;
    }
    let acts = |&(id, _): &(P, Value)| {
        let idle = [&preset.params, &params].map(|params| params.idle(id, preset.setup).is_some());
        params.get(id) != preset.params.get(id) && idle != [true, true]
    };
    match known.iter().position(|other| *other == params) {
        Some(0) => Err("it equals the preset"),
        Some(_) => Err("it equals another ablation"),
        None if !settings.iter().any(acts) => Err("it has no effect in this network"),
        None => Ok(params),
    }
}

impl Value {
    fn text(&self, id: P) -> String {
        match self {
            Word(word) => (*word).to_owned(),
            Number(number) => format_value(id.spec(), *number),
        }
    }
}

/// What stands in the way where weights are fixed.
const FIXED: &str = "its weights do not change";
/// What a described network is varied with.
const DESCRIBED: &str = "the network is described in a file: vary its quantities by path, with `sweep --axis` or `train --set`";
/// What stands in the way where there is nothing to take away.
const NONE: &str = "this kind of network has none";

/// What a template says about removing a mechanism.
fn removed(preset: &Preset, removal: impl Fn(&dyn NetworkTemplate, &Params) -> Removal) -> Lesioned {
    let Some(template) = preset.setup.template() else { return ("", Err(DESCRIBED)) };
    let (about, settings) = removal(template.spec(), &preset.params);
    (about, settings.map(|settings| settings.into_iter().map(|(id, value)| (id, Number(value))).collect()))
}

fn lesions(preset: &Preset, classes: usize) -> Vec<Lesion> {
    let acts = |id| preset.params.idle(id, preset.setup).is_none();
    let is = |id, word| preset.params.choice(id) == word;
    let reward = |settings: Vec<(P, Value)>| if acts(P::Modulator) { Ok(settings) } else { Err("its learning rule does not use rewards") };
    let shuffled =
        if is(P::RewardMode, "automatic") { reward(vec![(P::RewardMode, Word("shuffled"))]) } else { Err("its rewards are not automatic") };
    let (races, competes) = (preset.setup.races(), P::ThetaPlus.spec().belongs_to(preset.setup));
    let pools = is(P::Rule, "r-stdp") && is(P::Readout, "class pools");
    let supervised = if races && is(P::Rule, "r-stdp") {
        // R-STDP of winners changes one winner, whatever its class
        Err("its rule has one signal for all classes")
    } else if races || pools {
        reward(vec![(P::Modulator, Word("label (comparison)"))])
    } else {
        Err("it requires neurons with classes from the start")
    };
    let (timing_about, timing) =
        if is(P::Rule, "none") { ("", Err(FIXED)) } else { removed(preset, |of, params| of.without_timing(params)) };
    let (inhibition_about, inhibition) = removed(preset, |of, params| of.without_inhibition(params));
    let (fewer_about, fewer) = fewer(preset, classes);
    let (other, bounds_about) = if is(P::Bounds, "soft") {
        ("hard", "Hard weight bounds instead of soft ones.")
    } else {
        ("soft", "Soft weight bounds instead of hard ones.")
    };
    let adaptive = if competes { Some(P::ThetaPlus) } else { Some(P::FilterTheta).filter(|&id| acts(id)) };
    let thresholds = adaptive.map(|id| vec![(id, Number(0.0))]).ok_or("its thresholds do not adapt");
    let when = |holds: bool, settings: Vec<(P, Value)>, why| if holds { Ok(settings) } else { Err(why) };
    let learns = |settings| when(competes, settings, NONE).and_then(|settings| when(!is(P::Rule, "none"), settings, FIXED));
    vec![
        ("no reward", "No reward is given.", reward(vec![(P::RewardMode, Word("off"))])),
        ("shuffled reward", "Each image gets the reward of the previous one: same rate of rewards, independent of the answer.", shuffled),
        (
            "no reward prediction",
            "The neuromodulator is the raw reward, not the reward prediction error.",
            reward(vec![(P::Modulator, Word("raw reward"))]),
        ),
        ("no eligibility timing", timing_about, timing),
        ("no lateral inhibition", inhibition_about, inhibition),
        (
            "no homeostasis",
            "Thresholds do not adapt and weights are not normalised, not even the initial ones.",
            // filters have unit length by their rule, so that only their thresholds can be fixed
            learns(vec![(P::ThetaPlus, Number(0.0)), (P::Norm, Number(0.0))]),
        ),
        ("fixed thresholds", "Thresholds do not adapt.", thresholds),
        ("no normalisation", "Weights are not normalised, not even the initial ones.", learns(vec![(P::Norm, Number(0.0))])),
        ("other weight bounds", bounds_about, learns(vec![(P::Bounds, Word(other))])),
        ("a quarter of the neurons", fewer_about, fewer),
        ("shorter presentation", "Images are presented for about half the time.", Ok(shorter(preset))),
        ("supervised signal", "Every class pool receives the label: the supervised upper limit.", supervised),
    ]
}

/// A quarter of the neurons of every hidden layer, or of the output neurons where there is none.
fn fewer(preset: &Preset, classes: usize) -> Lesioned {
    let Some(template) = preset.setup.template() else { return ("", Err(DESCRIBED)) };
    let quarter = |id| (preset.params.count(id) / 4).max(1) as f64;
    let hidden = template.spec().layers(&preset.params);
    if hidden.is_empty() {
        // every class needs at least one neuron
        let neurons = quarter(P::NNeurons).max(classes as f64);
        return ("A quarter of the output neurons, but at least one for each class.", Ok(vec![(P::NNeurons, Number(neurons))]));
    }
    ("A quarter of the filters of every hidden layer.", Ok(hidden.into_iter().map(|id| (id, Number(quarter(id)))).collect()))
}

/// Half the presentation. In a latency code the second half contains the spikes of dark pixels.
fn shorter(preset: &Preset) -> Vec<(P, Value)> {
    let dt_ms = preset.params.get(P::Dt);
    let half = |id| ((preset.params.get(id) / 2.0 / dt_ms).round() * dt_ms).max(dt_ms);
    let settings = vec![(P::PresentMs, Number(half(P::PresentMs)))];
    if !preset.setup.races() {
        return settings;
    }
    let [gate, present] = [half(P::Gate), half(P::PresentMs)];
    // the decision window must open before the end
    vec![(P::Gate, Number(gate)), (P::PresentMs, Number(present.max(gate + 2.0 * dt_ms)))]
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

    fn presets() -> Vec<Preset> {
        let files = crate::preset::shipped_experiments();
        files.into_iter().map(|path| Preset::load(&path).unwrap()).filter(|preset| preset.setup.classifies()).collect()
    }

    fn with(name: &str, sets: &[(&str, &str)]) -> Preset {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets").join(name).with_extension("ron");
        let mut preset = Preset::load(&path).unwrap();
        for (name, value) in sets {
            preset.params.set_text(name, value).unwrap();
        }
        preset
    }

    /// The parameters of a lesion; none if it is left out.
    fn lesioned(preset: &Preset, name: &str) -> Option<Params> {
        let variant = ablation(preset, 10).variants.into_iter().find(|variant| variant.name == name)?;
        let mut params = preset.params.clone();
        for (name, value) in &variant.sets {
            params.set_text(name, value).unwrap();
        }
        Some(params)
    }

    #[test]
    fn every_shipped_preset_that_learns_has_lesions_that_can_be_built_and_differ() {
        let presets = presets();
        for preset in &presets {
            let Ablation { variants, left_out } = ablation(preset, 10);
            assert!(variants.len() >= 4 && variants.len() + left_out.len() == 13, "{}", preset.title);
            let mut effective: Vec<String> = Vec::new();
            for variant in &variants {
                assert!(!variant.about.is_empty(), "{} {}", preset.title, variant.name);
                let mut lesioned = preset.clone();
                for (name, value) in &variant.sets {
                    let id =
                        lesioned.params.set_text(name, value).unwrap_or_else(|fault| panic!("{} {}: {fault}", preset.title, variant.name));
                    let idle = preset.params.idle(id, preset.setup);
                    assert!(idle.is_none(), "{} {}: {name} {idle:?}", preset.title, variant.name);
                }
                Trainer::check(&lesioned, &data()).unwrap_or_else(|fault| panic!("{} {}: {fault}", preset.title, variant.name));
                let text = lesioned.to_ron();
                assert!(!effective.contains(&text), "{} {}: the same as another", preset.title, variant.name);
                effective.push(text);
            }
        }
        assert!(presets.len() >= 10, "only {} presets", presets.len());
    }

    /// Presets, and the same with what no shipped preset has: a second layer, another rule, no rule.
    fn kinds() -> Vec<Preset> {
        let more = [
            with("mnist-gabor-rstdp", &[("n_features_second", "40")]),
            with("mnist-stdp-features-rstdp", &[("n_features_second", "40")]),
            with("mnist-gabor-rstdp", &[("rule", "none")]),
            with("mnist-mozafari-conv", &[("rule", "r-stdp")]),
            with("mnist-rstdp", &[("rule", "none")]),
            with("mnist-rstdp", &[("norm", "0 mV")]),
        ];
        presets().into_iter().chain(more).collect()
    }

    #[test]
    fn each_lesion_takes_away_what_its_name_says_in_every_layer() {
        let winners =
            [(P::Winners, P::NFeatures), (P::WinnersSecond, P::NFeaturesSecond), (P::Winners1, P::Maps1), (P::Winners2, P::Maps2)];
        for preset in kinds() {
            let (p, setup) = (&preset.params, preset.setup);
            let acts = |params: &Params, id| params.idle(id, setup).is_none();
            if let Some(free) = lesioned(&preset, "no lateral inhibition") {
                assert!(!acts(&free, P::Inhibition) || free.get(P::Inhibition) == 0.0, "{}", preset.title);
                for (winners, all) in winners {
                    assert!(!acts(&free, winners) || free.get(winners) >= free.get(all), "{}: {winners:?}", preset.title);
                }
            }
            if let Some(fewer) = lesioned(&preset, "a quarter of the neurons") {
                let hidden: Vec<P> = winners.iter().map(|&(_, maps)| maps).filter(|&maps| acts(p, maps) && p.get(maps) > 0.0).collect();
                let quartered = if hidden.is_empty() { vec![P::NNeurons] } else { hidden };
                assert!(
                    quartered.iter().all(|&id| fewer.count(id) == (p.count(id) / 4).max(1).max(if id == P::NNeurons { 10 } else { 1 }))
                );
            }
            for name in ["no homeostasis", "fixed thresholds"] {
                let Some(free) = lesioned(&preset, name) else { continue };
                for id in [P::ThetaPlus, P::FilterTheta].into_iter().filter(|&id| acts(p, id)) {
                    assert_eq!(free.get(id), 0.0, "{} {name}", preset.title);
                }
                assert!(name != "no homeostasis" || free.get(P::Norm) == 0.0 && acts(&free, P::Norm), "{}", preset.title);
            }
            for name in ["no reward", "shuffled reward", "no reward prediction", "supervised signal"] {
                assert!(lesioned(&preset, name).is_none() || acts(p, P::Modulator), "{} {name}: no reward to change", preset.title);
            }
            if p.choice(P::Rule) == "none" {
                let learns = ["no eligibility timing", "other weight bounds", "no normalisation", "no homeostasis"];
                assert!(learns.iter().all(|name| lesioned(&preset, name).is_none()), "{}: fixed weights", preset.title);
            }
        }
        let thresholds = lesioned(&with("mnist-gabor-rstdp", &[("n_features_second", "40")]), "fixed thresholds");
        assert_eq!(thresholds.unwrap().get(P::FilterTheta), 0.0, "a second layer learns with thresholds that adapt");
        assert!(lesioned(&with("mnist-mozafari-conv", &[("rule", "r-stdp")]), "supervised signal").is_none());
    }
}
