//! The user's choices in the window. They are saved between starts and read tolerantly: missing or unknown fields get their
//! defaults, so that a damaged file never prevents a start.

pub(crate) mod beside;
pub mod choices;
pub mod colours;
pub(crate) mod compare;
pub mod curves;
pub(crate) mod derived_preset;
pub(crate) mod editing;
pub mod figure;
pub(crate) mod follow;
pub(crate) mod library;
pub mod outbox;
pub(crate) mod places;
pub(crate) mod undo;

use crate::gui::state::choices::{AblationChoice, FieldOrder, MembraneChoice, NeuronChoice, RasterChoice, SpikeList};
use crate::gui::state::editing::Editing;
use crate::session::{Asked, Moment, Speed, SpikeAsked, SpikeMoment, Whom};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Increased when saved layouts of older versions no longer fit; they are then replaced by the default.
pub const LAYOUT_VERSION: u32 = 1;
/// The help entry on the editor of networks.
pub(crate) const EDITOR_HELP: &str = "Assemble a network";
/// Maximum number of recent presets.
const RECENT: usize = 8;
/// Maximum number of entries of other saved lists.
const LISTED: usize = 64;

/// Dark, light, or the theme of the desktop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
    /// The theme of the desktop.
    #[default]
    System,
    /// Light on dark, high contrast.
    DarkContrast,
    /// Dark on light, high contrast.
    LightContrast,
}

/// State of the window. Contains no state of the experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UiState {
    /// The neuron shown by the inspector and the membrane trace, and marked in other views.
    pub selected_neuron: u32,
    /// Whether that neuron is pinned; otherwise views follow the winner.
    pub neuron_pinned: bool,
    /// The filter of a hidden layer that the inspector shows instead of a neuron.
    #[serde(skip)]
    pub selected_hidden: Option<HiddenChoice>,
    /// Text in the search box of the parameter panel; not saved.
    #[serde(skip)]
    pub search: String,
    /// Whether snapshots contain the digest of the state while paused. No view shows it; tests compare it.
    #[serde(skip)]
    pub digest: bool,
    /// Colours.
    pub theme: ThemeChoice,
    /// Number of finished steps of the tour; larger than the number of steps if it was skipped.
    pub hints_seen: u8,
    /// Recently opened presets, newest first.
    pub recent_presets: Vec<PathBuf>,
    /// Presets that the user saved, or opened from a folder of their own, newest first.
    pub own_presets: Vec<PathBuf>,
    /// The folder that a preset was saved to last.
    pub preset_folder: Option<PathBuf>,
    /// Collapsed groups of the parameter panel.
    pub folded_groups: Vec<String>,
    /// The last chosen speed while images are shown; `None` before the first choice.
    pub speed: Option<Speed>,
    /// Whether the left panel is visible.
    pub show_parameters: bool,
    /// The time at which an answer is explained.
    pub why_moment: Moment,
    /// Whether the selected neuron is explained instead of the winner.
    pub why_selected: bool,
    /// Whether the difference to the rival is painted instead of the contributions.
    pub why_difference: bool,
    /// The moment at which the potential of the selected neuron of a free run is explained; a time belongs to its run.
    #[serde(skip)]
    pub spike_moment: SpikeMoment,
    /// What the list of that explanation shows.
    pub spike_list: SpikeList,
    /// The characterised population, and the plot.
    pub characterise: choices::CharacteriseChoice,
    /// A view that another view has requested to open, until the tiles have opened it.
    #[serde(skip)]
    pub wants_panel: Option<&'static str>,
    /// A view that was opened by name: its keyboard-operated element takes the focus.
    #[serde(skip)]
    pub wants_focus: Option<&'static str>,
    /// The network that is being edited in the Network view; not saved.
    #[serde(skip)]
    pub(crate) editing: Option<Box<Editing>>,
    /// The colours of populations; not saved.
    #[serde(skip)]
    pub colours: colours::Colours,
    /// Runs from disk to compare with; not saved.
    #[serde(skip)]
    pub compared: Compared,
    /// The chosen ablations.
    pub ablation: AblationChoice,
    /// What the raster shows.
    pub raster: RasterChoice,
    /// Whether the spikes of all neurons of a population are drawn, instead of every so many.
    pub all_neurons: bool,
    /// Whether sources of spikes have bands beside those of neurons.
    pub sources: bool,
    /// What the membrane view shows.
    pub membrane: MembraneChoice,
    /// The neurons shown by the views of receptive fields and eligibility.
    pub fields: NeuronChoice,
    /// The order of the receptive fields.
    pub field_order: FieldOrder,
    /// Whether the parameter panel shows all parameters instead of the basic ones.
    pub all_parameters: bool,
    /// Number of recent images in the reward view; `None` for as many as can be distinguished.
    pub reward_images: Option<u16>,
    /// Number of recent images in the accuracy view; `None` for the whole run.
    pub curve_images: Option<u64>,
    /// How accuracy curves are drawn.
    pub curves: curves::CurveChoice,
    /// How figures are saved.
    pub figure: figure::FigureChoice,
    /// The view whose help was requested, until the help view shows it.
    #[serde(skip)]
    pub help_on: Option<&'static str>,
    /// Whether help was opened on request and not closed since.
    #[serde(skip)]
    pub help_asked: bool,
    /// The view under the pointer.
    #[serde(skip)]
    pub pointed: Option<&'static str>,
    /// The view that has the keyboard focus.
    #[serde(skip)]
    pub focused: Option<&'static str>,
    /// The view that had the focus or the pointer last.
    #[serde(skip)]
    pub used: Option<&'static str>,
    /// Whether the keyboard was used after the last movement of the pointer.
    #[serde(skip)]
    pub by_keyboard: bool,
}

