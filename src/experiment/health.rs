//! Conditions that prevent learning, as a pure function of a few statistics; each finding has evidence and one parameter to change.

use super::remedy::{Remedy, Side, choice, remedy, rounded};
use super::vitals::{AtBound, PLATEAU, Vitals, WINDOW, ceiling};
use crate::params::{ParamId as P, Params};

/// Images before the first evaluation.
const FIRST_LOOK: usize = 20;
/// Fraction of images without an output spike above which a network is silent.
const SILENT: f64 = 0.9;
/// Number of neurons firing at their maximum rate that counts as runaway.
const CROWD: f64 = 6.0;
/// Fraction of a neuron's weight sum at its maximum weight above which it is saturated.
const AT_TOP: f64 = 0.25;
/// Fraction of weights at 0 above which steps are too large.
const AT_ZERO: f64 = 0.05;
/// Fraction of neurons that cannot fire above which they are reported.
const DEAD: f64 = 0.1;
/// Share of neurons that fired at all in the last few hundred images, below which the others are as good as dead, once the storm
/// of spikes of the first images is forgotten; of smaller populations than this every neuron may be needed.
const FEW: f64 = 0.12;
const POPULATION: usize = 40;
/// Reward noise above which rewards carry hardly any information.
const NOISE: f64 = 0.4;
/// Fraction of one class among the answers above which the network gives one answer.
const COLLAPSED: f64 = 0.75;
/// Images of output learning before chance is reported.
const GRACE: u64 = 1000;
/// Standard deviations above chance that still count as chance.
const SIGMAS: f64 = 2.0;

/// A condition that prevents learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Outputs do not fire.
    Silent,
    /// Nearly all neurons fire, or as fast as they can.
    Runaway,
    /// Weight changes reach the bounds.
    Saturated,
    /// Many neurons never fire.
    Dead,
    /// The same answer to every image.
    Collapse,
    /// No reward signal, or no learning rule that uses it.
    NothingToLearn,
    /// Accuracy at chance after a thousand images.
    Chance,
}

impl Condition {
    /// Short name for the status bar.
    pub fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Runaway => "runaway",
            Self::Saturated => "weights saturated",
            Self::Dead => "dead neurons",
            Self::Collapse => "one answer only",
            Self::NothingToLearn => "no reward signal",
            Self::Chance => "at chance",
        }
    }

    /// Description, one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Silent => "The output neurons do not fire, so there is no answer to reward.",
            Self::Runaway => "Too many neurons fire at once, so that neurons do not specialise.",
            Self::Saturated => "Single weight changes reach the bound, so that each image overwrites earlier learning.",
            Self::Dead => "Many neurons never fire, and therefore do not learn.",
            Self::Collapse => "The network gives one answer to nearly every image.",
            Self::NothingToLearn => "Synapses receive no signal that depends on the answer, so accuracy cannot improve.",
            Self::Chance => "After a thousand images accuracy is at chance.",
        }
    }
}

/// A detected condition, its evidence, and a remedy.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The condition.
    pub condition: Condition,
    /// The numbers that show it, with units.
    pub evidence: String,
    /// The parameter to change.
    pub remedy: Remedy,
}

/// The result of an evaluation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    /// Detected conditions, worst first.
    pub findings: Vec<Finding>,
    /// Maximum number of evaluated images.
    pub judged: usize,
    /// Why the network is not evaluated yet.
    pub waits: Option<String>,
    /// The statistics, one per line.
    pub facts: Vec<(String, String)>,
}

impl Health {
    /// Short name of the worst condition, "ok", or that it is too early.
    pub fn word(&self) -> &'static str {
        match self.findings.first() {
            Some(finding) => finding.condition.word(),
            None if self.waits.is_some() => "watching",
            None => "ok",
        }
    }
}

