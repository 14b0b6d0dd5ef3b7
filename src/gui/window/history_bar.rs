//! The history bar: the run from its first image, or first step of a network that runs freely, to now. Drag it, or use the keys, to look back; "Fork here" continues from
//! the displayed moment as a new run, "Live" returns to the present. Ticks mark parameter changes and rewards given by hand;
//! the thin line below shows the progress of the planned training.

use crate::gui::paint::{numbers, text};
use crate::gui::panel::Context;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::widgets::rail;
use crate::gui::widgets::scale::grouped;
use crate::gui::widgets::scale::with_unit;
use crate::gui::window::status_bar::duration;
use crate::params::ParamId;
use crate::session::{Applied, Command, Recorded, RunState, Snapshot};
use egui::accesskit::Action;
use egui::{Align, Key, Layout, Painter, Rect, Response, RichText, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Height of the part that is clicked.
const HEIGHT: f32 = 24.0;
/// Half the width of the handle.
const HANDLE: f32 = 5.0;
/// Changes drawn at most; of more every so many.
const MARKS: usize = 20_000;
/// Changes listed in the tooltip.
const LISTED: usize = 4;
/// Width of the buttons, whichever of them are shown.
const BUTTONS: f32 = 132.0;
/// The longest text of the status.
const LONGEST_STATUS: &str = "computing 10,000,000";

/// The whole bar. Everything at the right of the track has a fixed width: the track must not move under the pointer.
pub(crate) fn history_bar(ui: &mut Ui, cx: &mut Context) {
    let snapshot = cx.snapshot;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let (place, status) = (text_width(ui, &longest_place(snapshot)), text_width(ui, LONGEST_STATUS));
        let right = BUTTONS + place + status + 3.0 * ui.spacing().item_spacing.x;
        let (rect, response) = ui.allocate_exact_size(vec2((ui.available_width() - right).max(60.0), HEIGHT), Sense::click_and_drag());
        if let Some(images) = track(ui, rect, &response, cx) {
            // the right end is the present, whole images or not
            let is_end = images >= present(snapshot);
            cx.outbox.push(if is_end { Command::BackToPresent } else { Command::LookBack(images) });
        }
        if snapshot.free.is_none() {
            plan(ui, rect, cx);
        }
        cell(ui, BUTTONS, |ui| buttons(ui, cx));
        cell(ui, place, |ui| ui.label(theme::mono(place_words(snapshot))));
        let (words, help) = status_words(snapshot);
        cell(ui, status, |ui| ui.label(theme::mono(words).color(cx.palette.dim)).on_hover_text(help));
    });
}

/// Something aligned to the right end of a place of fixed width.
fn cell<R>(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> R) {
    ui.allocate_ui_with_layout(vec2(width, HEIGHT), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(width);
        add(ui);
    });
}

fn text_width(ui: &Ui, words: &str) -> f32 {
    text::width(ui.painter(), words, &text::number_font()).ceil() + 1.0
}

/// Images shown before the present; of a network that runs freely, steps.
fn present(snapshot: &Snapshot) -> u64 {
    match snapshot.looking_back {
        Some(back) => back.present_images,
        None if snapshot.free.is_some() => snapshot.step.0,
        None if snapshot.state == RunState::Finished => snapshot.trial.total,
        // an image that has been answered to its end is one of those that were shown
        None => snapshot.trial.index + u64::from(snapshot.trial.index > 0 && snapshot.trial.elapsed_ms >= snapshot.trial.duration_ms),
    }
}

fn buttons(ui: &mut Ui, cx: &mut Context) {
    ui.spacing_mut().interact_size.y = 20.0;
    if cx.snapshot.looking_back.is_none() {
        ui.add_space(2.0);
        let (dot, _) = ui.allocate_exact_size(vec2(7.0, 16.0), Sense::hover());
        ui.painter().circle_filled(dot.center(), 3.0, cx.palette.good);
        ui.label(RichText::new("live").small().color(cx.palette.dim))
            .on_hover_text("Drag the history bar, or move it with the arrow keys, to look back.");
        return;
    }
    if theme::button(ui, Sign::None, "Live", Weight::Main, 44.0).on_hover_text("Return to the present.").clicked() {
        cx.outbox.push(Command::BackToPresent);
    }
    let help = "Continue from this moment as a new run. The original run is kept in Runs.";
    // only once the requested moment has been computed
    let is_there = cx.snapshot.looking_back.is_some_and(|back| back.target.is_none());
    let fork = ui.add_enabled_ui(is_there, |ui| theme::button(ui, Sign::None, "Fork here", Weight::Usual, 0.0)).inner;
    if fork.on_hover_text(help).clicked() {
        cx.outbox.push(Command::ForkHere);
    }
}

