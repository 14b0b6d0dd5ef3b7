//! The output of a study: each job as it ends, and the summary.

use crate::cli::events::{StudyFinished, StudyJob, StudyLine};
use crate::cli::output::Reporter;
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

/// Print the summary of the study.
pub(super) fn finish(study: &Study, summary: &[Summary], out: &str, reporter: &mut Reporter) {
    let lines: Vec<StudyLine> = summary.iter().map(StudyLine::of).collect();
    reporter.event(&StudyFinished { event: "finished", preset: &study.preset, lines, out });
    let whole = if study.held_out > 0 {
        format!("{} held-out training images", study.test_images)
    } else {
        format!("{} test images", study.test_images)
    };
    reporter.say(&format!("\n{}: accuracy on {whole} after {} training images, {} seeds", study.preset, study.images, study.seeds.len()));
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
