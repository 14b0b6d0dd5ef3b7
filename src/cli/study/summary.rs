//! The output of a study: each job as it ends, and the summary.

use crate::cli::events::{FreeJob, FreeStudyFinished, FreeStudyLine, StudyFinished, StudyJob, StudyLine};
use crate::cli::output::Reporter;
use crate::preset::NetworkPreset;
use crate::session::words::number;
use crate::study::free::{FreeResult, FreeStudy, FreeSummary, quantities};
use crate::study::{Job, JobResult, Study, Summary};

/// Report a finished job.
pub(super) fn told(reporter: &mut Reporter, job: Job, result: &JobResult) {
    let JobResult { variant, seed, train_images, halted, outcomes, digest, .. } = result;
    let test_accuracy = outcomes.first().map_or(0.0, |outcome| outcome.accuracy);
    reporter.event(&StudyJob {
        event: "job",
        job: job.index,
        variant,
        seed: *seed,
        train_images: *train_images,
        test_accuracy,
        halted: halted.as_deref(),
        digest,
    });
    let end = halted.as_ref().map_or_else(String::new, |why| format!(" (halted after {train_images} images: {why})"));
    reporter.say(&format!("{variant}, seed {seed}: {:.2} %{end}", test_accuracy * 100.0));
}

/// `1 seed`, `3 seeds`.
fn seeds(n: usize) -> String {
    format!("{n} seed{}", if n == 1 { "" } else { "s" })
}

/// Print the summary of the study.
pub(super) fn finish(study: &Study, summary: &[Summary], out: &str, reporter: &mut Reporter) {
    let lines: Vec<StudyLine> = summary.iter().map(StudyLine::of).collect();
    reporter.event(&StudyFinished { event: "finished", preset: &study.preset, lines, out });
    let whole = if study.held_out > 0 {
        format!("{} held-out training images", study.test_images)
    } else {
        format!("{} test images", study.test_images)
    };
    reporter.say(&format!("\n{}: accuracy on {whole} after {} training images, {}", study.preset, study.images, seeds(study.seeds.len())));
    for line in summary {
        reporter.say(&sentence(line));
    }
    reporter.say(&format!("tables and figures in {out}"));
}

/// A line of the summary.
fn sentence(line: &Summary) -> String {
    let percent = |value: f64| format!("{:.2}", value * 100.0);
    let mean = line.mean().map_or_else(|| "   ".to_owned(), percent);
    let sd = line.sd().map_or_else(String::new, |sd| format!(" ± {}", percent(sd)));
    let against = line.against.map_or_else(String::new, |against| {
        let width = against.half_width.map_or_else(String::new, |width| format!(" ± {}", percent(width)));
        format!("   {:+.2}{width}", against.difference * 100.0)
    });
    let p = line.p_holm.map_or_else(String::new, |p| if p < 0.001 { "   p < 0.001".to_owned() } else { format!("   p = {p:.3}") });
    let halted = if line.halted > 0 { format!("   {} halted", line.halted) } else { String::new() };
    let indent = if line.damage.is_some() { "  " } else { "" };
    format!("{:32} {mean:>6} %{sd:9}{against:18}{p}{halted}", format!("{indent}{}", line.name))
}

/// Report a finished run of a described network.
pub(super) fn simulated(reporter: &mut Reporter, job: Job, result: &FreeResult) {
    reporter.event(&FreeJob { event: "job", job: job.index, result });
    let rates: Vec<String> = result.populations.iter().map(|one| format!("{} {} Hz", one.name, number(one.rate_hz))).collect();
    let end = result.halted.as_ref().map_or_else(String::new, |why| format!(" (halted: {why})"));
    reporter.say(&format!("{}, seed {}: {}{end}", result.variant, result.seed, rates.join(", ")));
}

/// Print the summary of a study of a described network: every variant with its measured quantities.
pub(super) fn concluded((study, preset): (&FreeStudy, &NetworkPreset), lines: &[FreeSummary], out: &str, reporter: &mut Reporter) {
    let quantities = quantities(&preset.network);
    let duration_ms = preset.task.duration_ms().unwrap_or_default();
    let event = |line: &FreeSummary| FreeStudyLine {
        name: &study.variants[line.variant].name,
        quantity: &quantities[line.quantity].path,
        unit: quantities[line.quantity].unit,
        seeds: line.values.len(),
        mean: line.mean(),
        sd: line.sd(),
        difference: line.against.map(|against| against.difference),
        difference_ci95_half_width: line.against.and_then(|against| against.half_width),
        p_holm: line.p_holm,
        halted: line.halted,
    };
    let lines: Vec<FreeStudyLine> = lines.iter().map(event).collect();
    let duration = number(duration_ms);
    let against =
        if lines.iter().any(|line| line.difference.is_some()) { "; differences from the intact network, paired by seed" } else { "" };
    reporter.say(&format!("\n{}: {duration} ms simulated, {}{against}", study.preset, seeds(study.seeds.len())));
    let mut shown = "";
    for line in &lines {
        if line.name != shown {
            shown = line.name;
            let halted = if line.halted > 0 { format!("   {} halted", line.halted) } else { String::new() };
            reporter.say(&format!("{shown}{halted}"));
        }
        reporter.say(&measured(line));
    }
    reporter.say(&format!("tables in {out}"));
    reporter.event(&FreeStudyFinished { event: "finished", preset: &study.preset, duration_ms, lines, out });
}

fn measured(line: &FreeStudyLine) -> String {
    let unit = if line.unit.is_empty() { String::new() } else { format!(" {}", line.unit) };
    let mean = line.mean.map_or_else(|| "–".to_owned(), number);
    let sd = line.sd.map_or_else(String::new, |sd| format!(" ± {}", number(sd)));
    let difference = line.difference.map_or_else(String::new, |difference| {
        let size = number(difference.abs());
        let sign = if size == "0" {
            ""
        } else if difference < 0.0 {
            "−"
        } else {
            "+"
        };
        let width = line.difference_ci95_half_width.map_or_else(String::new, |width| format!(" ± {}", number(width)));
        format!("{sign}{size}{width}")
    });
    let p = line.p_holm.map_or_else(String::new, |p| if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") });
    format!("  {:24} {:24} {difference:24} {p}", line.quantity, format!("{mean}{sd}{unit}")).trim_end().to_owned()
}
