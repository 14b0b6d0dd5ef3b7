//! `characterise`: what one neuron of a population does under constant currents, a step of current and noise, and its phase plane.

use super::args::CharacteriseArgs;
use super::failure::Failure;
use super::output::Reporter;
use super::quantities::{apply_sets, set_twice};
use super::stop::Stop;
use super::{locate, plan};
use crate::experiment::characterise::{
    CurvePoint, NoisyIntervals, Onset, PhasePlane, Protocol, RateCurve, Response, StepResponse, Subject, evenly,
};
use crate::files::{NewDir, is_vacant};
use crate::model::template::Frame;
use crate::model::{FixedPoint, NetworkSpec};
use crate::preset::{Opened, open};
use crate::report::{Characterised, write_characterised};
use serde::Serialize;

/// Currents of `--current` at most.
const MOST_CURRENTS: usize = 1000;

/// The line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    preset: &'a str,
    population: &'a str,
    model: &'a str,
    /// Unit of all currents.
    unit: &'a str,
    dt_ms: f64,
    protocol: &'a Protocol,
    onset: Onset,
    rheobase: Option<f64>,
    gain: Option<f64>,
    curve: &'a [CurvePoint],
    response: &'a Response,
    noise: &'a NoisyIntervals,
    /// Without current and during the step; null without a second variable.
    fixed_points: Option<&'a [Vec<FixedPoint>; 2]>,
    out: Option<String>,
    files: &'a [String],
}

/// Characterise a neuron. All faults are found before anything is simulated.
pub(super) fn characterise(args: &CharacteriseArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let (name, network) = network(args)?;
    let subject = Subject::of(&network, &args.population).map_err(Failure::input)?;
    let protocol = protocol(args, &subject)?;
    let out = args.out.as_deref().map(|path| plan::place(Some(path), ""));
    if let Some(NewDir::Named(folder)) = &out
        && !is_vacant(folder).map_err(|error| Failure::input(format!("cannot read {}: {error}", folder.display())))?
    {
        return Err(Failure::input(format!("{} exists and is not empty; name another folder with --out", folder.display())));
    }
    stop.set_graceful(true);
    let go_on = || !stop.asked();
    let done = measure(subject, protocol, &go_on).map_err(Failure::run)?;
    let Some(done) = done else { return Err(Failure::Interrupted("stopped; nothing was written".to_owned())) };
    let mut reporter = Reporter::plain(args.json, args.quiet);
    lines(&name, &done).iter().for_each(|line| reporter.say(line));
    let mut files = Vec::new();
    let folder = out.map(|out| out.make().map(|made| made.0).map_err(|error| (out.wanted().to_owned(), error))).transpose();
    let folder = folder
        .map_err(|(wanted, error)| Failure::input(format!("cannot write {}: {error}; name another folder with --out", wanted.display())))?;
    if let Some(folder) = &folder {
        files = write_characterised(folder, &done).map_err(Failure::run)?;
        reporter.say(&format!("Figures and tables are in {}", folder.display()));
    }
    let Characterised { subject, protocol, curve, step, noise, plane } = &done;
    reporter.event(&Line {
        event: "characterised",
        preset: &name,
        population: &subject.population,
        model: subject.model.name(),
        unit: subject.unit(),
        dt_ms: subject.dt_ms,
        protocol,
        onset: subject.onset(),
        rheobase: curve.rheobase,
        gain: curve.gain(),
        curve: &curve.points,
        response: &step.response(),
        noise,
        fixed_points: plane.as_ref().ok().map(|plane| &plane.fixed_points),
        out: folder.map(|folder| folder.display().to_string()),
        files: &files,
    });
    reporter.end()
}

/// Name of the preset, and its network with every `--set` applied.
fn network(args: &CharacteriseArgs) -> Result<(String, NetworkSpec), Failure> {
    let path = locate::preset(&args.preset).map_err(Failure::input)?;
    let mut preset = match open(&path)? {
        Opened::Network(preset) => *preset,
        // the shipped presets are made for MNIST
        Opened::Experiment(preset) => preset.written_out(Frame::MNIST).ok_or_else(|| {
            let path = path.display();
            Failure::input(format!(
                "{path} has one neuron or one synapse, which has no description; its view in the window shows the curve"
            ))
        })?,
    };
    let mut faults = set_twice(&args.set, &[]);
    faults.extend(apply_sets(&mut preset.network, &mut preset.task, &args.set));
    Failure::faults(&faults)?;
    Ok((locate::preset_name(&path), preset.network))
}

