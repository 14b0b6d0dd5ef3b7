//! The reward controls: who gives the reward, and three buttons for a person who wants to be the dopamine.

use crate::gui::panel::Context;
use crate::gui::theme;
use crate::gui::widgets::param_slider::wanted;
use crate::params::{ParamId, Protocol};
use crate::session::Command;
use egui::{RichText, Ui, vec2};

/// Words for the choices of `reward_mode`, in its order, short enough for one row.
const MODES: [&str; 4] = ["Auto", "By hand", "Inverted", "Off"];
/// The choice in which a person gives the reward.
const BY_HAND: usize = 1;

/// Whether reward changes any weight now or later.
fn learns_from_reward(cx: &Context) -> bool {
    cx.snapshot.protocol != Protocol::Classification || !matches!(cx.snapshot.params.choice(ParamId::Rule), "stdp" | "pair-stdp")
}

/// Mode, buttons, and what they do just now.
pub(crate) fn reward_controls(ui: &mut Ui, cx: &mut Context) {
    ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
    theme::section_head(ui, "Reward");
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
            if response.on_hover_text("Reward for the image being shown. Keys: + 0 −").clicked() {
                cx.outbox.push(Command::Reward(reward));
            }
        }
    });
    let words = match mode {
        _ if !learns_from_reward(cx) => "The rule of this network learns without reward: none of this changes it.",
        0 => "Answer and label are compared outside the network; a button overrules it.",
        BY_HAND => "You are the dopamine: + 0 − reward this image.",
        2 => "Wrong is right: watch it unlearn.",
        _ => "No reward, no learning from it.",
    };
    ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
}