/// A filter of a hidden layer, at all sites or at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenChoice {
    /// Index of the layer or filter bank.
    pub bank: usize,
    /// Index of the filter.
    pub channel: u32,
    /// The chosen site, if any.
    pub site: Option<u32>,
}

impl HiddenChoice {
    /// Its name in captions.
    pub fn words(&self) -> String {
        format!("hidden {}, filter {}", self.bank + 1, self.channel)
    }
}

/// Runs added for comparison.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// The runs, in the order of their addition.
    pub runs: Vec<std::sync::Arc<crate::session::FinishedRun>>,
    /// Runs that run freely and are left out of the comparison, by [`crate::gui::state::beside::Side::key`].
    pub left_out: std::collections::BTreeSet<String>,
    /// The population or projection that is drawn; the first one if it is not there.
    pub subject: String,
    /// Whether the intervals of the population are drawn instead of its rate.
    pub intervals: bool,
    /// A view requests to add a run.
    pub wants_more: bool,
    /// A view requests to go back to this run of the session.
    pub goes_back_to: Option<u64>,
}

impl Default for UiState {
    fn default() -> Self {
        Self {
            selected_neuron: 0,
            neuron_pinned: false,
            selected_hidden: None,
            search: String::new(),
            digest: false,
            theme: ThemeChoice::default(),
            hints_seen: 0,
            preset_folder: None,
            own_presets: Vec::new(),
            recent_presets: Vec::new(),
            folded_groups: Vec::new(),
            speed: None,
            show_parameters: true,
            why_moment: Moment::default(),
            why_selected: false,
            why_difference: false,
            spike_moment: SpikeMoment::default(),
            spike_list: SpikeList::default(),
            characterise: choices::CharacteriseChoice::default(),
            wants_panel: None,
            wants_focus: None,
            editing: None,
            colours: colours::Colours::default(),
            compared: Compared::default(),
            ablation: AblationChoice::default(),
            raster: RasterChoice::default(),
            all_neurons: false,
            sources: false,
            membrane: MembraneChoice::default(),
            fields: NeuronChoice::default(),
            field_order: FieldOrder::default(),
            all_parameters: false,
            reward_images: None,
            curve_images: None,
            curves: curves::CurveChoice::default(),
            figure: figure::FigureChoice::default(),
            help_on: None,
            help_asked: false,
            pointed: None,
            focused: None,
            used: None,
            by_keyboard: false,
        }
    }
}

impl UiState {
    /// The state as read from disk, with values that no control can set replaced.
    #[must_use]
    pub fn repaired(mut self) -> Self {
        self.recent_presets.truncate(RECENT);
        self.own_presets.truncate(LISTED);
        self.folded_groups.truncate(LISTED);
        self.membrane.pinned.truncate(LISTED);
        self.speed = self.speed.filter(|speed| match speed {
            Speed::ModelMsPerSecond(pace) => *pace > 0.0 && pace.is_finite(),
            Speed::Full => true,
        });
        self
    }

    /// Select a neuron and pin it.
    pub fn select_neuron(&mut self, neuron: u32) {
        self.selected_neuron = neuron;
        self.neuron_pinned = true;
        self.selected_hidden = None;
    }

    /// The explanation to request from the session.
    pub fn why(&self) -> Asked {
        let whom = if self.why_selected { Whom::Neuron(self.selected_neuron) } else { Whom::Decided };
        Asked { whom, moment: self.why_moment }
    }

    /// The same for a network that runs freely.
    pub fn why_spike(&self) -> SpikeAsked {
        SpikeAsked { neuron: self.selected_neuron, moment: self.spike_moment }
    }

    /// The view that F1 explains: the one with the focus if the keyboard was used last, otherwise the one under the pointer.
    pub fn attended(&self) -> Option<&'static str> {
        self.focused.filter(|_| self.by_keyboard).or(self.pointed)
    }

    /// Open the help, on a view if one is given.
    pub fn ask_for_help(&mut self, on: Option<&'static str>) {
        // the editor is explained where networks are
        let edits = self.editing.is_some() && on == Some("graph");
        self.help_on = if edits { Some(EDITOR_HELP) } else { on };
        self.help_asked = true;
        self.wants_panel = Some("help");
    }

    /// Put a preset of the user at the start of their list.
    pub fn remember_own(&mut self, path: PathBuf) {
        self.own_presets.retain(|other| *other != path);
        self.own_presets.insert(0, path);
        self.own_presets.truncate(LISTED);
    }

    /// Put a preset at the start of the recent list.
    pub fn remember_preset(&mut self, path: PathBuf) {
        self.recent_presets.retain(|other| *other != path);
        self.recent_presets.insert(0, path);
        self.recent_presets.truncate(RECENT);
    }
}
