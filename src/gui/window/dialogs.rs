//! File dialogs. The request is made on the thread of the window, the answer is awaited on a worker. Behind a trait, so that
//! tests answer with paths of their own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A preset file to read.
    OpenPreset,
    /// A file to write a preset to.
    SavePreset {
        /// The name to start from.
        name: String,
        /// The folder to start in, if one was used before.
        folder: Option<PathBuf>,
    },
    /// A file to write an export to.
    Export {
        /// The name to start from.
        name: String,
        /// The ending of such files.
        ending: &'static str,
    },
    /// A folder with a run in it, to compare with.
    OpenRun,
    /// A folder with a free run in it, to continue.
    ContinueRun,
    /// A folder of images.
    OpenData,
}

impl Ask {
    /// The ending of the file to write; nothing for what is read.
    fn ending(&self) -> Option<&'static str> {
        match self {
            Self::SavePreset { .. } => Some("ron"),
            Self::Export { ending, .. } => Some(ending),
            Self::OpenPreset | Self::OpenRun | Self::ContinueRun | Self::OpenData => None,
        }
    }

    /// The file that a path stands for: a name without an ending gets that of its kind.
    pub(crate) fn target(&self, path: PathBuf) -> PathBuf {
        match self.ending() {
            Some(ending) if path.extension().is_none() => path.with_extension(ending),
            _ => path,
        }
    }

    /// Whether writing there would replace a file.
    pub(crate) fn replaces(&self, path: &Path) -> bool {
        self.ending().is_some() && path.is_file()
    }
}

/// What came of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// This path was chosen.
    Path(PathBuf),
    /// It was closed.
    Closed,
    /// The desktop has no dialogs to offer.
    Unavailable,
    /// It ended without a path: it was closed, or it failed before it was shown. The focus of the window tells which.
    Nothing,
}

/// Waits for the answer of the dialog. Runs on a worker thread and may block.
pub type Answer = Box<dyn FnOnce() -> Reply + Send>;

/// A dialog is not closed by hand sooner than this after it was asked for.
const TOO_SOON: Duration = Duration::from_millis(350);

/// Something that can ask for a path.
pub trait Dialogs {
    /// Open a dialog and return at once.
    fn ask(&mut self, ask: &Ask) -> Answer;
}

/// The dialogs of the desktop.
#[derive(Debug, Default)]
pub(crate) struct NativeDialogs;

impl Dialogs for NativeDialogs {
    fn ask(&mut self, ask: &Ask) -> Answer {
        let dialog = rfd::AsyncFileDialog::new();
        let presets = |dialog: rfd::AsyncFileDialog| dialog.add_filter("Spikescope preset", &["ron"]);
        // The dialog must be made on this thread; only its answer may be awaited on another.
        match ask {
            Ask::OpenPreset => wait_for(presets(dialog).set_title("Open preset").pick_file()),
            Ask::Export { name, ending } => {
                wait_for(dialog.add_filter(ending.to_uppercase(), &[*ending]).set_title("Save").set_file_name(name).save_file())
            }
            Ask::OpenData => wait_for(dialog.set_title("Open a folder of images").pick_folder()),
            Ask::ContinueRun => wait_for(dialog.set_title("Open run").pick_folder()),
            Ask::OpenRun => wait_for(dialog.set_title("Add a run to compare").pick_folder()),
            Ask::SavePreset { name, folder } => {
                let dialog = presets(dialog).set_title("Save preset").set_file_name(name);
                let dialog = if let Some(folder) = folder { dialog.set_directory(folder) } else { dialog };
                wait_for(dialog.save_file())
            }
        }
    }
}

fn wait_for(answer: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static) -> Answer {
    Box::new(move || {
        let asked = Instant::now();
        let chosen = pollster::block_on(answer).map(|handle| handle.path().to_owned());
        reply(chosen, asked.elapsed())
    })
}

/// A dialog that was closed and one that never opened return the same; one that ends at once was never shown.
fn reply(chosen: Option<PathBuf>, after: Duration) -> Reply {
    match chosen {
        Some(path) => Reply::Path(path),
        None if after < TOO_SOON => Reply::Unavailable,
        None => Reply::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_that_ends_sooner_than_a_hand_could_was_none() {
        assert_eq!(reply(None, Duration::from_millis(20)), Reply::Unavailable);
        assert_eq!(reply(None, Duration::from_secs(2)), Reply::Nothing);
        assert_eq!(reply(Some("a".into()), Duration::ZERO), Reply::Path("a".into()));
    }
}
