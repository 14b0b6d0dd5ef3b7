//! `reproduce`: simulate a preset under the conditions of its paper and compare what is measured with the published ranges.

use super::args::ReproduceArgs;
use super::failure::Failure;
use super::machine::{cores, timestamp, vector_instructions};
use super::output::Reporter;
use super::plan;
use super::stop::Stop;
use crate::files::{NewDir, is_vacant};
use crate::params::nearest;
use crate::preset::{Opened, open, shipped};
use crate::report::{Provenance, write_reproduced};
use crate::study::reproduce::{CLASSICS, Checked, Classic, Stated};
use serde::Serialize;
use std::time::{Instant, SystemTime};

/// A measured quantity.
#[derive(Serialize)]
struct Measured<'a> {
    event: &'static str,
    #[serde(flatten)]
    checked: &'a Checked,
}

/// The last line.
#[derive(Serialize)]
struct Finished<'a> {
    event: &'static str,
    preset: &'a str,
    small: bool,
    seed: u64,
    within: usize,
    quantities: usize,
    /// What was set and measured, in order.
    conditions: &'a [Stated],
    figures: &'a [String],
    #[serde(flatten)]
    from: &'a Provenance,
    out: String,
}

/// Reproduce the results of a preset.
pub(super) fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let classic = Classic::of(&args.preset).ok_or_else(|| unknown(&args.preset))?;
    let path = shipped().into_iter().find(|path| path.file_stem().is_some_and(|name| name == classic.preset));
    // invariant: a test reads the preset of every line of the table
    let path = path.ok_or_else(|| unknown(&args.preset))?;
    let Opened::Network(preset) = open(&path)? else { return Err(unknown(&args.preset)) };
    let out = plan::place(args.out.as_deref(), &format!("reproduce-{}-{}", classic.preset, args.seed));
    if let NewDir::Named(folder) = &out
        && !is_vacant(folder).map_err(|error| Failure::input(format!("cannot read {}: {error}", folder.display())))?
    {
        return Err(Failure::input(format!("{} exists and is not empty; name another folder with --out", folder.display())));
    }
    let mut reporter = Reporter::plain(args.json, args.quiet);
    let duration_ms = classic.duration_ms(args.small);
    stop.set_graceful(true);
    reporter.start_bar("simulated ms", 0, duration_ms as u64);
    let begun = Instant::now();
    let done = classic.reproduce((&preset.network, &preset.task), (args.small, args.seed), &mut |ms| {
        reporter.advance_bar(ms as u64);
        !stop.asked()
    });
    reporter.end_bar();
    let Some(done) = done.map_err(Failure::run)? else {
        return Err(Failure::Interrupted("stopped; nothing was written".to_owned()));
    };
    let from = Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        machine: format!("{} {}, {} cores, {}", std::env::consts::OS, std::env::consts::ARCH, cores(), vector_instructions()),
        date: timestamp(SystemTime::now()),
        simulated_ms: duration_ms,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let (folder, _) = out
        .make()
        .map_err(|error| Failure::input(format!("cannot write {}: {error}; name another folder with --out", out.wanted().display())))?;
    let figures = write_reproduced(&folder, &preset.title, &done, &from).map_err(Failure::run)?;
    for stated in &done.conditions {
        reporter.say(&format!("{}: {}", stated.name, stated.words));
    }
    for checked in &done.checked {
        reporter.say(&line(checked));
        reporter.event(&Measured { event: "quantity", checked });
    }
    let (quantities, within) = (done.checked.len(), done.checked.iter().filter(|checked| checked.within).count());
    let words = format!("{within} of {quantities} quantities of {} are within their ranges", classic.preset);
    reporter.say(&format!("{words}; seed {}, report in {}", args.seed, folder.display()));
    let (preset, out) = (classic.preset, folder.display().to_string());
    reporter.event(&Finished {
        event: "reproduced",
        preset,
        small: args.small,
        seed: args.seed,
        within,
        quantities,
        conditions: &done.conditions,
        figures: &figures,
        from: &from,
        out,
    });
    reporter.end()?;
    if within == quantities { Ok(()) } else { Err(Failure::run(format!("{words}; the others are marked in the report"))) }
}

/// `AI: rate of E 37.6 Hz, expected 33.9 to 41.8 Hz (Brunel 2000, table 1): within`.
fn line(checked: &Checked) -> String {
    let Checked { condition, quantity, unit, value, range: (low, high), source, within } = checked;
    let space = if unit.is_empty() { "" } else { " " };
    let value = value.map_or_else(|| "cannot be measured".to_owned(), |value| format!("{value:.3}{space}{unit}"));
    let verdict = if *within { "within" } else { "OUTSIDE" };
    format!("{condition}: {quantity} {value}, expected {low} to {high}{space}{unit}: {verdict}\n    {source}")
}

fn unknown(named: &str) -> Failure {
    let names = || CLASSICS.iter().map(|classic| classic.preset);
    let near = nearest(named, names()).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Failure::input(format!(
        "{named:?} has no published results to compare with; the presets that have some are {}{near}",
        names().collect::<Vec<_>>().join(", ")
    ))
}
