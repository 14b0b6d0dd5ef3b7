//! Ablation study: every variant of the network lacks one part and is trained from scratch in parallel with the current run. The
//! study directory has the format of `spikescope ablate`, which can resume it.

use super::curves::{Curve, curves};
use super::options;
use crate::gui::export::comparisons;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::state::curves::{Band, spread};
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::session::{Aspect, MOST_SEEDS, StudyView, Summary};
use egui::{Color32, DragValue, Rect, RichText, Sense, Ui, UiBuilder, vec2};

/// View "Ablation".
#[derive(Default)]
pub(super) struct Ablation;

/// Width of the list of ablations, and minimum width of a tile that shows it beside the results, in points.
const LIST: f32 = 232.0;
/// Maximum width of the table of results, in points.
const TABLE: f32 = 620.0;
const BESIDE: f32 = 520.0;
/// Height of the curves in a figure, in points.
const CURVES: f32 = 260.0;
/// Number of seeds from which on a paired t test with Holm's correction can detect an effect of usual size.
const ENOUGH: u64 = 5;
/// Colours of the curves: classes with clearly different colours.
const COLOURS: [u8; 12] = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7, 0, 3];

impl Panel for Ablation {
    fn id(&self) -> &'static str {
        "ablation"
    }

    fn title(&self) -> &'static str {
        "Ablation"
    }

    fn help(&self) -> &'static str {
        "Each variant of the network lacks one part and is trained from scratch with the current parameters, on other cores; the \
         current run continues. The table compares the test accuracy of every variant with that of the intact network: difference \
         in percentage points and p of a paired t test after Holm's correction. The intact network is also tested with noise on \
         its weights, dead neurons and coarse weights."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        match &cx.snapshot.study {
            Some(study) => {
                let stopped = study.work.is_finished() && study.jobs.0 < study.jobs.1;
                let word = if stopped { "done, stopped" } else { "done" };
                let band = cx.ui_state.curves.band;
                let band = if band == Band::Off { "mean" } else { band.words() };
                let what = format!("last 1,000 images, {band}");
                (what, format!("{} of {} {word}", study.jobs.0, study.jobs.1))
            }
            None => ("one part removed in each variant".to_owned(), String::new()),
        }
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::curves(ui, false, cx);
    }

    fn table(&self) -> Table {
        comparisons::ablation
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let rect = ui.available_rect_before_wrap();
        let scroll = |ui: &mut Ui, part: Rect, id: &str, content: &mut dyn FnMut(&mut Ui)| {
            ui.scope_builder(UiBuilder::new().max_rect(part), |ui| {
                ui.set_clip_rect(part.expand(2.0).intersect(ui.clip_rect()));
                theme::scrolled(ui, id, content);
            });
        };
        if theme::is_figure(ui.ctx()) {
            let height = if cx.snapshot.study.is_some() { CURVES } else { rect.height() };
            let (plot, table) = rect.split_top_bottom_at_y(rect.top() + height);
            picture(ui, plot, cx);
            scroll(ui, Rect::from_min_max(table.min + vec2(0.0, 8.0), table.max), "lines", &mut |ui| lines(ui, cx));
        } else if rect.width() > BESIDE {
            let (list, rest) = rect.split_left_right_at_x(rect.left() + LIST);
            let rest = Rect::from_min_max(rest.min + vec2(14.0, 0.0), rest.max);
            scroll(ui, list, "lesions", &mut |ui| choose(ui, cx));
            let (plot, table) = rest.split_top_bottom_at_y(rest.top() + rest.height() * 0.5);
            picture(ui, plot, cx);
            scroll(ui, Rect::from_min_max(table.min + vec2(0.0, 8.0), table.max), "lines", &mut |ui| lines(ui, cx));
        } else {
            scroll(ui, rect, "all", &mut |ui| {
                if cx.snapshot.study.is_some() {
                    let (plot, _) =
                        ui.allocate_exact_size(vec2(ui.available_width(), (rect.height() * 0.5).clamp(90.0, 200.0)), Sense::hover());
                    picture(ui, plot, cx);
                    lines(ui, cx);
                    ui.add_space(8.0);
                }
                choose(ui, cx);
            });
        }
        ui.allocate_rect(rect, Sense::hover());
    }
}

