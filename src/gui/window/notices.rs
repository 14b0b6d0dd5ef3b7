//! Notices. They never need an answer: confirmations fade, errors are laid aside after a while and can be read again from the status
//! bar; they have a strip of their own, so that they cover no view; notices on a preset are shown beside the preset picker, and a rebuild of the network is
//! shown with a button that undoes it.

use crate::files::without_os_codes;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::session::Notice;
use egui::{Align, CornerRadius, FontId, Frame, Galley, Label, Layout, Margin, Panel, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::sync::Arc;

/// Where a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Under the preset picker.
    Preset,
    /// In the strip above the bars at the bottom.
    Strip,
}

/// Good or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Done as asked.
    Good,
    /// Refused or failed: what, why, and the remedy.
    Bad,
}

#[derive(Debug, Clone)]
struct Message {
    place: Place,
    tone: Tone,
    text: String,
    topic: Topic,
    /// Time of the first frame that showed it.
    since: Option<f64>,
    /// After how many seconds it goes by itself; none for one that stays until it is closed.
    fades_s: Option<f64>,
    /// The run that Undo brings back.
    undo: Option<u64>,
    /// Whether it is laid aside.
    aside: bool,
}

/// What a message is about, where that decides how long it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// That the simulation paused; only the last one counts.
    Pause,
    /// That the past cannot be changed; holds as long as the past is shown.
    Past,
    /// That an edited network runs.
    Applied,
    Other,
}

/// Notices on the screen.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    messages: Vec<Message>,
    /// Whether an edited network is being applied, and the run that Undo brought back before.
    applying: bool,
    undone_before: Option<u64>,
    /// What the simulation thread died of.
    pub crashed: Option<String>,
}

/// A confirmation is gone after this many seconds.
const FADE_S: f64 = 5.0;
/// That a value was refused, after this many: nothing was changed, and nothing is lost.
const REFUSED_S: f64 = 15.0;
/// A rebuild, after this many.
const UNDO_S: f64 = 30.0;
/// An error or a confirmation that does not fade is laid aside after this many: its strip takes room from the views.
const ASIDE_S: f64 = 20.0;

impl Notices {
    /// Show a notice. The same text is not repeated.
    pub(crate) fn say(&mut self, place: Place, tone: Tone, text: impl Into<String>) {
        let text = capitalised(&without_os_codes(&text.into()));
        self.messages.retain(|message| message.text != text);
        if place == Place::Preset {
            self.forget_preset();
        }
        let fades_s = (tone == Tone::Good && place == Place::Strip).then_some(FADE_S);
        self.messages.push(Message { place, tone, text, topic: Topic::Other, since: None, fades_s, undo: None, aside: false });
        let strip = self.messages.iter().filter(|message| message.place == Place::Strip).count();
        if strip > 3
            && let Some(oldest) = self.messages.iter().position(|message| message.place == Place::Strip)
        {
            self.messages.remove(oldest);
        }
    }

    /// Show a confirmation that stays until it is closed.
    pub(crate) fn say_for_long(&mut self, text: impl Into<String>) {
        self.say(Place::Strip, Tone::Good, text);
        self.messages.iter_mut().last().into_iter().for_each(|message| message.fades_s = None);
    }

    /// An edited network is being applied: what the session says of it belongs to the message with Undo.
    pub(crate) fn expect_applied(&mut self) {
        (self.applying, self.undone_before) = (true, self.messages.iter().find_map(|message| message.undo));
    }

    /// The network was rebuilt; Undo brings back the run `previous`.
    pub(crate) fn offer_undo(&mut self, text: impl Into<String>, previous: u64) {
        let applied = self.messages.iter().find(|message| message.topic == Topic::Applied).map(|message| format!(" {}.", message.text));
        self.messages.retain(|message| message.undo.is_none() && message.topic != Topic::Applied);
        self.say(Place::Strip, Tone::Good, format!("{}{}", text.into(), applied.unwrap_or_default()));
        self.messages.iter_mut().last().into_iter().for_each(|message| {
            (message.fades_s, message.undo) = (Some(UNDO_S), Some(previous));
        });
    }