/// A moment on the bar: "image 1,240", or the model time of a step.
fn moment(snapshot: &Snapshot, at: u64) -> String {
    if snapshot.free.is_some() { time_words(snapshot, at) } else { format!("image {}", grouped(at as i64)) }
}

/// Model time of a step in a form of nearly constant width.
fn time_words(snapshot: &Snapshot, step: u64) -> String {
    format!("{} s", numbers::fixed(step as f64 * snapshot.dt_ms * 1e-3, 3))
}

/// The longest text of the place for a while.
fn longest_place(snapshot: &Snapshot) -> String {
    if snapshot.free.is_some() {
        // rounded up, so that the width changes rarely
        let most = time_words(snapshot, present(snapshot).max(1).next_power_of_two().max(1 << 20));
        return format!("{most} of {most}");
    }
    let most = grouped(snapshot.trial.total.max(present(snapshot)) as i64);
    format!("image {most} of {most}")
}

/// "image 120 of 1,240" in the past, "1,240 / 60,000 images" at present.
fn place_words(snapshot: &Snapshot) -> String {
    if snapshot.free.is_some() {
        let present = time_words(snapshot, present(snapshot));
        return snapshot.looking_back.map_or(present.clone(), |back| format!("{} of {present}", time_words(snapshot, back.images)));
    }
    match snapshot.looking_back {
        Some(back) => format!("image {} of {}", grouped(back.images as i64), grouped(back.present_images as i64)),
        None if present(snapshot) > snapshot.trial.total => format!("{} images", grouped(present(snapshot) as i64)),
        None => format!("{} / {} images", grouped(present(snapshot) as i64), grouped(snapshot.trial.total as i64)),
    }
}

/// What happens at the moment, in few words, and what it means.
fn status_words(snapshot: &Snapshot) -> (String, &'static str) {
    if let Some(back) = snapshot.looking_back {
        return match back.target {
            Some(target) if snapshot.free.is_some() => {
                (format!("computing {}", time_words(snapshot, target)), "The run is replayed up to this moment.")
            }
            Some(target) => (format!("computing {}", grouped(target as i64)), "The run is replayed up to this image."),
            None => ("looking back".to_owned(), "The views show this moment of the run. The run is paused."),
        };
    }
    let left = snapshot.trial.total.saturating_sub(snapshot.trial.index) as f64;
    match snapshot.state {
        RunState::Finished => ("finished".to_owned(), "All planned epochs are done; Run adds another epoch."),
        RunState::Paused => ("paused".to_owned(), "Space resumes the run."),
        RunState::Halted(_) => ("stopped".to_owned(), "A check stopped the run."),
        RunState::Running if snapshot.free.is_some() => ("running".to_owned(), "Space pauses the run."),
        RunState::Running if left <= 0.0 => ("past the plan".to_owned(), "Past the planned epochs."),
        RunState::Running if snapshot.pace.images_per_s > 0.05 => {
            (format!("ETA {}", duration(left / snapshot.pace.images_per_s)), "Time left at the present speed.")
        }
        RunState::Running => ("ETA –".to_owned(), "The time left is known after the first images."),
    }
}

