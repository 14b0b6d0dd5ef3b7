//! The reward controls: where rewards come from, three buttons to give one by hand, and what was given to which image.

use crate::gui::paint::numbers::{count, short};
use crate::gui::panel::Context;
use crate::gui::theme;
use crate::gui::widgets::param_slider::wanted;
use crate::params::ParamId;
use crate::session::{Aspect, Command, Recorded};
use egui::{RichText, Ui, vec2};

/// Words for the choices of `reward_mode`, in its order, short enough for one row.
const MODES: [&str; 4] = ["Auto", "By hand", "Inverted", "Off"];
/// The choice in which rewards are given with the buttons and keys.
pub(crate) const BY_HAND: usize = 1;

/// Whether reward changes any weight now or later.
fn learns_from_reward(cx: &Context) -> bool {
    cx.snapshot.params.idle(ParamId::Modulator, cx.snapshot.setup).is_none()
}

/// Buttons that reward a network that runs freely, over `width` points.
pub(crate) fn buttons_at_any_time(ui: &mut Ui, cx: &mut Context, width: f32) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (words, amount, color) in [("+1", 1.0, cx.palette.good), ("−1", -1.0, cx.palette.bad)] {
            let response = theme::coloured_button(ui, theme::Sign::None, words, theme::Weight::Usual, (width - 6.0) / 2.0, Some(color));
            let help = "Add this amount to the concentration of the neuromodulator before the next step. Keys: + −";
            if response.on_hover_text(help).clicked() {
                cx.outbox.push(Command::Reward(amount));
            }
        }
    });
}

/// The last reward by hand of a network that runs freely.
fn given_freely(cx: &Context) -> Option<String> {
    let (before, amount) = cx.snapshot.applied.iter().rev().find_map(|applied| match applied.change {
        Recorded::Reward(amount) => Some((applied.before, f64::from(amount))),
        _ => None,
    })?;
    let sign = if amount > 0.0 { "+" } else { "" };
    Some(format!("{sign}{} given at {} ms.", short(amount), count((before.0 as f64 * cx.snapshot.dt_ms) as u64)))
}

/// Mode, buttons, and what they do at this moment.
pub(crate) fn reward_controls(ui: &mut Ui, cx: &mut Context) {
    ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
    theme::section_head(ui, "Reward");
    if cx.snapshot.shows(Aspect::Populations) {
        let width = ui.available_width();
        buttons_at_any_time(ui, cx, width);
        let words = given_freely(cx).unwrap_or_else(|| "Press + or − at any time to reward the network.".to_owned());
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
        return;
    }
    let mode = wanted(cx, ParamId::RewardMode) as usize;
    let width = ui.available_width();
    if let Some(chosen) = theme::segments(ui, &MODES, Some(mode), width)
        && chosen != mode
    {
        cx.outbox.push(Command::Set(ParamId::RewardMode, chosen as f64));
    }
    ui.horizontal(|ui| {
        let each = (width - 12.0) / 3.0;
        for (words, reward, color) in [("+1", 1.0, cx.palette.good), ("0", 0.0, cx.palette.text), ("−1", -1.0, cx.palette.bad)] {
            let response = theme::coloured_button(ui, theme::Sign::None, words, theme::Weight::Usual, each, Some(color));
            if response.on_hover_text("Give this reward to the current image. Keys: + 0 −").clicked() {
                cx.outbox.push(Command::Reward(reward));
            }
        }
    });
    let given = cx.snapshot.given_words();
    let (words, color) = match (mode, given) {
        _ if !learns_from_reward(cx) => ("This learning rule does not use rewards.".to_owned(), cx.palette.dim),
        (BY_HAND, None) if cx.snapshot.trial.awaits_reward => (waiting_words(cx), cx.palette.accent),
        (BY_HAND, Some(given)) if cx.snapshot.trial.awaits_reward && !is_for_this(cx) => {
            (format!("{}\n{given}.", waiting_words(cx)), cx.palette.accent)
        }
        (_, Some(given)) => (format!("{given}."), cx.palette.text),
        (0, None) => ("Answer and label are compared outside the network. A button overrules the reward.".to_owned(), cx.palette.dim),
        (BY_HAND, None) => ("The network pauses after each answer. Press +, 0 or − to reward it.".to_owned(), cx.palette.dim),
        (2, None) => ("Wrong answers get the reward of right ones, and the reverse.".to_owned(), cx.palette.dim),
        (4, None) => ("Each image gets the reward that the image before it earned.".to_owned(), cx.palette.dim),
        (_, None) => ("No rewards are given.".to_owned(), cx.palette.dim),
    };
    ui.add(egui::Label::new(RichText::new(words).small().color(color)).wrap());
}

/// Whether the reward given last was for the image being shown.
fn is_for_this(cx: &Context) -> bool {
    cx.snapshot.given.is_some_and(|given| given.image == cx.snapshot.trial.index)
}

/// What the network waits for.
fn waiting_words(cx: &Context) -> String {
    let trial = &cx.snapshot.trial;
    let image = count(trial.index + 1);
    match trial.answer {
        Some(answer) => format!("Image {image}, answer {}: press +, 0 or − to reward it.", cx.snapshot.class_name(answer)),
        None => format!("Image {image}, no answer: press +, 0 or − to reward it."),
    }
}
