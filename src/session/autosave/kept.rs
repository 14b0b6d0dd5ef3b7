//! The contents of an autosaved file: writing and reading a run with everything from which it continues.

use crate::datasets::{Data, Reading};
use crate::experiment::{Activity, Origin};
use crate::params::Params;
use crate::preset::{Described, NetworkPreset, Preset};
use crate::rundir::{Checkpoint, CheckpointError, Metrics};
use crate::session::command::Applied;
use crate::session::history::History;
use crate::session::twin::Twin;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Contents of a copy besides the network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::session) struct Kept {
    /// The preset of the run as text, and its path.
    preset: String,
    path: Option<PathBuf>,
    /// The preset as text, with the parameters of its file.
    original: String,
    pub(in crate::session) seed: u64,
    /// Digest of the data.
    data: String,
    /// The data folder, if its name is UTF-8.
    #[serde(default)]
    pub(in crate::session) folder: Option<PathBuf>,
    /// How they were read.
    #[serde(default = "Reading::of_0_1")]
    pub(in crate::session) reading: Reading,
    pub(in crate::session) applied: Vec<Applied>,
    pub(in crate::session) applied_images: Vec<u64>,
    pub(in crate::session) history: History,
    pub(in crate::session) metrics: Metrics,
    /// Set for a network that runs freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::session) free: Option<KeptFree>,
    /// Of a training run that began with learnt weights: bytes of the state that it began with, after those of the present state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start_bytes: Option<usize>,
}

/// What only a network that runs freely has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::session) struct KeptFree {
    pub(in crate::session) activity: Activity,
    /// Model time in ms.
    pub(super) ms: f64,
    /// Bytes of the state that it began with, after those of the present state; `None` if it follows from description and seed.
    start_bytes: Option<usize>,
}

/// A copy to be written. What takes long is left to the writing thread.
pub(in crate::session) struct Copy {
    pub(in crate::session) preset: Preset,
    /// Parameters of the file of the preset.
    pub(in crate::session) original: Params,
    pub(in crate::session) seed: u64,
    pub(in crate::session) applied: Arc<[Applied]>,
    pub(in crate::session) applied_images: Arc<[u64]>,
    pub(in crate::session) history: History,
    pub(in crate::session) metrics: Metrics,
    pub(in crate::session) folder: PathBuf,
    pub(in crate::session) images: u64,
    pub(in crate::session) twin: Twin,
    /// Of a network that runs freely.
    pub(in crate::session) origin: Option<Origin>,
}

impl Copy {
    pub(super) fn write(self, path: &Path) -> Result<(), String> {
        let Self { preset, original, seed, applied, applied_images, history, metrics, folder, images, mut twin, origin } = self;
        let mut state = twin.save();
        let mut start_bytes = None;
        let (data, reading, free) = match twin {
            Twin::Images(trainer) => {
                trainer.start().into_iter().for_each(|start| state.extend_from_slice(start));
                start_bytes = trainer.start().map(|start| start.len());
                (trainer.data().digest(), trainer.data().reading, None)
            }
            Twin::Free(moment) => {
                let ms = moment.run.grid().ms(moment.run.step());
                let start = origin.and_then(|origin| origin.start);
                start.iter().for_each(|start| state.extend_from_slice(start));
                let free = KeptFree { activity: moment.activity, ms, start_bytes: start.map(|start| start.len()) };
                (String::new(), Reading::default(), Some(free))
            }
        };
        let file = preset.network.as_ref().map(|described| described.file.to_ron());
        let kept = Kept {
            preset: preset.to_ron(),
            path: preset.path.clone(),
            original: file.unwrap_or_else(|| Preset { params: original, ..preset }.to_ron()),
            seed,
            data,
            folder: folder.to_str().is_some().then_some(folder),
            reading,
            applied: applied.to_vec(),
            applied_images: applied_images.to_vec(),
            history,
            metrics,
            free,
            start_bytes,
        };
        // invariant: the contents can be serialised as JSON
        let notes = serde_json::to_value(&kept).expect("what is kept is plain data");
        let checkpoint = Checkpoint { images, cpu_s: None, wall_s: 0.0, notes, state };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        crate::files::write_atomic(path, &checkpoint.to_bytes()).map_err(|error| error.to_string())
    }
}

