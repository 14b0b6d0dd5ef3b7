//! Why a network does not learn: known conditions, named from a few numbers, each with its evidence and one parameter to
//! move. A judgement is pure: the same vitals give the same words.

use super::remedy::{Remedy, Side, choice, remedy, rounded};
use super::vitals::{AtBound, PLATEAU, Vitals, WINDOW, ceiling};
use crate::params::{ParamId as P, Params, Protocol};

/// Images before anything is said.
const FIRST_LOOK: usize = 20;
/// Share of images without an output spike that makes a network silent.
const SILENT: f64 = 0.9;
/// Neurons that would have to fire as fast as they can: where neurons compete only a few do.
const CROWD: f64 = 6.0;
/// Share of a neuron's weight sum in weights as large as its largest, from which on it hardly tells pixels apart.
const AT_TOP: f64 = 0.25;
/// Share of weights at 0 that says that steps overshoot.
const AT_ZERO: f64 = 0.05;
/// Share of neurons that cannot fire, from which on it is worth saying.
const DEAD: f64 = 0.1;
/// Share of neurons that fired at all in the last few hundred images, below which the others are as good as dead, once the storm
/// of spikes of the first images is forgotten; of smaller populations than this every neuron may be needed.
const FEW: f64 = 0.12;
const POPULATION: usize = 40;
/// Probability of a mistaken reward from which on rewards say hardly anything.
const NOISE: f64 = 0.4;
/// Share of one class among the answers of a network that says always the same.
const COLLAPSED: f64 = 0.75;
/// Images that outputs may learn before chance is held against them.
const GRACE: u64 = 1000;
/// Standard deviations above chance that are still chance.
const SIGMAS: f64 = 2.0;

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Outputs do not fire.
    Silent,
    /// Nearly all neurons fire, or as fast as they can.
    Runaway,
    /// Every change of a weight runs into its bound.
    Saturated,
    /// Many neurons never fire.
    Dead,
    /// The same answer to every image.
    Collapse,
    /// Reward is off, or no rule listens to it: nothing can be learnt.
    NothingToLearn,
    /// After a thousand images no better than guessing.
    Chance,
}

impl Condition {
    /// In one or two words, for a status bar.
    pub fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Runaway => "runaway",
            Self::Saturated => "weights saturated",
            Self::Dead => "dead neurons",
            Self::Collapse => "one answer only",
            Self::NothingToLearn => "nothing to learn from",
            Self::Chance => "at chance",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Silent => "The outputs do not fire, so there is no answer and nothing to reward.",
            Self::Runaway => "Too many neurons fire at once: nobody wins, so nobody becomes a specialist.",
            Self::Saturated => "Single changes run into the bound: each image overwrites what was learnt before.",
            Self::Dead => "Many neurons never fire: they neither answer nor learn.",
            Self::Collapse => "The network gives one answer to nearly every image.",
            Self::NothingToLearn => "No signal tells the synapses what was good, so weights cannot improve.",
            Self::Chance => "After a thousand images the answers are no better than guessing.",
        }
    }
}

/// A condition that holds, how one knows, and what to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub condition: Condition,
    /// The numbers that show it, with units.
    pub evidence: String,
    /// What to try.
    pub remedy: Remedy,
}

/// The state of a network in words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    /// What is wrong, worst first; empty if nothing is.
    pub findings: Vec<Finding>,
    /// Images that were judged, at most.
    pub judged: usize,
    /// Why nothing can be said yet.
    pub waits: Option<String>,
    /// What was looked at, with numbers, one fact a line.
    pub facts: Vec<(String, String)>,
}

impl Health {
    /// In one or two words: what is worst, "ok", or that it is too early.
    pub fn word(&self) -> &'static str {
        match self.findings.first() {
            Some(finding) => finding.condition.word(),
            None if self.waits.is_some() => "watching",
            None => "ok",
        }
    }
}