/// Selection of ablations, number of seeds and images; start and stop buttons.
fn choose(ui: &mut Ui, cx: &mut Context) {
    ui.spacing_mut().item_spacing.y = 3.0;
    let (snapshot, palette) = (cx.snapshot, cx.palette);
    let study = snapshot.study.as_ref().filter(|study| !study.work.is_finished());
    let choice = &mut cx.ui_state.ablation;
    match study {
        Some(study) => {
            let stopping = study.work.is_cancelled();
            let words = if stopping { "Stopping …" } else { "Stop ablation" };
            if theme::button(ui, Sign::None, words, Weight::Usual, 0.0).clicked() {
                study.work.cancel();
            }
        }
        None => {
            if theme::button(ui, Sign::None, "Start ablation", Weight::Main, 0.0).clicked() {
                choice.begins = true;
            }
        }
    }
    ui.horizontal(|ui| {
        let label = ui.label("seeds");
        ui.add_enabled(study.is_none(), DragValue::new(&mut choice.seeds).range(1..=MOST_SEEDS).speed(0.05)).labelled_by(label.id);
        ui.add_space(8.0);
        let label = ui.label("images");
        let images = DragValue::new(&mut choice.images).range(100..=1_000_000).speed(100.0).custom_formatter(|n, _| count(n as u64));
        ui.add_enabled(study.is_none(), images).labelled_by(label.id);
    });
    let chosen = 1 + snapshot.lesions.iter().filter(|lesion| !choice.left_out.contains(&lesion.name)).count() as u64;
    let few = if choice.seeds < ENOUGH { " With so few seeds even a large difference can have a large p-value." } else { "" };
    let words = format!("{} to train, {} each.{few}", plural(chosen * choice.seeds, "network"), plural(choice.images, "image"));
    ui.add(egui::Label::new(RichText::new(words).small().color(palette.dim)).wrap());
    ui.add_space(4.0);
    for lesion in snapshot.lesions.iter() {
        let mut chosen = !choice.left_out.contains(&lesion.name);
        if ui.add_enabled(study.is_none(), egui::Checkbox::new(&mut chosen, &lesion.name)).on_hover_text(&lesion.about).changed() {
            if chosen {
                choice.left_out.remove(&lesion.name);
            } else {
                choice.left_out.insert(lesion.name.clone());
            }
        }
    }
}

fn colour(palette: &Palette, variant: usize) -> Color32 {
    if variant == 0 { palette.good } else { palette.class(Some(COLOURS[(variant - 1) % COLOURS.len()])) }
}

/// The curves of all variants, each labelled with a label at its end.
fn picture(ui: &mut Ui, rect: Rect, cx: &Context) {
    let Some(study) = &cx.snapshot.study else {
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            text::calm_sentence(
                ui,
                cx.palette,
                "Choose the ablations and press Start ablation: accuracy curves are plotted here while the networks train.",
            );
        });
        return;
    };
    let percent = |curve: &[(u64, f32)]| curve.iter().map(|&(images, right)| (images as f64, 100.0 * f64::from(right))).collect::<Vec<_>>();
    let band = |variant: usize| {
        let seeds: Vec<_> = study.seed_curves.get(variant).into_iter().flatten().map(|(_, curve)| percent(curve)).collect();
        let choice = cx.ui_state.curves.band;
        let some = seeds.len() > 1 && choice != Band::Off;
        if some { spread(&seeds.iter().map(Vec::as_slice).collect::<Vec<_>>(), choice) } else { Vec::new() }
    };
    let all: Vec<Curve> = study
        .curves
        .iter()
        .enumerate()
        .map(|(variant, curve)| Curve {
            label: label(variant),
            color: colour(cx.palette, variant),
            points: percent(curve),
            raw: Vec::new(),
            band: band(variant),
            marks: Vec::new(),
            strong: variant == 0,
        })
        .collect();
    curves(ui, rect, &all, study.images as f64, &summary(study), cx);
}

/// Letter of a variant: "=" for the intact network, A, B, ... for the ablations.
fn label(variant: usize) -> String {
    if variant == 0 { "=".to_owned() } else { char::from(b'A' + ((variant - 1) % 26) as u8).to_string() }
}

