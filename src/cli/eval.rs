//! `eval`: test the network of an earlier run.

use super::args::EvalArgs;
use super::events::Evaluated;
use super::failure::Failure;
use super::output::Reporter;
use super::reopen::Reopened;
use super::stop::Stop;
use super::{machine, plan};
use crate::experiment::TestResult;
use std::fmt::Write;

/// Test the network.
pub(super) fn eval(args: &EvalArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let reopened = Reopened::open(&args.run_dir, args.data.as_deref())?;
    let images = plan::test_images(args.test_images, &reopened.data)?;
    let path = reopened.run.path().display();
    let checkpoint = reopened
        .run
        .checkpoint()
        .map_err(Failure::input)?
        .ok_or_else(|| Failure::input(format!("{path} has no checkpoint yet; resume it with `spikescope train --resume {path}`")))?;
    let trainer = reopened.trainer_at(&checkpoint)?;
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    reporter.start_bar("testing", 0, images);
    let bar = reporter.bar();
    let result = trainer.evaluator().run(images as usize, threads, &|done| bar.set(done as u64), stop.flag());
    reporter.end_bar();
    let result = result.ok_or_else(|| Failure::Interrupted("stopped; nothing was changed".to_owned()))?;
    let session = &reopened.session;
    reporter.event(&Evaluated {
        event: "evaluated",
        preset: &session.preset,
        seed: session.seed,
        train_images: trainer.images_done(),
        test_images: result.images as u64,
        test_accuracy: result.accuracy,
        spikes_per_image: result.spikes_per_image,
        confusion: &result.confusion,
        classes: &reopened.data.class_names,
    });
    reporter.say(&format!(
        "{}, seed {}, after {} training images: {:.2} % of {} test images correct, {:.1} output spikes per image",
        session.preset,
        session.seed,
        trainer.images_done(),
        result.accuracy * 100.0,
        result.images,
        result.spikes_per_image
    ));
    reporter.say(&table(&result, &reopened.data.class_names));
    reporter.end()
}

/// The confusion matrix as text: one row per label, one column per answer, with class names.
fn table(result: &TestResult, names: &[String]) -> String {
    const CORNER: &str = "label \\ answer";
    let letters = |text: &str| text.chars().count();
    let name = |class: usize| names.get(class).map_or("", String::as_str);
    let first = names.iter().map(|name| letters(name)).max().unwrap_or(0).max(letters(CORNER));
    let most = result.confusion.iter().flatten().max().copied().unwrap_or(0).to_string();
    let width = |class: usize| letters(name(class)).max(most.len()) + 1;
    let mut text = format!("{CORNER:>first$}");
    // invariant: writing to a string cannot fail
    let cell = |text: &mut String, value: &str, width: usize| write!(text, "{value:>width$}").unwrap_or_default();
    for class in 0..result.confusion.len() {
        cell(&mut text, name(class), width(class));
    }
    text.push_str("  none");
    for (label, row) in result.confusion.iter().enumerate() {
        let (none, answers) = row.split_last().unwrap_or((&0, &[]));
        text.push('\n');
        cell(&mut text, name(label), first);
        for (class, n) in answers.iter().enumerate() {
            cell(&mut text, &n.to_string(), width(class));
        }
        cell(&mut text, &none.to_string(), 6);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confusion_matrix_is_a_table_with_a_column_for_no_answer() {
        let confusion = vec![vec![10, 2, 0], vec![1, 7, 30]];
        let result = TestResult { images: 50, accuracy: 0.34, confusion, spikes_per_image: 3.0, surprise: None };
        let names = |names: [&str; 2]| names.map(str::to_owned);
        let expected = "label \\ answer  0  1  none\n             0 10  2     0\n             1  1  7    30";
        assert_eq!(table(&result, &names(["0", "1"])), expected);
        let expected = "label \\ answer Bär long  none\n           Bär  10    2     0\n          long   1    7    30";
        assert_eq!(table(&result, &names(["Bär", "long"])), expected);
    }
}