/// The part that is dragged. Returns the image asked for.
fn track(ui: &Ui, rect: Rect, response: &Response, cx: &Context) -> Option<u64> {
    let snapshot = cx.snapshot;
    let last = present(snapshot);
    let shown = snapshot.looking_back.map_or(last, |back| back.target.unwrap_or(back.images));
    let span = Rect::from_center_size(pos2(rect.center().x, rect.center().y - 1.0), vec2(rect.width() - 2.0 * HANDLE, 6.0));
    let image_at = |x: f32| (f64::from((x - span.left()) / span.width().max(1.0)).clamp(0.0, 1.0) * last as f64).round() as u64;
    let mut wanted = shown;
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        wanted = image_at(pointer.x);
        response.request_focus();
    }
    let steps = rail::key_steps(ui, response);
    if steps != 0.0 {
        // a key moves by one image, or one millisecond
        let unit = if snapshot.free.is_some() { (1.0 / snapshot.dt_ms).max(1.0) } else { 1.0 };
        wanted = (shown as f64 + steps * unit).clamp(0.0, last as f64) as u64;
    }
    if response.has_focus() {
        rail::remember_focus(ui, response);
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let page = (last / 10).max(1);
        for (key, to) in [(Key::Home, 0), (Key::End, last), (Key::PageUp, shown.saturating_sub(page)), (Key::PageDown, shown + page)] {
            if pressed(key) {
                wanted = to.min(last);
            }
        }
    }
    if let Some(asked) = rail::asked_by_reader(ui, response) {
        wanted = asked.clamp(0.0, last as f64) as u64;
    }
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), wanted as f64, "History"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(last as f64);
        node.set_description(summary(snapshot));
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    if ui.is_rect_visible(rect) {
        paint(ui, response, span, (wanted, last), cx);
    }
    if let Some(pointer) = response.hover_pos().filter(|&at| !plan_place(rect).contains(at)) {
        response.clone().on_hover_text_at_pointer(hover_words(
            snapshot,
            image_at(pointer.x),
            (last as f64 * 4.0 / f64::from(span.width())) as u64,
        ));
    }
    (wanted != shown).then_some(wanted)
}

fn paint(ui: &Ui, response: &Response, span: Rect, (image, last): (u64, u64), cx: &Context) {
    let (palette, painter) = (cx.palette, ui.painter());
    let full = span.expand2(vec2(HANDLE, 0.0));
    let x = |images: u64| span.left() + span.width() * (images as f64 / last.max(1) as f64).min(1.0) as f32;
    painter.rect_filled(full, 3.0, palette.line);
    let mut past = full;
    past.set_right(if last == 0 { span.left() } else { x(image) });
    let strength = if cx.snapshot.looking_back.is_some() { 0.45 } else { 0.7 };
    painter.rect_filled(past, 3.0, palette.trace.gamma_multiply(strength));
    marks(painter, span, &x, cx);
    let handle = Rect::from_center_size(pos2(past.right(), span.center().y), vec2(4.0, 16.0));
    painter.rect_filled(handle, 2.0, palette.accent);
    if response.has_focus() || response.hovered() {
        let ring = if response.has_focus() { palette.trace } else { palette.dim };
        painter.rect_stroke(handle.expand(2.5), 4.0, Stroke::new(1.2, ring), egui::StrokeKind::Inside);
    }
}

/// Above the track a tick for every changed parameter; below it one for every reward by hand, lower for a negative one, and
/// for every drawn image.
fn marks(painter: &Painter, span: Rect, x: &impl Fn(u64) -> f32, cx: &Context) {
    let snapshot = cx.snapshot;
    let every = snapshot.applied.len().div_ceil(MARKS).max(1);
    let mut drawn = [f32::NEG_INFINITY; 4];
    for (applied, &images) in snapshot.applied.iter().zip(snapshot.applied_images.iter()).step_by(every) {
        let (kind, color) = match applied.change {
            Recorded::Set(..) | Recorded::Quantity(..) => (0, cx.palette.accent),
            Recorded::Shown(_) => (3, cx.palette.trace),
            Recorded::Reward(reward) if reward > 0.0 => (1, cx.palette.good),
            Recorded::Reward(_) => (2, cx.palette.bad),
            Recorded::Wait => continue,
        };
        let at = painter.round_to_pixel_center(x(images));
        // one a pixel is enough
        if at <= drawn[kind] {
            continue;
        }
        drawn[kind] = at;
        let range = match kind {
            0 => span.top() - 6.0..=span.top() - 1.0,
            1 => span.bottom() + 1.0..=span.bottom() + 4.0,
            _ => span.bottom() + 4.0..=span.bottom() + 7.0,
        };
        painter.vline(at, range, Stroke::new(1.5, color));
    }
}

