//! The handles on an STDP curve: amplitude and time constant on each side of lag zero. Each sets one parameter.

use crate::gui::paint::plot::Plot;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::theme;
use crate::gui::widgets::handle::{Grip, handle};
use crate::gui::widgets::param_slider::wanted;
use crate::gui::widgets::scale::Scale;
use crate::gui::widgets::scale::with_unit;
use crate::params::ParamId;
use crate::session::Command;
use egui::{Color32, CursorIcon, Ui};

/// One branch of the curve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Branch {
    /// Parameter of its amplitude at lag zero.
    pub amplitude: ParamId,
    /// Parameter of its time constant.
    pub tau: ParamId,
    /// Height at lag zero for an amplitude of one, in the unit of the plot; negative for depression.
    pub unit: f64,
    /// Whether its lags are positive: presynaptic spike first.
    pub causal: bool,
    /// Its colour.
    pub color: Color32,
}

impl Branch {
    /// Current height at lag zero.
    pub(super) fn peak(&self, cx: &Context) -> f64 {
        self.unit * wanted(cx, self.amplitude)
    }

    /// Current time constant, in ms.
    fn lag(&self, cx: &Context) -> f64 {
        wanted(cx, self.tau) * if self.causal { 1.0 } else { -1.0 }
    }

    /// Points of the theoretical curve up to a lag of `reach` ms.
    pub(super) fn curve(&self, cx: &Context, reach: f64) -> impl Iterator<Item = (f64, f64)> + use<> {
        let (peak, tau) = (self.peak(cx), wanted(cx, self.tau).max(1e-9));
        let sign = if self.causal { 1.0 } else { -1.0 };
        (0..=120).map(move |k| reach * f64::from(k) / 120.0).map(move |lag| (sign * lag, peak * libm::exp(-lag / tau)))
    }
}

/// Draw the handles of both branches. Returns whether one is being dragged; the axes must then stay fixed.
pub(super) fn edit(ui: &mut Ui, plot: &Plot, branches: &[Branch], cx: &mut Context) -> bool {
    let mut dragged = false;
    for branch in branches {
        let (peak, lag) = (branch.peak(cx), branch.lag(cx));
        let inside = |lag: f64, height: f64| {
            let at = plot.at(lag, height);
            at.clamp(plot.area.min, plot.area.max)
        };
        let shift = if branch.causal { 1.0 } else { -1.0 };
        let places = [
            (branch.amplitude, inside(0.0, peak) + egui::vec2(7.0 * shift, 0.0), CursorIcon::ResizeVertical),
            (branch.tau, inside(lag, peak * libm::exp(-1.0)), CursorIcon::ResizeHorizontal),
        ];
        for (id, at, cursor) in places {
            let spec = id.spec();
            let Some(scale) = Scale::of(spec, &cx.snapshot.params) else { continue };
            let value = wanted(cx, id);
            let label = if spec.unit.is_empty() {
                format!("{} on the curve", spec.label)
            } else {
                format!("{} on the curve, {}", spec.label, spec.unit)
            };
            let grip = Grip { label: &label, value, scale: &scale, at, cursor, color: branch.color };
            let meant = |pointer: egui::Pos2| {
                if id == branch.tau { plot.x.value(pointer.x).abs() } else { (plot.y.value(pointer.y) / branch.unit).max(0.0) }
            };
            let (response, moved) = handle(ui, &grip, meant);
            dragged |= response.dragged();
            let words = format!("{} {} = {}", spec.label, spec.symbol, with_unit(spec, value));
            if response.dragged() {
                // egui hides tooltips while the pointer button is pressed
                let beside = at + egui::vec2(if branch.causal { 12.0 } else { -12.0 }, -14.0);
                let anchor = if branch.causal { egui::Align2::LEFT_BOTTOM } else { egui::Align2::RIGHT_BOTTOM };
                plot.note(beside, anchor, &words, cx.palette.text, cx.palette);
            }
            response.on_hover_text(theme::with_symbols(&words, &text::body_font(), cx.palette.text));
            if let Some(moved) = moved {
                cx.outbox.push(Command::Set(id, moved));
            }
        }
    }
    dragged
}