/// Judge a network.
pub fn examine(v: &Vitals<'_>) -> Health {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let mut health = Health { judged: recent.len(), facts: facts(v), ..Health::default() };
    if v.outputs_learn_since.is_none() {
        health.waits = Some("A hidden layer learns first; the outputs wait, and are judged when their turn comes.".to_owned());
        return health;
    }
    // rules and rewards that cannot teach are known before the first image
    let hopeless = nothing_to_learn(v);
    if recent.len() < FIRST_LOOK {
        health.waits = Some(format!("{} of {FIRST_LOOK} images seen; then the network is judged after every image.", recent.len()));
        health.findings.extend(hopeless);
        return health;
    }
    if let Some(silent) = silent(v) {
        health.findings.push(silent);
        return health;
    }
    health.findings.extend(runaway(v));
    health.findings.extend(saturated(v));
    health.findings.extend(dead(v));
    health.findings.extend(collapse(v));
    let hopeless = hopeless.or_else(|| chance(v));
    health.findings.extend(hopeless);
    health
}

/// What was looked at, whether or not it is wrong.
fn facts(v: &Vitals<'_>) -> Vec<(String, String)> {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let n = recent.len().max(1) as f64;
    // the sum of nothing is a negative zero
    let spikes = recent.iter().map(|trial| f64::from(trial.spikes)).sum::<f64>() + 0.0;
    let right = recent.iter().filter(|trial| trial.answer == Some(trial.label)).count();
    let mut facts = vec![
        ("output spikes".to_owned(), format!("{:.1} per image", spikes / n)),
        ("fired in ~300 images".to_owned(), format!("{} of {}", v.active, v.neurons)),
        (format!("right, last {}", recent.len()), format!("{:.0} %", 100.0 * right as f64 / n)),
    ];
    if let Some((class, share)) = favourite(v) {
        facts.push(("most given answer".to_owned(), format!("{class}, {:.0} %", 100.0 * share)));
    }
    if let Some(AtBound { zero, top }) = v.at_bound {
        facts.push(("weights at 0, at the top".to_owned(), format!("{:.0} %, {:.0} %", 100.0 * zero, 100.0 * top)));
    }
    if let Some((v_mv, threshold_mv)) = v.peak_mv {
        for (name, mv) in [("highest V", v_mv), ("its threshold", threshold_mv)] {
            facts.push((name.to_owned(), format!("{mv:.1} mV").replace('-', "−")));
        }
    }
    facts
}

fn silent(v: &Vitals<'_>) -> Option<Finding> {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let mute = recent.iter().filter(|trial| trial.spikes == 0).count();
    if (mute as f64) < SILENT * recent.len() as f64 || recent.is_empty() {
        return None;
    }
    let spikes: u64 = recent.iter().map(|trial| u64::from(trial.spikes)).sum();
    let potential = v.peak_mv.map_or(String::new(), |(highest, threshold)| {
        format!("; highest V {highest:.1} mV, threshold {threshold:.1} mV").replace('-', "−")
    });
    let evidence = format!("{spikes} output spikes in the last {} images{potential}", recent.len());
    let back = v.back(&[
        (P::VTh, Side::Above),
        (P::VThOut, Side::Above),
        (P::RateMax, Side::Below),
        (P::Norm, Side::Below),
        (P::TauM, Side::Below),
        (P::Ramp, Side::Below),
        (P::Gate, Side::Above),
        (P::ThetaPlus, Side::Above),
        (P::PresentMs, Side::Below),
        (P::WMax, Side::Below),
    ]);
    let remedy = back.unwrap_or_else(|| {
        let mut steps = Vec::new();
        if v.protocol == Protocol::Classification {
            if let Some((highest, threshold)) = v.peak_mv.filter(|(highest, _)| *highest > v.params.get(P::EL) + 1.0) {
                let lower = v.params.get(P::VTh) - (threshold - highest) - 1.0;
                steps.push(remedy(P::VTh, lower.floor(), "The potentials come that far: a threshold just below lets neurons fire."));
            }
            let more = (2.0 * v.params.get(P::RateMax)).max(128.0);
            steps.push(remedy(P::RateMax, more, "More spikes from the pixels depolarise the neurons further."));
            let more = (2.0 * v.params.get(P::Norm)).max(40.0);
            steps.push(remedy(P::Norm, more, "A larger sum of weights lets each spike of a pixel count for more."));
        }
        let last = v.scaled(P::Ramp, 4.0, "A steeper drive after the gate brings the outputs to their threshold in time.");
        steps.into_iter().find(|step| v.allows(step)).unwrap_or(last)
    });
    Some(Finding { condition: Condition::Silent, evidence, remedy })
}

