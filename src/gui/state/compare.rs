//! Runs to compare: reading their directories on a worker, and listing their differences.

use crate::gui::paint::numbers::{count, plural};
use crate::gui::state::Compared;
use crate::gui::widgets::scale::with_unit;
use crate::params::{ParamId, Params, REGISTRY, Setup};
use crate::rundir::{Metrics, RunDir};
use crate::session::words::time;
use crate::session::{AccuracyPoint, Applied, Aspect, FinishedRun, PutAside, PutAsideBy, Snapshot, Until, bearing, stored};
use std::path::Path;
use std::sync::Arc;

/// Maximum number of runs from disk.
const MOST: usize = 12;

/// The curve and the parameters of the run in a directory.
pub(crate) fn read(path: &Path) -> Result<FinishedRun, String> {
    let words = |error: crate::rundir::RunDirError| error.to_string();
    let run = RunDir::open(path).map_err(words)?;
    if run.is_free() {
        return stored(path);
    }
    let (preset, session) = (run.preset().map_err(words)?, run.session().map_err(words)?);
    let fault = |reason: String| format!("{}: {reason}", path.join("metrics.csv").display());
    let curve = Metrics::read_curve(&run.metrics().map_err(words)?).map_err(fault)?;
    let images = session.ending.as_ref().map_or(curve.last().map_or(0, |&(images, ..)| images), |ending| ending.images);
    let at: Vec<u64> = session.applied.iter().map(|applied| images_before(applied, &preset.params)).collect();
    let (params, until) = bearing(&preset.params, &session.applied, &at, images);
    let name = path.file_name().map_or_else(|| session.preset.clone(), |name| name.to_string_lossy().into_owned());
    Ok(FinishedRun {
        id: 0,
        title: name,
        folder: Some(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        seed: session.seed,
        setup: preset.setup,
        params,
        until,
        images,
        planned: session.images,
        data: image_digest(&session.data.digest).into(),
        free: None,
        applied: Arc::from([]),
        forked_at: None,
        kept: false,
        accuracy: curve.into_iter().map(|(image, raw, mean)| AccuracyPoint { image, raw, mean }).collect(),
    })
}

/// The hash of images and labels alone. Records of version 0.1 contain only this; later ones may append the hash of the class
/// names.
fn image_digest(digest: &str) -> &str {
    digest.split('-').next().unwrap_or_default()
}

/// Number of images shown before a change, which records give in steps. All images take as long as with the parameters of the
/// preset.
fn images_before(applied: &Applied, params: &Params) -> u64 {
    (applied.before.0 as f64 * params.get(ParamId::Dt) / params.image_ms().max(1e-6)) as u64
}

/// Add a run to the comparison. Reading the same directory again replaces its entry; another directory with the same name gets a
/// title that includes its parent folders.
pub(crate) fn add(compared: &mut Compared, mut run: FinishedRun) {
    compared.runs.retain(|known| run.folder.is_none() || known.folder != run.folder);
    let taken = |title: &str| compared.runs.iter().any(|known| known.title == title);
    if let Some(folder) = run.folder.as_ref().filter(|_| taken(&run.title)) {
        let names: Vec<String> = folder.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let longer = (2..=names.len()).map(|n| names[names.len() - n..].join("/"));
        run.title = longer.into_iter().find(|title| !taken(title)).unwrap_or(run.title);
    }
    compared.runs.push(Arc::new(run));
    let surplus = compared.runs.len().saturating_sub(MOST);
    compared.runs.drain(..surplus);
}

/// Differences between `other` and the run of a snapshot in data, planned length and parameters: at most `most` of them, and the
/// number of further ones.
pub(crate) fn listed(other: &FinishedRun, this: &Snapshot, most: usize) -> (Vec<String>, usize) {
    let data = (other.data != this.data).then(|| "other data".to_owned());
    let length = (other.planned != this.trial.total).then(|| format!("planned for {}", plural(other.planned, "image")));
    let first: Vec<String> = data.into_iter().chain(length).collect();
    let (parameters, more) = differences(&other.params, &this.params, other.setup, most.saturating_sub(first.len()));
    (first.into_iter().chain(parameters).collect(), more)
}

/// Parameters in which `other` differs from `this`, as "label value": at most `most` of them, and the number of further ones.
pub(crate) fn differences(other: &Params, this: &Params, setup: Setup, most: usize) -> (Vec<String>, usize) {
    let differ = REGISTRY.iter().filter(|spec| spec.belongs_to(setup) && other.get(spec.id) != this.get(spec.id));
    let mut words: Vec<String> = differ.map(|spec| format!("{} {}", spec.label, with_unit(spec, other.get(spec.id)))).collect();
    let more = words.len().saturating_sub(most);
    words.truncate(most);
    (words, more)
}

/// Earlier parameter values of a run, as "label value until image n": at most `most` of them, and the number of further ones.
pub(crate) fn beginnings(run: &FinishedRun, most: usize) -> (Vec<String>, usize) {
    let words = |until: &Until| {
        let spec = until.id.spec();
        format!("{} {} until image {}", spec.label, with_unit(spec, until.value), count(until.image + 1))
    };
    (run.until.iter().take(most).map(words).collect(), run.until.len().saturating_sub(most))
}

/// Notice text after the network was rebuilt; `None` if a kept run was restored.
pub(crate) fn rebuilt(before: &Snapshot, now: &Snapshot, aside: &PutAside) -> Option<String> {
    let what = match aside.by {
        PutAsideBy::Reset => format!("Reset with seed {}", now.seed),
        PutAsideBy::Preset => format!("Opened preset {}", now.title),
        PutAsideBy::Data => format!("Opened data {}", now.data_name),
        PutAsideBy::Apply => format!("Applied {}", now.title),
        PutAsideBy::Fork if now.free.is_some() => format!("Forked at {}", time(now.step.0 as f64 * now.dt_ms)),
        PutAsideBy::Fork => format!("Forked at image {}", count(now.forked_at.unwrap_or(now.trial.index) + 1)),
        PutAsideBy::Rebuild => {
            let (mut changes, more) = differences(&now.params, &before.params, now.setup, 2);
            if let (Some(now), Some(before)) = (&now.quantities, &before.quantities) {
                let other = |entry: &&crate::model::Entry| before.entry(&entry.path).is_none_or(|known| known.value != entry.value);
                changes.extend(now.entries.iter().filter(other).take(2).map(|entry| format!("{} = {}", entry.path, entry.text())));
            }
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("Network rebuilt with {}{more}", changes.join(", "))
        }
        PutAsideBy::Resume | PutAsideBy::Undo | PutAsideBy::Redo => return None,
    };
    let kept = match aside.model_ms {
        Some(ms) => format!(" ({})", time(ms)),
        None if before.shows(Aspect::Answers) => format!(" ({})", plural(aside.images, "image")),
        None => String::new(),
    };
    Some(format!("{what}. The previous run{kept} is kept."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;
    use crate::params::Template;
    use crate::session::Recorded;
    use crate::time::Step;

    #[test]
    fn change_is_assigned_to_the_image_that_contains_its_step() {
        let mut params = Params::default();
        params.set(ParamId::PresentMs, 200.0).unwrap();
        params.set(ParamId::RestMs, 50.0).unwrap();
        params.set(ParamId::Dt, 0.5).unwrap();
        let at = |step| images_before(&Applied { before: Step(step), change: Recorded::Reward(1.0) }, &params);
        assert_eq!([at(0), at(499), at(500), at(5_000)], [0, 0, 1, 10]);
    }

    fn run(folder: &str, planned: u64) -> FinishedRun {
        FinishedRun {
            id: 0,
            title: folder.rsplit('/').next().unwrap().to_owned(),
            folder: Some(folder.into()),
            seed: 1,
            setup: Setup::Template(Template::Competing),
            params: Params::default(),
            until: Vec::new(),
            images: 10,
            planned,
            data: "a".into(),
            accuracy: Vec::new().into(),
            free: None,
            applied: Arc::from([]),
            forked_at: None,
            kept: false,
        }
    }

    #[test]
    fn different_planned_length_is_listed() {
        let mut this = fixture::classification();
        (this.params, this.trial.total) = (Params::default(), 60_000);
        assert_eq!(listed(&run("a/run", 60_000), &this, 3), (Vec::new(), 0));
        this.trial.total = 180_000;
        let (words, more) = listed(&run("a/run", 60_000), &this, 3);
        assert!(words.len() == 1 && more == 0 && words[0].contains("60,000"), "{words:?}");
        this.data = "b".into();
        assert_eq!(listed(&run("a/run", 60_000), &this, 3).0.len(), 2, "different data are listed");
    }

    #[test]
    fn directories_of_the_same_name_are_separate_runs_and_a_reread_one_is_replaced() {
        let mut compared = Compared::default();
        for folder in ["/x/a/run", "/x/b/run", "/y/b/run", "/x/a/run"] {
            add(&mut compared, run(folder, 60_000));
        }
        let titles: Vec<&str> = compared.runs.iter().map(|run| run.title.as_str()).collect();
        assert_eq!(titles, ["b/run", "y/b/run", "run"]);
    }

    #[test]
    fn only_effective_parameters_that_differ_are_listed() {
        let (mut other, this) = (Params::default(), Params::default());
        other.set(ParamId::TauM, 60.0).unwrap();
        other.set(ParamId::IExt, 3.0).unwrap();
        assert_eq!(
            differences(&other, &this, Setup::Template(Template::Competing), 3),
            (vec!["Membrane time constant 60 ms".to_owned()], 0)
        );
        other.set(ParamId::Eta, 0.5).unwrap();
        assert_eq!(differences(&other, &this, Setup::Template(Template::Competing), 1).1, 1);
        assert_eq!(differences(&this, &this, Setup::Template(Template::Competing), 3), (vec![], 0));
    }
}
