//! File dialogs. They open beside the window, never in front of its thread: the request is made here, the answer is
//! awaited on a worker. Behind a trait, so that tests answer with paths of their own.

use std::path::PathBuf;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A preset file to read.
    OpenPreset,
    /// A file to write a preset to.
    SavePreset {
        /// The name to start from.
        name: String,
    },
    /// A file to write an export to.
    Export {
        /// The name to start from.
        name: String,
        /// The ending of such files.
        ending: &'static str,
    },
    /// A folder with a run in it.
    OpenRun,
    /// A folder of images.
    OpenData,
}

/// Waits for the person's answer; `None` when the dialog was closed. Runs on a worker thread and may block.
pub type Answer = Box<dyn FnOnce() -> Option<PathBuf> + Send>;

/// Something that can ask for a path.
pub trait Dialogs {
    /// Open a dialog and return at once.
    fn ask(&mut self, ask: &Ask) -> Answer;
}

/// The dialogs of the desktop.
#[derive(Debug, Default)]
pub(super) struct NativeDialogs;

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
            Ask::OpenRun => wait_for(dialog.set_title("Add a run to compare").pick_folder()),
            Ask::SavePreset { name } => wait_for(presets(dialog).set_title("Save preset").set_file_name(name).save_file()),
        }
    }
}

fn wait_for(answer: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static) -> Answer {
    Box::new(move || pollster::block_on(answer).map(|handle| handle.path().to_owned()))
}
