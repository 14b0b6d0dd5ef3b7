//! The plan of a study of networks that learn from images.

use super::campaign::Campaign;
use super::planned::{Named, create};
use super::{chosen, list};
use crate::cli::args::{AblateArgs, StudyArgs, SweepArgs};
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::plan;
use crate::cli::quantities::set_twice;
use crate::cli::stop::Stop;
use crate::params::{Idle, ParamId};
use crate::preset::Preset;
use crate::rng::{Purpose, stream, uniform};
use crate::study::{self, Kind, Variant, axis};

/// Training images that a sweep holds out for scoring.
const HELD_OUT: usize = 5000;

/// A study to run; none for `--list`.
pub(super) fn ablate(args: &AblateArgs, preset: Preset, name: String, stop: &Stop) -> Result<Option<Box<dyn Campaign>>, Failure> {
    if let Some(silence) = args.silence.first() {
        return Err(Failure::input(format!(
            "--silence {silence}: it applies to described networks; choose one of the ablations of --list"
        )));
    }
    let (preset, data) = subject(&args.study, preset)?;
    let ablation = study::ablation(&preset, data.0.train.classes);
    if args.list {
        return list(&args.study, &ablation.variants, ablation.left_out.iter().map(|(name, why)| (name.as_str(), why.as_str())))
            .map(|()| None);
    }
    let variants = chosen(ablation.variants, &args.only)?;
    warn_of_idle_sets(&args.study, &preset, &variants);
    for (name, why) in &ablation.left_out {
        Reporter::new(&args.study.output).note(&format!("not applicable: {name} ({why})"));
    }
    stop.set_graceful(true);
    Ok(Some(Box::new(create(&args.study, Kind::Ablation, (&preset, name), data, variants, Vec::new(), 0)?)))
}

/// A study to run.
pub(super) fn sweep(args: &SweepArgs, preset: Preset, name: String, stop: &Stop) -> Result<Box<dyn Campaign>, Failure> {
    let (preset, data) = subject(&args.study, preset)?;
    let (typed, faults): (Vec<_>, Vec<_>) = args.axis.iter().map(|text| axis::Typed::parse(text, &preset)).partition(Result::is_ok);
    Failure::faults(&faults.into_iter().filter_map(Result::err).collect::<Vec<_>>())?;
    let typed: Vec<axis::Typed> = typed.into_iter().filter_map(Result::ok).collect();
    // the points are stored in the study's record; they are not drawn again
    let mut rng = stream(args.random_seed, Purpose::Sweep, 0);
    let (variants, axes) = axis::variants(&typed, args.random.map(usize::from), || uniform(&mut rng)).map_err(Failure::input)?;
    check_axes(args, &typed, &preset, &variants)?;
    warn_of_idle_sets(&args.study, &preset, &variants);
    let held_out = if args.on_test_images { 0 } else { HELD_OUT.min(data.0.train.len() / 6).min(data.0.most_held_out()) as u64 };
    if held_out == 0 && !args.on_test_images {
        return Err(Failure::input("there are too few training images to hold some out for the tests; name more, or add --on-test-images"));
    }
    stop.set_graceful(true);
    Ok(Box::new(create(&args.study, Kind::Sweep, (&preset, name), data, variants, axes, held_out)?))
}

/// The preset with every `--set`, and the data.
fn subject(args: &StudyArgs, mut preset: Preset) -> Result<(Preset, Named), Failure> {
    let also: &[_] = if args.epochs.is_some() { &[("epochs", "--epochs")] } else { &[] };
    let mut faults = set_twice(&args.set, also);
    faults.extend(plan::apply_sets(&mut preset, &args.set));
    if !preset.setup.classifies() {
        let path = preset.path.as_ref().map_or_else(String::new, |path| path.display().to_string());
        faults.push(format!("{path} has {}, which does not classify images; choose an MNIST preset", preset.setup));
    }
    if let Some(duration) = &args.duration {
        faults.push(format!("--duration {duration}: it applies to described networks; give the number of --images or --epochs"));
    }
    if let Some(epochs) = args.epochs {
        preset.training.epochs = epochs;
    }
    Failure::faults(&faults)?;
    Ok((preset, plan::load_data(&args.data)?))
}

/// A sweep along a parameter that never has an effect is refused; where it has one in some variants only, that is said.
fn check_axes(args: &SweepArgs, typed: &[axis::Typed], preset: &Preset, variants: &[Variant]) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for id in typed.iter().flat_map(axis::Typed::names).filter_map(|name| ParamId::from_name(name)) {
        let idle: Vec<Idle> = variants.iter().filter_map(|variant| variant.idle(id, preset)).collect();
        let Some(first) = idle.first() else { continue };
        let what = format!("--axis {}: {}", id.spec().name, first.words(|spec| spec.name));
        if idle.len() == variants.len() {
            faults.push(what);
        } else {
            Reporter::new(&args.study.output).warn(&format!("{what} ({} of {} variants)", idle.len(), variants.len()));
        }
    }
    Failure::faults(&faults)
}

/// Say which `--set` has an effect in no variant.
fn warn_of_idle_sets(args: &StudyArgs, preset: &Preset, variants: &[Variant]) {
    let everywhere = |id| variants.iter().map(|variant| variant.idle(id, preset)).collect::<Option<Vec<Idle>>>();
    for warning in plan::idle_sets(&args.set, |id| everywhere(id)?.first().copied()) {
        Reporter::new(&args.output).warn(&warning);
    }
}
