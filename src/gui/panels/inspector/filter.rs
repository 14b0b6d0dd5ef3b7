//! A filter of a hidden layer: its weights, and where and when it responded in the current image.

use super::{head, line};
use crate::gui::paint::atlas::Atlas;
use crate::gui::paint::colour::Shading;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::paint::texture::Cached;
use crate::gui::panel::Context;
use crate::gui::panels::derived;
use crate::gui::state::HiddenChoice;
use crate::gui::theme::{self, Sign, Weight};
use crate::session::{BankView, HiddenSpike, Snapshot};
use egui::{Color32, Rect, Sense, TextureOptions, Ui, pos2, vec2};

/// The texture of the filter.
#[derive(Default)]
pub(super) struct Picture {
    texture: Cached<(Vec<f32>, [f32; 2])>,
}

/// Maximum side of the filter's image, in points.
const SIDE: f32 = 120.0;
/// Maximum number of targets listed.
const DRIVEN: usize = 5;
/// Maximum number of spikes listed.
const LISTED: usize = 12;

/// The selected filter, if this network has it.
pub(super) fn chosen<'a>(cx: &Context<'a>) -> Option<(HiddenChoice, &'a BankView)> {
    let choice = cx.ui_state.selected_hidden?;
    let bank = cx.snapshot.hidden.get(choice.bank)?;
    ((choice.channel as usize) < bank.channels()).then_some((choice, bank))
}

/// Its properties: name and value.
fn rows(snapshot: &Snapshot, choice: HiddenChoice, bank: &BankView) -> Vec<(String, String)> {
    let spikes = spikes(choice, bank);
    let mut rows = vec![
        ("hidden layer".to_owned(), (choice.bank + 1).to_string()),
        ("filter".to_owned(), format!("{} of {}", choice.channel, bank.channels())),
    ];
    if let Some(site) = choice.site {
        let (columns, lines) = bank.seen_from(site, snapshot.trial.size);
        rows.push(("site".to_owned(), bank.site_words(site)));
        rows.push(("columns".to_owned(), format!("{} to {}", columns.start, columns.end.saturating_sub(1))));
        rows.push(("rows".to_owned(), format!("{} to {}", lines.start, lines.end.saturating_sub(1))));
    } else {
        rows.push(("sites".to_owned(), format!("{} × {}", bank.sites.0, bank.sites.1)));
    }
    rows.push(("spikes this image".to_owned(), count(spikes.len() as u64)));
    if let Some(first) = spikes.first() {
        rows.push(("first spike".to_owned(), format!("{} ms", fixed(since_onset(snapshot, first), 1))));
    }
    rows
}

/// Spikes of the filter in this image, only at the selected site if there is one.
fn spikes(choice: HiddenChoice, bank: &BankView) -> Vec<&HiddenSpike> {
    let its = |spike: &&HiddenSpike| spike.channel == choice.channel && choice.site.is_none_or(|site| site == spike.site);
    bank.spikes.iter().filter(its).collect()
}

/// The neurons or filters with the strongest synapses from this filter, and the mean weight.
fn driven(choice: HiddenChoice, bank: &BankView, snapshot: &Snapshot) -> Vec<(String, String)> {
    let name = |target: usize| {
        // each filter of the last layer is one neuron
        if bank.outgoing.filters && choice.bank + 1 < snapshot.hidden.len() {
            return format!("filter {target} of layer {}", choice.bank + 2);
        }
        format!("neuron {target}, {}", derived::class_words(snapshot, derived::class_of(snapshot, target as u32)))
    };
    let strongest = bank.outgoing.strongest(choice.channel as usize, DRIVEN).into_iter();
    strongest.map(|(target, w)| (name(target), format!("{} mV", signed(f64::from(w), 3)))).collect()
}

fn since_onset(snapshot: &Snapshot, spike: &HiddenSpike) -> f64 {
    spike.step.saturating_add(1).saturating_sub(derived::onset(snapshot)) as f64 * snapshot.dt_ms
}

impl Picture {
    pub(super) fn ui(&mut self, ui: &mut Ui, choice: HiddenChoice, bank: &BankView, cx: &mut Context) {
        let rect = ui.available_rect_before_wrap();
        let room = ui.interact(rect, ui.scope_id().with("filter"), Sense::hover());
        let rows = rows(cx.snapshot, choice, bank);
        text::label(&room, egui::Role::Image, || {
            let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let driven: Vec<String> = driven(choice, bank, cx.snapshot).iter().map(|(target, w)| format!("{target} by {w}")).collect();
            let drives = if driven.is_empty() { String::new() } else { format!("; drives {}", driven.join(", ")) };
            format!("Filter: {}{drives}", facts.join(", "))
        });
        let back = format!("Back to neuron {}", cx.ui_state.selected_neuron);
        if theme::button(ui, Sign::None, &back, Weight::Usual, 0.0).clicked() {
            cx.ui_state.selected_hidden = None;
        }
        theme::scrolled(ui, "filter", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let side = SIDE.min(ui.available_width()).min((rect.height() * 0.4).max(40.0));
            let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), side + 8.0), Sense::hover());
            self.paint(ui, Rect::from_min_size(area.min, vec2(side, side)), choice, bank);
            rows.iter().for_each(|(name, value)| line(ui, name, value, cx));
            let spikes = spikes(choice, bank);
            if !spikes.is_empty() && choice.site.is_none() {
                head(ui, "Responses in this image", cx);
            }
            for spike in spikes.iter().take(LISTED).filter(|_| choice.site.is_none()) {
                line(ui, &bank.site_words(spike.site), &format!("{} ms", fixed(since_onset(cx.snapshot, spike), 1)), cx);
            }
            if spikes.len() > LISTED && choice.site.is_none() {
                head(ui, &format!("and {} more", plural((spikes.len() - LISTED) as u64, "spike")), cx);
            }
            let driven = driven(choice, bank, cx.snapshot);
            if !driven.is_empty() {
                head(ui, &format!("Strongest targets (mean of {})", plural(bank.outgoing.synapses as u64, "synapse")), cx);
            }
            driven.iter().for_each(|(target, w)| line(ui, target, w, cx));
        });
    }

    fn paint(&mut self, ui: &Ui, rect: Rect, choice: HiddenChoice, bank: &BankView) {
        let taps = bank.size * bank.size;
        let own = bank.filters[choice.channel as usize * taps..][..taps].to_vec();
        let shading = Shading::of(&bank.filters);
        let key = (own.clone(), [shading.min, shading.max]);
        let texture = self.texture.get(ui.ctx(), "inspected filter", TextureOptions::NEAREST, key, || {
            Atlas::paint(&[0], &own, taps, (bank.size, bank.size), shading).image
        });
        let border = 1.0 / (bank.size as f32 + 2.0);
        let uv = Rect::from_min_max(pos2(border, border), pos2(1.0 - border, 1.0 - border));
        ui.painter().image(texture, rect, uv, Color32::WHITE);
    }
}