/// Evaluate a network.
pub fn examine(v: &Vitals<'_>) -> Health {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let mut health = Health { judged: recent.len(), facts: facts(v), ..Health::default() };
    if v.outputs_learn_since.is_none() {
        health.waits = Some("A hidden layer is learning; the outputs are evaluated when they start to learn.".to_owned());
        return health;
    }
    // a missing reward signal is known before the first image
    let hopeless = nothing_to_learn(v);
    if recent.len() < FIRST_LOOK {
        health.waits = Some(format!("{} of {FIRST_LOOK} images; from then on the network is evaluated after every image.", recent.len()));
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

/// The statistics, with or without a finding.
fn facts(v: &Vitals<'_>) -> Vec<(String, String)> {
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let n = recent.len().max(1) as f64;
    // an empty sum is a negative zero
    let spikes = recent.iter().map(|trial| f64::from(trial.spikes)).sum::<f64>() + 0.0;
    let right = recent.iter().filter(|trial| trial.answer == Some(trial.label)).count();
    let mut facts = vec![
        ("output spikes".to_owned(), format!("{:.1} per image", spikes / n)),
        ("fired in ~300 images".to_owned(), format!("{} of {}", v.active, v.neurons)),
        (format!("accuracy, last {}", recent.len()), format!("{:.0} %", 100.0 * right as f64 / n)),
    ];
    if let Some((class, share)) = favourite(v) {
        facts.push(("most frequent answer".to_owned(), format!("{class}, {:.0} %", 100.0 * share)));
    }
    if let Some(AtBound { zero, top }) = v.at_bound {
        facts.push(("weights at 0, at maximum".to_owned(), format!("{:.0} %, {:.0} %", 100.0 * zero, 100.0 * top)));
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
        if v.competes() {
            if let Some((highest, threshold)) = v.peak_mv.filter(|(highest, _)| *highest > v.params.get(P::EL) + 1.0) {
                let lower = v.params.get(P::VTh) - (threshold - highest) - 1.0;
                steps.push(remedy(
                    P::VTh,
                    lower.floor(),
                    "Potentials reach this value, so that neurons fire with a threshold just below it.",
                ));
            }
            let more = (2.0 * v.params.get(P::RateMax)).max(128.0);
            steps.push(remedy(P::RateMax, more, "More input spikes depolarise the neurons further."));
            let more = (2.0 * v.params.get(P::Norm)).max(40.0);
            steps.push(remedy(P::Norm, more, "A larger weight sum increases the effect of each input spike."));
        }
        let last = v.scaled(P::Ramp, 4.0, "With a steeper ramp the outputs reach their threshold within the decision window.");
        steps.into_iter().find(|step| v.allows(step)).unwrap_or(last)
    });
    Some(Finding { condition: Condition::Silent, evidence, remedy })
}

fn runaway(v: &Vitals<'_>) -> Option<Finding> {
    if !v.competes() {
        // with first-spike readout a neuron fires once per image
        return None;
    }
    let recent = &v.trials[v.trials.len().saturating_sub(WINDOW)..];
    let spikes = recent.iter().map(|trial| f64::from(trial.spikes)).sum::<f64>() / recent.len() as f64;
    let fast = spikes / ceiling(v.params);
    if fast < CROWD {
        return None;
    }
    let evidence = format!(
        "{spikes:.0} output spikes per image, the maximum of {fast:.0} neurons ({:.0} Hz each); {} of {} neurons fired",
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
        remedy(P::Inhibition, stronger, "With stronger lateral inhibition the first neuron to fire prevents others from firing.")
    });
    Some(Finding { condition: Condition::Runaway, evidence, remedy })
}