fn runaway(v: &Vitals<'_>) -> Option<Finding> {
    if v.protocol != Protocol::Classification {
        // a neuron of a race fires once an image
        return None;
    }
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let spikes = recent.iter().map(|trial| f64::from(trial.spikes)).sum::<f64>() / recent.len() as f64;
    let fast = spikes / ceiling(v.params);
    if fast < CROWD {
        return None;
    }
    let evidence = format!(
        "{spikes:.0} output spikes per image, as many as {fast:.0} neurons fire at their fastest ({:.0} Hz each); {} of {} neurons fired",
        1e3 * ceiling(v.params) / v.params.get(P::PresentMs),
        v.active,
        v.neurons
    );
    let back = v.back(&[
        (P::Inhibition, Side::Below),
        (P::Norm, Side::Above),
        (P::VTh, Side::Below),
        (P::RateMax, Side::Above),
        (P::TauM, Side::Above),
        (P::Sigma, Side::Above),
        (P::WMax, Side::Above),
    ]);
    let remedy = back.unwrap_or_else(|| {
        let stronger = (2.0 * v.params.get(P::Inhibition)).max(120.0);
        remedy(P::Inhibition, stronger, "Stronger lateral inhibition lets the first to fire silence the others.")
    });
    Some(Finding { condition: Condition::Runaway, evidence, remedy })
}

fn saturated(v: &Vitals<'_>) -> Option<Finding> {
    let AtBound { zero, top } = v.at_bound?;
    // between soft bounds steps shrink: only one that is too large gets to 0
    let overshoots = v.params.choice(P::Bounds) == "soft" && zero >= AT_ZERO;
    let evidence = if top >= AT_TOP {
        format!(
            "{:.0} % of the weight of the neurons that fire most sits in weights as large as their largest; below {:.0} % is usual",
            100.0 * top,
            100.0 * AT_TOP
        )
    } else if overshoots {
        format!(
            "{:.0} % of the weights of the neurons that fire most are exactly 0 mV, which soft bounds only allow when a step overshoots",
            100.0 * zero
        )
    } else {
        return None;
    };
    let back = v.back(&[
        (P::Eta, Side::Above),
        (P::StdpEta, Side::Above),
        (P::RewardRight, Side::Above),
        (P::WMax, Side::Below),
        (P::Norm, Side::Above),
    ]);
    let rate = if v.params.choice(P::Rule) == "stdp-then-r-stdp" { P::StdpEta } else { P::Eta };
    let remedy =
        back.unwrap_or_else(|| v.scaled(rate, 0.1, "Smaller steps stop short of the bound, so that weights remember more than one image."));
    Some(Finding { condition: Condition::Saturated, evidence, remedy })
}

fn dead(v: &Vitals<'_>) -> Option<Finding> {
    let few = (v.active as f64) < FEW * v.neurons as f64
        && v.neurons >= POPULATION
        && v.protocol == Protocol::Classification
        && v.outputs_learn_since.is_some_and(|images| images >= GRACE);
    let evidence = if v.dead > 0 && v.dead as f64 >= DEAD * v.neurons as f64 {
        format!(
            "{} of {} neurons cannot reach their threshold, even if an image drove them half as much again as the best of thirty",
            v.dead, v.neurons
        )
    } else if few {
        format!("only {} of {} neurons fired in the last few hundred images", v.active, v.neurons)
    } else {
        return None;
    };
    let back = v.back(&[
        (P::Eta, Side::Above),
        (P::Norm, Side::Below),
        (P::ThetaPlus, Side::Above),
        (P::VTh, Side::Above),
        (P::RateMax, Side::Below),
        (P::TauM, Side::Below),
        (P::ThetaPlus, Side::Below),
        (P::PresentMs, Side::Below),
    ]);
    let remedy = back.unwrap_or_else(|| {
        let more = (2.0 * v.params.get(P::Norm)).max(40.0);
        remedy(P::Norm, more, "A larger sum of weights lets each spike of a pixel count for more.")
    });
    Some(Finding { condition: Condition::Dead, evidence, remedy })
}