/// The usual protocol with what the arguments give.
fn protocol(args: &CharacteriseArgs, subject: &Subject) -> Result<Protocol, Failure> {
    // longer than in the window, which has to answer at once
    let mut protocol = Protocol { discard_ms: 1000.0, measure_ms: 4000.0, noise_ms: 10_000.0, seed: args.seed, ..Protocol::of(subject) };
    let mut faults = Vec::new();
    let mut take = |option: &str, text: &Option<String>, read: &mut dyn FnMut(&str) -> Result<(), String>| {
        if let Some(Err(fault)) = text.as_deref().map(read) {
            faults.push(format!("{option} {}: {fault}", text.as_deref().unwrap_or_default()));
        }
    };
    take("--current", &args.current, &mut |text| currents(text, subject).map(|read| protocol.currents = read));
    take("--step", &args.step, &mut |text| subject.current(text).map(|read| protocol.step = read));
    take("--noise", &args.noise, &mut |text| {
        let (mean, sd) = text.split_once(',').ok_or("expected MEAN,SD")?;
        (protocol.noise.mean, protocol.noise.sd) = (subject.current(mean)?, subject.current(sd)?);
        if protocol.noise.sd < 0.0 { Err("the standard deviation must not be negative".to_owned()) } else { Ok(()) }
    });
    Failure::faults(&faults)?;
    Ok(protocol)
}

/// `0..40mV:31`; a unit after the second value applies to both.
fn currents(text: &str, subject: &Subject) -> Result<Vec<f64>, String> {
    let parts = text.split_once("..").and_then(|(from, rest)| Some((from.trim(), rest.rsplit_once(':')?)));
    let (from, (to, n)) = parts.ok_or_else(|| "expected FROM..TO:N".to_owned())?;
    let is_of_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let unit = if from.chars().all(is_of_number) { to.trim().trim_start_matches(is_of_number) } else { "" };
    let (from, to) = (subject.current(&format!("{from}{unit}"))?, subject.current(to)?);
    let n = n.trim().parse().ok().filter(|n| (2..=MOST_CURRENTS).contains(n));
    let n = n.ok_or_else(|| format!("N must be a whole number from 2 to {MOST_CURRENTS}"))?;
    if from < to { Ok(evenly(from, to, n)) } else { Err("TO must be above FROM".to_owned()) }
}

fn measure(subject: Subject, protocol: Protocol, go_on: &dyn Fn() -> bool) -> Result<Option<Characterised>, String> {
    let Some(step) = StepResponse::of(&subject, &protocol, go_on)? else { return Ok(None) };
    let plane = PhasePlane::of(&subject, &step);
    let Some(curve) = RateCurve::of(&subject, &protocol, go_on)? else { return Ok(None) };
    let Some(noise) = NoisyIntervals::of(&subject, &protocol, go_on)? else { return Ok(None) };
    Ok(Some(Characterised { subject, protocol, curve, step, noise, plane }))
}

/// The results in words and numbers.
fn lines(name: &str, done: &Characterised) -> Vec<String> {
    let Characterised { subject, protocol, curve, step, noise, plane } = done;
    let (unit, onset) = (subject.unit(), subject.onset());
    let without = if subject.competes { ", without competition" } else { "" };
    let mut lines = vec![format!(
        "{} of {name}: {}{without}, time step {} ms, constant input {} {unit}",
        subject.population,
        subject.model.name(),
        subject.dt_ms,
        subject.constant
    )];
    lines.push(format!("Onset (closed form): {:.4} {unit}; there {}", onset.current, onset.words()));
    let rheobase = curve.rheobase.map(|rheobase| {
        let all_s = (protocol.discard_ms + protocol.measure_ms) * 1e-3;
        format!("Rheobase (simulated): {rheobase:.4} {unit}, from which on a neuron at rest fires within {all_s} s")
    });
    lines.push(rheobase.unwrap_or_else(|| "Rheobase (simulated): not within the currents".to_owned()));
    if let Some(gain) = curve.gain() {
        lines.push(format!("Gain: {gain:.3} Hz per {unit}, the slope of the line through the points that fire"));
    }
    lines.push(format!("Step of {} {unit} for {} ms: {}", protocol.step, protocol.step_ms, step.response().words()));
    let cv = noise.cv.map_or_else(|| "none, too few intervals".to_owned(), |cv| format!("{cv:.3}"));
    lines.push(format!(
        "Noise of mean {} {unit} and standard deviation {} {unit}, correlated over {} ms: {:.2} Hz, CV of the intervals {cv}, {} intervals",
        noise.noise.mean,
        noise.noise.sd,
        noise.noise.tau_ms,
        noise.rate_hz,
        noise.intervals_ms.len()
    ));
    match plane {
        Ok(plane) => {
            let [without, during] = plane.words();
            lines.push(format!("Phase plane without current: {without}"));
            lines.push(format!("Phase plane during the step: {during}"));
        }
        Err(words) => lines.push(words.clone()),
    }
    lines.push(String::new());
    lines.push(format!("{:>14} {:>10} {:>20} {:>18}", format!("current ({unit})"), "rate (Hz)", "first interval (Hz)", "closed form (Hz)"));
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    for CurvePoint { current, rate_hz, first_hz, closed_hz } in &curve.points {
        lines.push(format!("{current:>14.3} {rate_hz:>10.2} {:>20} {:>18}", optional(*first_hz), optional(*closed_hz)));
    }
    lines
}
