//! `compare` of free runs: different quantities, and the measured rates, irregularities and weights of both sides. In folders,
//! runs with the same seed form pairs (Student's paired t test).

use super::folders;
use crate::cli::args::CompareArgs;
use crate::cli::events::{Differs, FreeCompareSide, FreeCompared, MeasuredPair, PairedTest};
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::model::Path as Address;
use crate::report::FreeRunFacts;
use crate::rundir::RunDir;
use crate::session::words::number;
use crate::study::compare;
use std::path::Path;

/// Both sides of a comparison.
pub(super) type Sides = [Vec<FreeRunFacts>; 2];

/// The runs of both sides if they are free runs; none if they are training runs.
pub(super) fn sides(first: &Path, second: &Path) -> Result<Option<Sides>, Failure> {
    let is_free = |path: &Path| match RunDir::open(path) {
        Ok(run) => run.is_free(),
        // a folder of runs; one that holds both kinds is compared as training
        Err(_) => folders(path, false).is_err() && folders(path, true).is_ok(),
    };
    match (is_free(first), is_free(second)) {
        (false, false) => Ok(None),
        (true, true) => Ok(Some([read(first)?, read(second)?])),
        (free, _) => {
            let (free, other) = if free { (first, second) } else { (second, first) };
            // a path that is no run at all is reported as such
            folders(other, false)?;
            Err(Failure::input(format!(
                "{} holds free runs and {} training runs; compare two of the same kind",
                free.display(),
                other.display()
            )))
        }
    }
}

fn read(path: &Path) -> Result<Vec<FreeRunFacts>, Failure> {
    let facts = |run: RunDir| FreeRunFacts::read(run.path().display().to_string(), &run).map_err(Failure::input);
    let mut runs = folders(path, true)?.into_iter().map(facts).collect::<Result<Vec<_>, _>>()?;
    runs.sort_by_key(|run| run.session.seed);
    Ok(runs)
}

/// Compare them.
pub(super) fn compare_runs(args: &CompareArgs, sides: &Sides) -> Result<(), Failure> {
    for (option, given) in [("--test-images", args.test_images.is_some()), ("--data", args.data.is_some())] {
        if given {
            return Err(Failure::input(format!("{option} does not apply to free runs, which have no images; leave it out")));
        }
    }
    let mut reporter = Reporter::new(&args.output);
    let [first, second] = sides;
    let side = |path: &Path, runs: &[FreeRunFacts]| FreeCompareSide {
        path: path.display().to_string(),
        preset: runs[0].session.preset.clone(),
        seeds: runs.iter().map(|run| run.session.seed).collect(),
        duration_ms: runs[0].simulated_ms(),
    };
    let event = FreeCompared {
        event: "compared",
        sides: [side(&args.first, first), side(&args.second, second)],
        differs: differences(&first[0], &second[0]),
        measured: measured(first, second),
    };
    if let Some(warning) = lengths(sides) {
        reporter.warn(&warning);
    }
    reporter.event(&event);
    tell(&event, &mut reporter);
    reporter.end()
}

/// The warning about runs of different lengths.
fn lengths(sides: &Sides) -> Option<String> {
    let all = || sides.iter().flatten();
    let equal = all().all(|run| (run.simulated_ms() - all().next().map_or(0.0, FreeRunFacts::simulated_ms)).abs() < 1e-6);
    let range = |side: &[FreeRunFacts]| {
        let ms = || side.iter().map(FreeRunFacts::simulated_ms);
        let [least, most] = [ms().fold(f64::INFINITY, f64::min), ms().fold(0.0, f64::max)].map(number);
        if least == most { format!("{least} ms") } else { format!("{least} to {most} ms") }
    };
    (!equal).then(|| {
        format!(
            "the runs have different lengths, A {} and B {}; rates and CV are means over the whole of each run, and weights are those at its end; extend the shorter one with `spikescope run --resume DIR --duration TIME`",
            range(&sides[0]),
            range(&sides[1])
        )
    })
}

/// Differences in everything that determines the runs.
fn differences(first: &FreeRunFacts, second: &FreeRunFacts) -> Vec<Differs> {
    let (a, b) = (&first.session, &second.session);
    let ms = |run: &FreeRunFacts| format!("{} ms", number(run.simulated_ms()));
    let mut pairs = vec![
        ("preset".to_owned(), a.preset.clone(), b.preset.clone()),
        ("simulated".to_owned(), ms(first), ms(second)),
        ("seed".to_owned(), a.seed.to_string(), b.seed.to_string()),
        ("version".to_owned(), a.version.clone(), b.version.clone()),
        ("changes during the run".to_owned(), a.applied.len().to_string(), b.applied.len().to_string()),
    ];
    let (of_first, of_second) = (facts(first), facts(second));
    let absent = || "–".to_owned();
    let value = |of: &[(String, String)], name: &str| of.iter().find(|(known, _)| known == name).map_or_else(absent, |(_, v)| v.clone());
    let more = of_second.iter().filter(|(name, _)| !of_first.iter().any(|(known, _)| known == name));
    for (name, _) in of_first.iter().chain(more) {
        pairs.push((name.clone(), value(&of_first, name), value(&of_second, name)));
    }
    pairs.into_iter().filter(|(_, a, b)| a != b).map(|(name, first, second)| Differs { name, first, second }).collect()
}