/// The answer given most among the last images, and its share of them.
fn favourite(v: &Vitals<'_>) -> Option<(u8, f64)> {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let mut given = vec![0_usize; 256];
    recent.iter().filter_map(|trial| trial.answer).for_each(|class| given[class as usize] += 1);
    let (class, &most) = given.iter().enumerate().rev().max_by_key(|(_, n)| **n)?;
    (most > 0).then_some((class as u8, most as f64 / recent.len() as f64))
}

fn collapse(v: &Vitals<'_>) -> Option<Finding> {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let (class, share) = favourite(v)?;
    let asked = recent.iter().filter(|trial| trial.label == class).count() as f64 / recent.len() as f64;
    // where one class is all that is shown, one answer is right
    if share < COLLAPSED || asked > 0.5 * share || v.classes < 3 {
        return None;
    }
    let evidence = format!(
        "answer {class} to {:.0} % of the last {} images, of which {:.0} % were a {class}",
        100.0 * share,
        recent.len(),
        100.0 * asked
    );
    let back = v.back(&[(P::ThetaPlus, Side::Below), (P::Eta, Side::Above), (P::DeltaU, Side::Below), (P::Norm, Side::Below)]);
    let remedy = back.or_else(|| v.usual_reward()).unwrap_or_else(|| match v.protocol {
        Protocol::Classification => {
            let more = (4.0 * v.params.get(P::ThetaPlus)).max(0.05);
            remedy(P::ThetaPlus, more, "The winning neurons get a higher threshold, so that other classes get their turn.")
        }
        _ => v.scaled(P::Eta, 0.25, "Smaller steps let the rewards of other classes catch up."),
    });
    Some(Finding { condition: Condition::Collapse, evidence, remedy })
}

/// Rules and rewards from which nothing can be learnt, whatever the network does.
fn nothing_to_learn(v: &Vitals<'_>) -> Option<Finding> {
    let finding = |evidence: String, remedy| Some(Finding { condition: Condition::NothingToLearn, evidence, remedy });
    let accuracy = right_words(v);
    let rule = v.params.choice(P::Rule);
    if rule == "none" {
        let usual = v.preset.get(P::Rule);
        let value =
            if v.preset.choice(P::Rule) == "none" { choice(P::Rule, if v.protocol.races() { "r-max" } else { "r-stdp" }) } else { usual };
        return finding(
            format!("rule = none: no synapse changes{accuracy}"),
            remedy(P::Rule, value, "A rule turns spikes and reward into weight changes."),
        );
    }
    let shown = v.outputs_learn_since.unwrap_or(0);
    let by_reward = match rule {
        "stdp" | "pair-stdp" => false,
        "stdp-then-r-stdp" => shown >= v.params.count(P::StdpImages) as u64,
        _ => v.params.choice(P::Modulator) != "label (comparison)",
    };
    if !by_reward {
        return None;
    }
    let automatic =
        || remedy(P::RewardMode, choice(P::RewardMode, "automatic"), "A reward for right answers is what this rule learns from.");
    match v.params.choice(P::RewardMode) {
        "off" => finding(format!("reward is off and the rule {rule} learns from nothing else{accuracy}"), automatic()),
        "by hand" if v.trials.len() >= FIRST_LOOK && v.trials.iter().rev().take(WINDOW).all(|trial| trial.reward.is_none()) => {
            let n = v.trials.len().min(WINDOW);
            finding(format!("reward is given by hand, and none was in the last {n} images{accuracy}"), automatic())
        }
        "automatic" | "inverted" if v.params.get(P::RewardNoise) >= NOISE => {
            let (p, usual) = (v.params.get(P::RewardNoise), v.preset.get(P::RewardNoise));
            let words = "A reward that is mistaken less often tells right from wrong.";
            let remedy = remedy(P::RewardNoise, if usual < p { usual } else { 0.0 }, words);
            finding(format!("every reward is mistaken with a probability of {p}: it hardly depends on the answer{accuracy}"), remedy)
        }
        "automatic" | "inverted" if v.params.get(P::RewardRight) == v.params.get(P::RewardWrong) => {
            let reward = v.params.get(P::RewardRight);
            let right = if v.preset.get(P::RewardRight) > reward { v.preset.get(P::RewardRight) } else { reward + 1.0 };
            let remedy = remedy(P::RewardRight, right, "Right answers must earn more than wrong ones.");
            finding(format!("right and wrong answers earn the same reward, {reward}{accuracy}"), remedy)
        }
        _ => None,
    }
}