fn saturated(v: &Vitals<'_>) -> Option<Finding> {
    let AtBound { zero, top } = v.at_bound?;
    // with soft bounds steps become smaller near 0, so only a step that is too large reaches it
    let overshoots = v.params.choice(P::Bounds) == "soft" && zero >= AT_ZERO;
    let evidence = if top >= AT_TOP {
        format!(
            "{:.0} % of the weight sum of the neurons that fire most is at their maximum weight; normally it is below {:.0} %",
            100.0 * top,
            100.0 * AT_TOP
        )
    } else if overshoots {
        format!(
            "{:.0} % of the weights of the neurons that fire most are exactly 0 mV, which with soft bounds requires steps that are too large",
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
        back.unwrap_or_else(|| v.scaled(rate, 0.1, "Smaller steps do not reach the bound, so that weights reflect more than one image."));
    Some(Finding { condition: Condition::Saturated, evidence, remedy })
}

fn dead(v: &Vitals<'_>) -> Option<Finding> {
    let few = (v.active as f64) < FEW * v.neurons as f64
        && v.neurons >= POPULATION
        && v.competes()
        && v.outputs_learn_since.is_some_and(|images| images >= GRACE);
    let evidence = if v.dead > 0 && v.dead as f64 >= DEAD * v.neurons as f64 {
        format!(
            "{} of {} neurons cannot reach their threshold, even with 1.5 times the input of the best of thirty images",
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
        remedy(P::Norm, more, "A larger weight sum increases the effect of each input spike.")
    });
    Some(Finding { condition: Condition::Dead, evidence, remedy })
}

/// The most frequent answer of the last images, and its fraction.
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
    // the first rewards favour some class by chance, until the others are rewarded too
    if recent.len() < WINDOW {
        return None;
    }
    let asked = recent.iter().filter(|trial| trial.label == class).count() as f64 / recent.len() as f64;
    // if only one class is shown, one answer is right
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
    let remedy = back.or_else(|| v.usual_reward()).unwrap_or_else(|| {
        if v.competes() {
            let more = (4.0 * v.params.get(P::ThetaPlus)).max(0.05);
            remedy(P::ThetaPlus, more, "A higher threshold of the winning neurons allows other classes to win.")
        } else {
            v.scaled(P::Eta, 0.25, "Smaller steps reduce the advantage of one class.")
        }
    });
    Some(Finding { condition: Condition::Collapse, evidence, remedy })
}

/// Learning rules and rewards that carry no signal, whatever the network does.
fn nothing_to_learn(v: &Vitals<'_>) -> Option<Finding> {
    let finding = |evidence: String, remedy| Some(Finding { condition: Condition::NothingToLearn, evidence, remedy });
    let accuracy = right_words(v);
    let rule = v.params.choice(P::Rule);
    if rule == "none" {
        let usual = v.preset.get(P::Rule);
        let value =
            if v.preset.choice(P::Rule) == "none" { choice(P::Rule, if v.setup.races() { "r-max" } else { "r-stdp" }) } else { usual };
        return finding(
            format!("rule = none: weights do not change{accuracy}"),
            remedy(P::Rule, value, "A learning rule converts spikes and reward to weight changes."),
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
    let automatic = || remedy(P::RewardMode, choice(P::RewardMode, "automatic"), "This rule learns from a reward for right answers.");
    match v.params.choice(P::RewardMode) {
        "off" => finding(format!("reward is off, and the rule {rule} learns only from reward{accuracy}"), automatic()),
        "by hand" if v.trials.len() >= FIRST_LOOK && v.trials.iter().rev().take(WINDOW).all(|trial| trial.reward.is_none()) => {
            let n = v.trials.len().min(WINDOW);
            finding(format!("reward is by hand, and none was given in the last {n} images{accuracy}"), automatic())
        }
        "automatic" | "inverted" if v.params.get(P::RewardNoise) >= NOISE => {
            let (p, usual) = (v.params.get(P::RewardNoise), v.preset.get(P::RewardNoise));
            let words = "With less reward noise the reward depends on the answer.";
            let remedy = remedy(P::RewardNoise, if usual < p { usual } else { 0.0 }, words);
            finding(format!("reward_noise is {p}, so that the reward hardly depends on the answer{accuracy}"), remedy)
        }
        "automatic" | "inverted" if v.params.get(P::RewardRight) == v.params.get(P::RewardWrong) => {
            let reward = v.params.get(P::RewardRight);
            let right = if v.preset.get(P::RewardRight) > reward { v.preset.get(P::RewardRight) } else { reward + 1.0 };
            let remedy = remedy(P::RewardRight, right, "Right answers must get a higher reward than wrong ones.");
            finding(format!("right and wrong answers get the same reward, {reward}{accuracy}"), remedy)
        }
        _ => None,
    }
}

/// "; 9 of 50 answers right", if there are answers.
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
    let remedy = v.usual_reward().or(back).unwrap_or_else(|| v.scaled(P::Eta, 4.0, "Learning is faster with larger steps."));
    Some(Finding { condition: Condition::Chance, evidence, remedy })
}

/// Evaluate one neuron under a constant current: `rate_hz` is the predicted rate.
pub fn examine_neuron(params: &Params, rate_hz: f64) -> Health {
    let [current, resistance, rest, threshold] = [P::IExt, P::RM, P::EL, P::VTh].map(|id| params.get(id));
    let facts = vec![
        ("predicted rate".to_owned(), format!("{rate_hz:.1} Hz")),
        ("steady-state V".to_owned(), format!("{:.1} mV", rest + resistance * current).replace('-', "−")),
        ("threshold".to_owned(), format!("{threshold:.1} mV").replace('-', "−")),
    ];
    let mut health = Health { facts, ..Health::default() };
    if rate_hz <= 0.0 && params.get(P::Sigma) == 0.0 {
        let rheobase = (threshold - rest) / resistance;
        let evidence = format!(
            "{current} nA depolarise the neuron to {:.1} mV, below the threshold of {threshold:.1} mV",
            rest + resistance * current
        );
        let value = rounded(rheobase * 1.2).clamp(-5.0, 10.0);
        let reason = format!("The minimum current for firing (rheobase) is {rheobase:.2} nA; this is slightly more.");
        health.findings.push(Finding {
            condition: Condition::Silent,
            evidence: evidence.replace('-', "−"),
            remedy: Remedy { id: P::IExt, value, reason },
        });
    }
    health
}