    /// Only this run can be brought back: Undo of another is out of date.
    pub(crate) fn keep_undo(&mut self, put_aside: Option<u64>) {
        self.messages.retain(|message| message.undo.is_none() || message.undo == put_aside);
    }

    /// A value that was asked for was refused, and why.
    pub(crate) fn refuse_value(&mut self, text: impl Into<String>) {
        self.say(Place::Strip, Tone::Bad, text);
        self.messages.iter_mut().last().into_iter().for_each(|message| message.fades_s = Some(REFUSED_S));
    }

    /// Number of messages that are laid aside.
    pub(crate) fn laid_aside(&self) -> usize {
        self.messages.iter().filter(|message| message.aside).count()
    }

    /// Show again the messages that were laid aside.
    pub(crate) fn show_again(&mut self) {
        for message in self.messages.iter_mut().filter(|message| message.aside) {
            (message.aside, message.since) = (false, None);
        }
    }

    /// Pass on what the session reports.
    pub(crate) fn hear(&mut self, notice: Notice) {
        match notice {
            Notice::Done(text) if std::mem::take(&mut self.applying) => self.say_applied(text),
            Notice::Done(text) => self.say(Place::Strip, Tone::Good, text),
            Notice::Saved { run, is_free, .. } => {
                let run = run.display();
                let next = if is_free { "resume it with `spikescope run --resume" } else { "test it with `spikescope eval" };
                let text = format!("Run saved in {run}. Check it with `spikescope replay {run}`, {next} {run}`.");
                self.say(Place::Strip, Tone::Good, text);
            }
            Notice::NotSaved { reason, .. } => self.say(Place::Strip, Tone::Bad, format!("the run was not saved: {reason}")),
            Notice::Paused(text) => {
                self.forget(Topic::Pause);
                self.say_about(Topic::Pause, Tone::Good, text);
            }
            Notice::RefusedInThePast(text) => self.say_about(Topic::Past, Tone::Bad, text),
            Notice::NotStarted(text) => {
                self.applying = false;
                self.say(Place::Strip, Tone::Bad, text);
            }
            Notice::Refused(text) => self.say(Place::Strip, Tone::Bad, text),
            // The banner over the tiles says it, for as long as it holds.
            Notice::Halted(_) => {}
            Notice::Crashed(text) => self.crashed = Some(text),
        }
    }

    /// What became of an edited network, in the message with Undo if it is there already.
    fn say_applied(&mut self, text: String) {
        let before = self.undone_before;
        let is_new = |message: &&mut Message| message.undo.is_some() && message.undo != before;
        if let Some(message) = self.messages.iter_mut().find(is_new) {
            message.text = format!("{} {}.", message.text, capitalised(&text));
        } else {
            self.say_about(Topic::Applied, Tone::Good, text);
        }
    }

    /// The past is left: that it cannot be changed is out of date.
    pub(crate) fn forget_past(&mut self) {
        self.forget(Topic::Past);
    }

    fn forget(&mut self, topic: Topic) {
        self.messages.retain(|message| message.topic != topic);
    }

    fn say_about(&mut self, topic: Topic, tone: Tone, text: String) {
        self.say(Place::Strip, tone, text);
        self.messages.iter_mut().last().into_iter().for_each(|message| message.topic = topic);
    }

    /// A preset was loaded or saved: earlier complaints about one are out of date.
    pub(crate) fn forget_preset(&mut self) {
        self.messages.retain(|message| message.place != Place::Preset);
    }