/// "; 9 of 50 answers right", once there are some.
fn right_words(v: &Vitals<'_>) -> String {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let right = recent.iter().filter(|trial| trial.answer == Some(trial.label)).count();
    if recent.is_empty() { String::new() } else { format!("; {right} of the last {} answers right", recent.len()) }
}

fn chance(v: &Vitals<'_>) -> Option<Finding> {
    let learnt = v.outputs_learn_since?;
    let last = &v.trials[v.trials.len().saturating_sub(PLATEAU)..];
    if learnt < GRACE || last.len() < PLATEAU {
        return None;
    }
    let guess = 1.0 / v.classes.max(1) as f64;
    let right = last.iter().filter(|trial| trial.answer == Some(trial.label)).count();
    let spread = (guess * (1.0 - guess) / last.len() as f64).sqrt();
    let share = right as f64 / last.len() as f64;
    if share > guess + SIGMAS * spread {
        return None;
    }
    let evidence = format!("{right} of the last {} answers right ({:.1} %); chance is {:.1} %", last.len(), 100.0 * share, 100.0 * guess);
    let back = v.back(&[
        (P::Eta, Side::Below),
        (P::Eta, Side::Above),
        (P::DeltaU, Side::Above),
        (P::TauPlus, Side::Below),
        (P::TauE, Side::Below),
    ]);
    let remedy = v.usual_reward().or(back).unwrap_or_else(|| v.scaled(P::Eta, 4.0, "Larger steps leave chance sooner."));
    Some(Finding { condition: Condition::Chance, evidence, remedy })
}

/// Judge one neuron under a constant current: `rate_hz` is what it must fire at.
pub fn examine_neuron(params: &Params, rate_hz: f64) -> Health {
    let [current, resistance, rest, threshold] = [P::IExt, P::RM, P::EL, P::VTh].map(|id| params.get(id));
    let facts = vec![
        ("rate, closed form".to_owned(), format!("{rate_hz:.1} Hz")),
        ("V without a threshold".to_owned(), format!("{:.1} mV", rest + resistance * current).replace('-', "−")),
        ("threshold".to_owned(), format!("{threshold:.1} mV").replace('-', "−")),
    ];
    let mut health = Health { facts, ..Health::default() };
    if rate_hz <= 0.0 && params.get(P::Sigma) == 0.0 {
        let rheobase = (threshold - rest) / resistance;
        let evidence =
            format!("{current} nA lift the potential to {:.1} mV, the threshold is at {threshold:.1} mV", rest + resistance * current);
        let value = rounded(rheobase * 1.2).clamp(-5.0, 10.0);
        let reason = format!("The least current that ever makes it fire is {rheobase:.2} nA; this is a little more.");
        health.findings.push(Finding {
            condition: Condition::Silent,
            evidence: evidence.replace('-', "−"),
            remedy: Remedy { id: P::IExt, value, reason },
        });
    }
    health
}