/// The table: a line for every variant and every damage.
fn lines(ui: &mut Ui, cx: &Context) {
    let Some(study) = &cx.snapshot.study else { return };
    let palette = cx.palette;
    ui.spacing_mut().item_spacing.y = 2.0;
    let roomy = ui.available_width() > 380.0;
    // a very wide table is hard to read along its lines
    ui.set_max_width(ui.available_width().min(TABLE));
    let heads = if roomy { "test %   ± SD   diff.  p (Holm)" } else { "test %   diff." };
    row(ui, None, "network", heads, palette.dim, palette);
    let (trained, damaged): (Vec<&Summary>, Vec<&Summary>) = study.summary.iter().partition(|line| line.damage.is_none());
    for line in trained {
        let swatch = Some((label(line.variant), colour(palette, line.variant)));
        row(ui, swatch, &line.name, &if roomy { figures(line) } else { short(line) }, palette.text, palette);
    }
    if !damaged.is_empty() {
        ui.add_space(4.0);
        row(ui, None, "intact network, damaged after training", "", palette.dim, palette);
    }
    for line in damaged {
        row(ui, None, &line.name, &if roomy { figures(line) } else { short(line) }, palette.dim, palette);
    }
    for loss in &study.losses {
        ui.add(egui::Label::new(RichText::new(loss).small().color(palette.bad)).wrap());
    }
    ui.add_space(4.0);
    let legend = format!(
        "Curves: accuracy of the last 1,000 training images. Table: {} after {}, accuracy on all test images with standard deviation over {}; difference from the intact network in percentage points; p of a paired t test after Holm's correction. {}",
        study.title,
        plural(study.images, "image"),
        plural(study.seeds, "seed"),
        if study.work.is_finished() { format!("Saved in {}.", study.folder.display()) } else { String::new() }
    );
    ui.add(egui::Label::new(RichText::new(legend.trim_end()).small().color(palette.dim)).wrap());
}

/// One line of the table: label, name, numbers at the right.
fn row(ui: &mut Ui, swatch: Option<(String, Color32)>, name: &str, figures: &str, color: Color32, palette: &Palette) {
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(vec2(18.0, 16.0), Sense::hover());
        if let Some((label, color)) = swatch {
            ui.painter().text(place.left_center(), egui::Align2::LEFT_CENTER, label, text::number_font(), color);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let figures_color = if color == palette.dim { palette.dim } else { palette.text };
            ui.label(theme::mono(figures).color(figures_color));
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                theme::fitted(ui, RichText::new(name).color(color));
            });
        });
    });
}

/// Columns of equal width, so that numbers are aligned vertically.
fn figures(line: &Summary) -> String {
    let Some(mean) = line.mean() else { return "–".to_owned() };
    // trailing space would shift the other columns
    let none = || "–".to_owned();
    let sd = line.sd().map_or_else(none, |sd| format!("±{}", fixed(100.0 * sd, 2)));
    let against = line.against.map_or_else(none, |against| signed(100.0 * against.difference, 2));
    let p = line.p_holm.map_or_else(none, |p| if p < 0.001 { "<0.001".to_owned() } else { fixed(p, 3) });
    let halted = if line.halted > 0 { format!("  {} halted", line.halted) } else { String::new() };
    format!("{:>6} {sd:>7} {against:>7} {p:>7}{halted}", fixed(100.0 * mean, 2))
}

/// For narrow tiles: the mean and the difference only.
fn short(line: &Summary) -> String {
    let Some(mean) = line.mean() else { return "–".to_owned() };
    let against = line.against.map_or_else(|| "–".to_owned(), |against| signed(100.0 * against.difference, 1));
    format!("{:>6} {against:>7}", fixed(100.0 * mean, 1))
}

/// Accessible description of a line.
fn words(line: &Summary) -> String {
    let Some(mean) = line.mean() else { return "–".to_owned() };
    let sd = line.sd().map_or_else(String::new, |sd| format!(" ±{}", fixed(100.0 * sd, 2)));
    let against = line.against.map_or_else(String::new, |against| format!(", {} points", signed(100.0 * against.difference, 2)));
    let p = line.p_holm.map_or_else(String::new, |p| if p < 0.001 { ", p<0.001".to_owned() } else { format!(", p={}", fixed(p, 3)) });
    format!("{} %{sd}{against}{p}", fixed(100.0 * mean, 2))
}

fn summary(study: &StudyView) -> String {
    let words = study.summary.iter().filter(|line| line.mean().is_some()).map(|line| format!("{} {}", line.name, words(line)));
    let words = words.collect::<Vec<_>>().join("; ");
    let words = if words.is_empty() { "no network has finished yet".to_owned() } else { words };
    format!("Ablation of {}, {} of {} networks: {words}", study.title, study.jobs.0, study.jobs.1)
}