    /// The texts on the screen, newest last.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|message| message.text.as_str())
    }

    /// Messages that belong under the preset picker.
    pub(crate) fn show_preset(&mut self, ui: &mut Ui, palette: &Palette) {
        let mut closed = None;
        for (index, message) in self.messages.iter().enumerate().filter(|(_, message)| message.place == Place::Preset) {
            if card(ui, message, palette) {
                closed = Some(index);
            }
        }
        if let Some(index) = closed {
            self.messages.remove(index);
        }
    }

    /// All others, and with `all` those as well, in a strip above the bars at the bottom, which takes its room from the views instead of
    /// covering them. Returns its height in points, and whether Undo was clicked.
    pub(crate) fn show_strip(&mut self, ui: &mut Ui, palette: &Palette, all: bool) -> (f32, bool) {
        let now = ui.input(|input| input.time);
        let mut next = f64::INFINITY;
        self.messages.retain_mut(|message| {
            let since = *message.since.get_or_insert(now);
            let stays = message.fades_s.is_none();
            let left = since + message.fades_s.unwrap_or(ASIDE_S) - now;
            if message.place == Place::Preset || message.aside {
                return stays || left > 0.0;
            }
            next = next.min(left);
            message.aside = stays && left <= 0.0;
            stays || left > 0.0
        });
        if next.is_finite() {
            ui.ctx().request_repaint_after_secs(next.max(0.05) as f32);
        }
        let in_strip = |message: &Message| (all || message.place == Place::Strip) && !message.aside;
        let shown: Vec<usize> = (0..self.messages.len()).filter(|&index| in_strip(&self.messages[index])).collect();
        if shown.is_empty() {
            return (0.0, false);
        }
        let width = ui.available_width() - 2.0 * f32::from(MARGIN.left);
        let rows: Vec<(usize, Arc<Galley>)> =
            shown.into_iter().map(|index| (index, words(ui, &self.messages[index], width, palette))).collect();
        let height = rows.iter().map(|(_, words)| row_height(words)).sum::<f32>() + 2.0 * f32::from(MARGIN.top);
        let frame = Frame::new().fill(palette.raised).inner_margin(MARGIN);
        let strip = Panel::bottom("notices").exact_size(height).frame(frame).resizable(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let mut answer = None;
            for (index, words) in rows {
                answer = row(ui, &self.messages[index], words, palette).map(|given| (index, given)).or(answer);
            }
            answer
        });
        let mut undo = false;
        if let Some((index, answer)) = strip.inner {
            self.messages.remove(index);
            undo = answer == Answer::Undo;
        }
        (height, undo)
    }
}

/// Space around the messages of the strip, and the height of a line with its space, in points.
const MARGIN: Margin = Margin { left: 12, right: 12, top: 2, bottom: 2 };
const LINE: f32 = 26.0;
/// Width of what stands beside the text of a message: a dot before it, a button and a cross behind it.
const DOT: f32 = 14.0;
const BUTTON: f32 = 60.0;
const CROSS: f32 = 22.0;

/// The text of a message, wrapped to the room that it has in a strip of this width.
fn words(ui: &Ui, message: &Message, width: f32, palette: &Palette) -> Arc<Galley> {
    let room = width - DOT - CROSS - if message.undo.is_some() { BUTTON + 6.0 } else { 0.0 };
    ui.painter().layout(message.text.clone(), FontId::proportional(12.0), palette.text, room.max(60.0))
}

fn row_height(words: &Galley) -> f32 {
    LINE.max(words.size().y + 8.0)
}

/// A line of the strip.
fn row(ui: &mut Ui, message: &Message, words: Arc<Galley>, palette: &Palette) -> Option<Answer> {
    let color = if message.tone == Tone::Good { palette.good } else { palette.bad };
    let size = vec2(ui.available_width(), row_height(&words));
    let line = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().interact_size.y = 20.0;
        let (dot, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
        ui.painter().circle_filled(dot.center(), 3.0, color);
        ui.add(Label::new(words).selectable(true));
        let undo = message.undo.is_some() && theme::button(ui, Sign::None, "Undo", Weight::Usual, BUTTON).clicked();
        let closed = close_cross(ui, "Close message", palette).clicked();
        if undo { Some(Answer::Undo) } else { closed.then_some(Answer::Close) }
    });
    line.inner
}

/// What was clicked on a notice.
#[derive(PartialEq, Eq)]
enum Answer {
    Close,
    Undo,
}

