//! Firing rate against constant current: theory and measurements.

use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{fixed, plural, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, FiCurve};
use egui::{Align2, Sense, Stroke, Ui, pos2, vec2};

/// View "f-I curve".
#[derive(Default)]
pub(super) struct Fi;

impl Panel for Fi {
    fn id(&self) -> &'static str {
        "fi_curve"
    }

    fn title(&self) -> &'static str {
        "f–I curve"
    }

    fn help(&self) -> &'static str {
        "Firing rate against injected current. The line is the closed form; a dot is added for each current that was held for a \
         second. Below the rheobase the neuron does not fire; the refractory period limits the rate at large currents."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::CurrentStep]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let now = cx.snapshot.fi.as_ref().map(|fi| fi.now).filter(|(current, _)| current.is_finite());
        let now = now.map_or(String::new(), |(current, rate)| format!("{} nA → {} Hz", fixed(current, 2), fixed(rate, 1)));
        ("line: closed form · dots: measured".to_owned(), now)
    }

    fn table(&self) -> Table {
        tables::fi
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let palette = cx.palette;
        let Some(fi) = cx.snapshot.fi.as_ref().filter(|fi| !fi.theory.is_empty() || !fi.measured.is_empty()) else {
            let words = "Keep a current constant for a second to add its measured firing rate as a dot.";
            text::calm_sentence(ui, palette, words);
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(fi));
        let finite = || fi.theory.iter().chain(&fi.measured).filter(|(x, y)| x.is_finite() && y.is_finite());
        let (low, high) = finite().fold((fi.now.0, fi.now.0), |(a, b), &(x, _)| (a.min(x), b.max(x)));
        let most = ceiling(finite().map(|&(_, y)| y).fold(10.0, f64::max) * 1.02);
        let painter = ui.painter_at(rect);
        let plot = Plot::new(&painter, rect, Some(Axis::new((low, high), "nA")), Some(Axis::new((0.0, most), "Hz")), palette);
        plot.curve(fi.theory.iter().copied(), Stroke::new(2.0, palette.trace));
        for &(current, rate) in fi.measured.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            plot.painter().circle(plot.at(current, rate), 3.2, palette.accent, Stroke::new(1.0, palette.panel));
        }
        let (current, rate) = fi.now;
        if current.is_finite() {
            let x = plot.painter().round_to_pixel_center(plot.x.at(current));
            let ends = [pos2(x, plot.area.top()), pos2(x, plot.area.bottom())];
            plot.painter().extend(egui::Shape::dashed_line(&ends, Stroke::new(1.0, palette.accent.gamma_multiply(0.7)), 4.0, 3.0));
            plot.painter().circle_stroke(plot.at(current, rate), 6.0, Stroke::new(1.5, palette.accent));
            if plot.area.height() > 60.0 {
                let (anchor, shift) = if x > plot.area.center().x { (Align2::RIGHT_TOP, -6.0) } else { (Align2::LEFT_TOP, 6.0) };
                plot.note(pos2(x + shift, plot.area.top() + 2.0), anchor, "now", palette.accent, palette);
            }
        }
        if plot.area.height() > 90.0 && plot.area.width() > 150.0 {
            let corner = plot.area.left_top() + vec2(6.0, 4.0);
            plot.note(corner, Align2::LEFT_TOP, "firing rate against current", palette.dim, palette);
        }
        if let Some((current, _)) = plot.hover(&response, palette) {
            let nearest = fi.theory.iter().min_by(|a, b| (a.0 - current).abs().total_cmp(&(b.0 - current).abs()));
            let theory = nearest.map_or(String::new(), |&(_, rate)| format!("\ntheory {} Hz", short(rate)));
            response.on_hover_text_at_pointer(format!("{} nA{theory}", fixed(current, 2)));
        }
    }
}

fn summary(fi: &FiCurve) -> String {
    let measured = plural(fi.measured.len() as u64, "measured point");
    format!("f-I curve: {measured}, now {} nA, predicted rate {} Hz", fixed(fi.now.0, 2), fixed(fi.now.1, 1))
}