/// A loaded run.
pub(in crate::session) struct Rescued {
    pub(in crate::session) preset: Preset,
    pub(in crate::session) original: Params,
    /// The preset with the values in force.
    pub(in crate::session) in_force: Preset,
    pub(in crate::session) kept: Kept,
    pub(in crate::session) images: u64,
    pub(in crate::session) state: Vec<u8>,
    /// The state that a training run with learnt weights began with.
    pub(in crate::session) start: Option<Arc<[u8]>>,
    /// Set for a network that runs freely.
    pub(in crate::session) origin: Option<Origin>,
}

impl Rescued {
    /// Read and check a file.
    pub(in crate::session) fn read(path: &Path) -> Result<Self, String> {
        let fault = |reason: String| format!("{}: {reason}", path.display());
        let bytes = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        let Checkpoint { images, notes, mut state, .. } = Checkpoint::parse(&bytes).map_err(|error| match error {
            // unlike a run directory, there is no other copy
            CheckpointError::Damaged => fault("the file is truncated or was changed".to_owned()),
            CheckpointError::Foreign | CheckpointError::Newer(_) => fault(error.to_string()),
        })?;
        let kept: Kept = serde_json::from_value(notes).map_err(|error| fault(format!("it is not an autosaved run: {error}")))?;
        if let Some(free) = &kept.free {
            let (preset, origin) = free.read(&kept, &mut state, path)?;
            let (original, in_force) = (preset.params.clone(), preset.clone());
            return Ok(Self { preset, original, in_force, kept, images, state, start: None, origin: Some(origin) });
        }
        let parse = |text: &str| Preset::parse(text, path).map_err(|error| error.to_string());
        let (mut preset, original) = (parse(&kept.preset)?, parse(&kept.original)?);
        preset.path.clone_from(&kept.path);
        if let (Some(now), Some(file)) = (&mut preset.network, original.network) {
            now.file = file.file;
        }
        let mut in_force = preset.clone();
        for Applied { change, .. } in &kept.applied {
            change.set_in(&mut in_force).map_err(fault)?;
        }
        let start = take_start(&mut state, kept.start_bytes, path)?;
        Ok(Self { preset, original: original.params, in_force, kept, images, state, start, origin: None })
    }

    /// Check that the data is that of the run.
    pub(in crate::session) fn check_data(&self, data: &Data) -> Result<(), String> {
        // version 0.1 did not record the class names
        if self.kept.data == data.digest() || self.kept.data == data.image_digest() {
            Ok(())
        } else {
            Err("it was trained on other data than the loaded data".to_owned())
        }
    }
}

/// The state that a run began with, from the end of the bytes.
fn take_start(state: &mut Vec<u8>, bytes: Option<usize>, path: &Path) -> Result<Option<Arc<[u8]>>, String> {
    let Some(bytes) = bytes else { return Ok(None) };
    let at = state.len().checked_sub(bytes).ok_or_else(|| format!("{}: it is not an autosaved run", path.display()))?;
    Ok(Some(state.split_off(at).into()))
}

impl KeptFree {
    /// The preset and what determines the run; the state that it began with is taken from the end of the bytes.
    fn read(&self, kept: &Kept, state: &mut Vec<u8>, path: &Path) -> Result<(Preset, Origin), String> {
        let parse = |text: &str| NetworkPreset::parse(text, path).map_err(|error| error.to_string());
        let (now, file) = (parse(&kept.preset)?, NetworkPreset { path: kept.path.clone(), ..parse(&kept.original)? });
        let start = take_start(state, self.start_bytes, path)?;
        let (network, task) = (Arc::new(now.network), now.task);
        let described = Described { file: Arc::new(file.clone()), network: Arc::clone(&network) };
        let preset = Preset { title: now.title, network: Some(described), ..Preset::from(file) };
        Ok((preset, Origin { network, task, seed: kept.seed, start }))
    }
}