/// The progress through the planned training, thin, below the track.
fn plan(ui: &Ui, rect: Rect, cx: &Context) {
    let (done, total) = (present(cx.snapshot), cx.snapshot.trial.total);
    let fraction = if total == 0 { 0.0 } else { (done as f32 / total as f32).clamp(0.0, 1.0) };
    let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 2.0), rect.max);
    // larger than the line, so that it is easy to hit
    let response = ui.interact(plan_place(rect), ui.scope_id().with("plan"), Sense::hover());
    let text = format!("Planned training: {} of {} images", grouped(done as i64), grouped(total as i64));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, &text);
        info.value = Some(f64::from(fraction));
        info
    });
    let mut filled = line;
    filled.set_width(line.width() * fraction);
    ui.painter().rect_filled(line, 1.0, cx.palette.line);
    ui.painter().rect_filled(filled, 1.0, cx.palette.faint);
    response.on_hover_text_at_pointer(format!("{text}, {} %", numbers::fixed(100.0 * f64::from(fraction), 1)));
}

/// The lower edge of the bar, where the tooltip is about the plan and not about a moment.
fn plan_place(rect: Rect) -> Rect {
    Rect::from_min_max(pos2(rect.left(), rect.bottom() - 6.0), rect.max)
}

/// Changes near an image, in words.
fn hover_words(snapshot: &Snapshot, image: u64, reach: u64) -> String {
    let near = |&(applied, &images): &(&Applied, &u64)| applied.change != Recorded::Wait && images.abs_diff(image) <= reach;
    let mut changes = snapshot.applied.iter().zip(snapshot.applied_images.iter()).filter(near);
    let mut lines = vec![moment(snapshot, image)];
    for (applied, &images) in changes.by_ref().take(LISTED) {
        let place = if snapshot.free.is_some() { time_words(snapshot, images) } else { grouped(images as i64) };
        lines.push(format!("{place}: {}", change_words(&applied.change, snapshot)));
    }
    let more = changes.count();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

fn change_words(change: &Recorded, snapshot: &Snapshot) -> String {
    match change {
        Recorded::Set(name, value) => {
            ParamId::from_name(name).map_or_else(|| name.clone(), |id| format!("{} {}", id.spec().label, with_unit(id.spec(), *value)))
        }
        Recorded::Quantity(path, value) => format!("{path} = {value}"),
        Recorded::Reward(reward) => format!("reward {reward:+} by hand"),
        Recorded::Shown(picture) => format!("a drawn {}", snapshot.class_name(picture.label)),
        Recorded::Wait => "waited for a reward by hand".to_owned(),
    }
}

fn summary(snapshot: &Snapshot) -> String {
    let of = |kind: fn(&Recorded) -> bool| snapshot.applied.iter().filter(|applied| kind(&applied.change)).count();
    let (moved, rewards) =
        (of(|change| matches!(change, Recorded::Set(..) | Recorded::Quantity(..))), of(|change| matches!(change, Recorded::Reward(_))));
    let place = match snapshot.looking_back {
        Some(back) if snapshot.free.is_some() => {
            format!("looking back at {} of {}", time_words(snapshot, back.images), time_words(snapshot, back.present_images))
        }
        None if snapshot.free.is_some() => format!("live at {}", time_words(snapshot, snapshot.step.0)),
        Some(back) => format!("looking back at image {} of {}", grouped(back.images as i64), grouped(back.present_images as i64)),
        None => format!("live after {} images", grouped(present(snapshot) as i64)),
    };
    format!("History: {place}; {moved} parameter changes, {rewards} rewards by hand")
}

/// Background of the bar: the past has another colour than the present.
pub(crate) fn ground(snapshot: &Snapshot, palette: &Palette) -> egui::Color32 {
    if snapshot.looking_back.is_some() { palette.panel.blend(palette.tint(palette.accent)) } else { palette.panel }
}