/// Everything that describes a network, by path: all quantities, and models, ends, wirings and rules.
fn facts(run: &FreeRunFacts) -> Vec<(String, String)> {
    let network = &run.preset.network;
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut add = |owner: &str, field: &str, value: String| facts.push((Address::new(owner, field).to_string(), value));
    for population in &network.populations {
        add(&population.name, "model", population.model.name().to_owned());
    }
    for projection in &network.projections {
        add(&projection.name, "ends", format!("{} to {}", projection.from, projection.to));
        add(&projection.name, "wiring", projection.wiring.text());
        add(&projection.name, "receptor", projection.receptor_name().to_owned());
        add(&projection.name, "rule", projection.rule.as_ref().map_or("–", |rule| rule.name()).to_owned());
    }
    let entries = network.entries().into_iter().chain(run.preset.task.entries(network));
    facts.extend(entries.map(|entry| (entry.path.to_string(), entry.text())));
    facts
}

/// What was measured on both sides: means over the runs, and the paired test.
fn measured(first: &[FreeRunFacts], second: &[FreeRunFacts]) -> Vec<MeasuredPair> {
    let values = |side: &[FreeRunFacts], path: &str| -> Vec<(u64, f64)> {
        let value = |run: &FreeRunFacts| run.measured().into_iter().find(|(quantity, _)| quantity.path == path)?.1;
        side.iter().filter_map(|run| Some((run.session.seed, value(run)?))).collect()
    };
    let mean = |values: &[(u64, f64)]| (!values.is_empty()).then(|| values.iter().map(|(_, v)| v).sum::<f64>() / values.len() as f64);
    let mut quantities: Vec<_> = first[0].measured().into_iter().map(|(quantity, _)| quantity).collect();
    for (quantity, _) in second[0].measured() {
        if !quantities.contains(&quantity) {
            quantities.push(quantity);
        }
    }
    let several = first.len() + second.len() > 2;
    let pair = |quantity: crate::study::free::Quantity| {
        let [a, b] = [values(first, &quantity.path), values(second, &quantity.path)];
        let paired = if several { compare(&b, &a) } else { None };
        MeasuredPair {
            first: mean(&a),
            second: mean(&b),
            paired: paired.map(|pairs| PairedTest {
                pairs: pairs.n,
                difference: pairs.difference,
                ci95_half_width: pairs.half_width,
                p: pairs.p,
            }),
            unit: quantity.unit,
            quantity: quantity.path,
        }
    };
    quantities.into_iter().map(pair).collect()
}

fn tell(event: &FreeCompared, reporter: &mut Reporter) {
    for (letter, side) in [("A", &event.sides[0]), ("B", &event.sides[1])] {
        let seeds: Vec<String> = side.seeds.iter().map(ToString::to_string).collect();
        reporter.say(&format!(
            "{letter}: {}, {}, seed {}: {} ms simulated",
            side.path,
            side.preset,
            seeds.join(", "),
            number(side.duration_ms)
        ));
    }
    reporter.say(if event.differs.is_empty() { "\nno differences" } else { "\ndifference                       A              B" });
    event.differs.iter().for_each(|Differs { name, first, second }| reporter.say(&format!("{name:30} {first:>14} {second:>14}")));
    let pairs = event.measured.iter().filter_map(|one| one.paired.as_ref()).map(|paired| paired.pairs).max();
    reporter.say("\nmeasured                                  A              B          B - A");
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
    for MeasuredPair { quantity, unit, first, second, paired } in &event.measured {
        let name = if unit.is_empty() { quantity.clone() } else { format!("{quantity} ({unit})") };
        let mut difference = shown(first.zip(*second).map(|(first, second)| second - first));
        if let Some(PairedTest { difference: mean, ci95_half_width, p, .. }) = paired {
            let width = ci95_half_width.map_or_else(String::new, |width| format!(" ± {}", number(width)));
            let p = p.map_or_else(String::new, |p| if p < 0.001 { "   p < 0.001".to_owned() } else { format!("   p = {p:.3}") });
            difference = format!("{}{width}{p}", number(*mean));
        }
        reporter.say(&format!("{name:28} {:>14} {:>14} {difference:>14}", shown(*first), shown(*second)));
    }
    if let Some(pairs) = pairs {
        reporter.say(&format!("\nB - A over {pairs} pairs of equal seeds, ± half the 95 % confidence interval; paired t test"));
    }
}