/// A sentence begins with a capital; names of files and parameters are no sentence.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let word = text.split(' ').next().unwrap_or_default();
    match letters.next() {
        Some(first) if word.chars().all(char::is_alphabetic) => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// A small card with a dot in its colour and a cross. Returns whether it was closed.
fn card(ui: &mut Ui, message: &Message, palette: &Palette) -> bool {
    let color = if message.tone == Tone::Good { palette.good } else { palette.bad };
    Frame::new()
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, color.gamma_multiply(0.6)))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(8, 6))
        .show(ui, |ui| {
            let width = ui.available_width();
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let (dot, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
                ui.painter().circle_filled(dot.center(), 3.0, color);
                ui.vertical(|ui| {
                    ui.set_width(width - 8.0 - 16.0 - 12.0);
                    ui.add(Label::new(RichText::new(&message.text).size(12.0)).wrap().selectable(true));
                });
                close_cross(ui, "Close message", palette).clicked()
            })
            .inner
        })
        .inner
}

/// A small cross to close things with.
pub(crate) fn close_cross(ui: &mut Ui, label: &str, palette: &Palette) -> egui::Response {
    if theme::is_figure(ui.ctx()) {
        return ui.allocate_exact_size(egui::Vec2::ZERO, Sense::hover()).1;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    let color = if response.hovered() || response.has_focus() { palette.text } else { palette.dim };
    let arm = rect.shrink(4.5);
    for ends in [[arm.left_top(), arm.right_bottom()], [arm.right_top(), arm.left_bottom()]] {
        ui.painter().line_segment(ends, Stroke::new(1.3, color));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_applied_is_told_with_undo_whichever_comes_first() {
        for snapshot_first in [true, false] {
            let mut notices = Notices::default();
            notices.offer_undo("Applied A.", 1);
            notices.expect_applied();
            if snapshot_first {
                notices.offer_undo("Applied B.", 2);
            }
            notices.hear(Notice::Done("the weights of A->B are kept".to_owned()));
            if !snapshot_first {
                notices.offer_undo("Applied B.", 2);
            }
            assert_eq!(notices.texts().collect::<Vec<_>>(), ["Applied B. The weights of A->B are kept."]);
            notices.hear(Notice::Done("saved".to_owned()));
            assert_eq!(notices.texts().count(), 2);
        }
    }

    #[test]
    fn errors_are_laid_aside_after_a_while_and_shown_again_until_they_are_closed() {
        let ctx = egui::Context::default();
        let mut notices = Notices::default();
        notices.say(Place::Strip, Tone::Bad, "cannot write out.csv");
        notices.say(Place::Strip, Tone::Good, "Saved out.svg");
        let frame = |notices: &mut Notices, time: f64| {
            let input = egui::RawInput { time: Some(time), ..Default::default() };
            let mut output = ctx.run_ui(input, |ui| {
                notices.show_strip(ui, Palette::of(egui::Theme::Dark), false);
            });
            output.textures_delta.clear();
            (notices.texts().count(), notices.laid_aside())
        };
        assert_eq!([1.0, 5.9, 6.1, 20.5].map(|time| frame(&mut notices, time)), [(2, 0), (2, 0), (1, 0), (1, 0)]);
        assert_eq!([21.5, 500.0].map(|time| frame(&mut notices, time)), [(1, 1), (1, 1)], "it is kept, but takes no room");
        notices.show_again();
        assert_eq!([501.0, 520.0, 522.0].map(|time| frame(&mut notices, time)), [(1, 0), (1, 0), (1, 1)]);
    }

    #[test]
    fn messages_are_sentences_and_those_out_of_date_go() {
        let mut notices = Notices::default();
        for at in ["250 ms", "500 ms"] {
            notices.hear(Notice::Paused(format!("paused when an answer is wrong, at {at}")));
        }
        notices.hear(Notice::RefusedInThePast("the past, at image 3, cannot be changed".to_owned()));
        notices.hear(Notice::Refused("tau_m must lie above 0".to_owned()));
        let texts: Vec<&str> = notices.texts().collect();
        assert_eq!(
            texts,
            ["Paused when an answer is wrong, at 500 ms", "The past, at image 3, cannot be changed", "tau_m must lie above 0"]
        );
        notices.forget_past();
        assert_eq!(notices.texts().count(), 2);
    }
}
