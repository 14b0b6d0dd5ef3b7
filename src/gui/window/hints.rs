//! The tour of the first minutes: three steps, each something to do, in one line over the tiles. A step ends when it was done
//! or with "Next"; the cross skips the rest, and the Help menu starts the tour again.

use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::param_slider::wanted;
use crate::gui::window::notices::close_cross;
use crate::gui::window::reward::BY_HAND;
use crate::params::ParamId;
use crate::session::{Aspect, Command, Recorded, Snapshot};
use egui::{Align, CornerRadius, Frame, Id, Layout, Margin, RichText, Sense, Ui, vec2};

/// What the button of a step does. It is shown until that is done.
#[derive(Clone, Copy)]
enum Offer {
    /// Open a view; its id, and the words of the button.
    View(&'static str, &'static str),
    /// Set the reward mode to rewards by hand.
    ByHand(&'static str),
}

/// One step.
struct Step {
    name: &'static str,
    /// What to do, in full and for a narrow window.
    text: [&'static str; 2],
    /// What its button does.
    offer: Offer,
    /// How often this was done so far.
    done: fn(&Snapshot) -> u64,
}

const TOUR: [Step; 3] = [
    Step {
        name: "Draw",
        text: [
            "The network is learning. Draw an image of your own and see what the network answers.",
            "Draw an image and see what the network answers.",
        ],
        offer: Offer::View("draw", "Start drawing"),
        done: |snapshot| u64::from(snapshot.probed.is_some()),
    },
    Step {
        name: "Teach",
        text: [
            "Choose the right class below your drawing and press Teach: the network learns from it once.",
            "Choose the class of your drawing and press Teach.",
        ],
        offer: Offer::View("draw", "Open drawing"),
        done: |snapshot| recorded(snapshot, |change| matches!(change, Recorded::Shown(_))),
    },
    Step {
        name: "Reward",
        text: [
            "Give the reward by hand: the network waits after each answer. Press + if it is right and − if it is wrong.",
            "By hand, press + for a right answer and − for a wrong one.",
        ],
        offer: Offer::ByHand("Reward by hand"),
        done: |snapshot| recorded(snapshot, |change| matches!(change, Recorded::Reward(_))),
    },
];

fn recorded(snapshot: &Snapshot, is: fn(&Recorded) -> bool) -> u64 {
    snapshot.applied.iter().filter(|applied| is(&applied.change)).count() as u64
}

/// Where views are: whether one exists for this network, and whether it is in sight.
pub(crate) struct Views<'a> {
    pub exists: &'a dyn Fn(&str) -> bool,
    pub in_sight: &'a dyn Fn(&str) -> bool,
}

/// The current step, if the tour is not over.
pub(crate) fn hint_strip(ui: &mut Ui, cx: &mut Context, views: &Views<'_>, actions: &mut Vec<Action>) {
    let steps: Vec<&Step> = TOUR.iter().filter(|step| !matches!(step.offer, Offer::View(id, _) if !(views.exists)(id))).collect();
    let seen = cx.ui_state.hints_seen as usize;
    let Some(step) = steps.get(seen).filter(|_| cx.snapshot.shows(Aspect::Answers)) else { return };
    if was_done(ui, seen, step, cx.snapshot) {
        actions.push(Action::NextHint);
        ui.ctx().request_repaint();
    }
    let palette = cx.palette;
    let frame = Frame::new().fill(palette.tint(palette.accent)).corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 4));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
            ui.painter().circle_filled(dot.center(), 3.0, palette.accent);
            ui.label(theme::strong(step.name));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let cross = close_cross(ui, "Skip tour", palette);
                if cross.on_hover_text("Skip the tour; the Help menu starts it again.").clicked() {
                    actions.push(Action::CloseHints);
                }
                let last = seen + 1 == steps.len();
                let word = if last { "Finish" } else { "Next" };
                if theme::button(ui, Sign::None, word, Weight::Usual, 0.0).clicked() {
                    actions.push(Action::NextHint);
                }
                ui.label(theme::mono(format!("{} of {}", seen + 1, steps.len())).color(palette.dim));
                offer(ui, cx, step.offer, views);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let fits = |words: &&&str| text::width(ui.painter(), words, &egui::FontId::proportional(12.5)) <= ui.available_width();
                    let words = step.text.iter().find(fits).unwrap_or(&step.text[1]);
                    ui.add(egui::Label::new(RichText::new(*words).size(12.5)).truncate());
                });
            });
        });
    });
}

fn offer(ui: &mut Ui, cx: &mut Context, offer: Offer, views: &Views<'_>) {
    let clicked = |ui: &mut Ui, words| theme::button(ui, Sign::None, words, Weight::Main, 0.0).clicked();
    match offer {
        Offer::View(id, words) if !(views.in_sight)(id) => {
            if clicked(ui, words) {
                cx.ui_state.wants_panel = Some(id);
            }
        }
        Offer::ByHand(words) if wanted(cx, ParamId::RewardMode) as usize != BY_HAND => {
            if clicked(ui, words) {
                cx.outbox.push(Command::Set(ParamId::RewardMode, BY_HAND as f64));
            }
        }
        Offer::View(..) | Offer::ByHand(_) => {}
    }
}

/// Whether the step was done since it was shown first.
fn was_done(ui: &Ui, seen: usize, step: &Step, snapshot: &Snapshot) -> bool {
    let (place, now) = (Id::unique("tour"), (step.done)(snapshot));
    let (of, before) = ui.data(|data| data.get_temp::<(usize, u64)>(place)).unwrap_or((usize::MAX, 0));
    // another step, or another run: counted from here
    if of != seen || now < before {
        ui.data_mut(|data| data.insert_temp(place, (seen, now)));
        return false;
    }
    now > before
}
