//! Problems that keep a network from learning, the measurements that show them, and a parameter change for each.

use crate::gui::export::tables;
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::{self, Sign, Weight};
use crate::session::{Aspect, Command, Condition, Finding, Health as Report, Remedy};
use egui::{Color32, CornerRadius, Frame, Margin, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

/// View "Health".
#[derive(Default)]
pub(super) struct Health;

impl Panel for Health {
    fn id(&self) -> &'static str {
        "health"
    }

    fn title(&self) -> &'static str {
        "Health"
    }

    fn help(&self) -> &'static str {
        "Problems that keep a network from learning: silence, runaway activity, saturated weights, dead neurons, the same answer to \
         every image, no reward signal, or accuracy at chance after a thousand images. Each is listed with the measured values and \
         one parameter to change; the button changes it."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Health]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let judged = cx.snapshot.health.judged;
        let window = if judged > 0 { format!("last {judged} images") } else { String::new() };
        (window, cx.snapshot.health.word().to_owned())
    }

    fn table(&self) -> Table {
        tables::health
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let health = cx.snapshot.health.clone();
        let response = ui.interact(ui.available_rect_before_wrap(), ui.scope_id().with("health"), Sense::hover());
        text::label(&response, Role::Label, || summary(&health, cx.snapshot.shows(Aspect::Answers)));
        theme::scrolled(ui, "health", |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.set_max_width(ui.available_width() - 6.0);
            for finding in &health.findings {
                one(ui, cx, finding);
            }
            if let Some(waits) = &health.waits {
                ui.add(egui::Label::new(RichText::new(waits).color(cx.palette.dim)).wrap());
            } else if health.findings.is_empty() {
                let words = "No problems found.";
                verdict(ui, cx.palette.good, "ok", words, cx.palette.dim);
            }
            facts(ui, cx, &health.facts);
        });
    }
}

/// A dot in the colour of the result, the status, and its meaning.
fn verdict(ui: &mut Ui, color: Color32, word: &str, meaning: &str, dim: Color32) {
    ui.horizontal_wrapped(|ui| {
        let (dot, _) = ui.allocate_exact_size(vec2(10.0, 16.0), Sense::hover());
        ui.painter().circle_filled(dot.center(), 4.0, color);
        ui.label(theme::strong(word));
        ui.label(RichText::new(meaning).color(dim));
    });
}

/// One problem: name, evidence, remedy.
fn one(ui: &mut Ui, cx: &mut Context, finding: &Finding) {
    let palette = cx.palette;
    let color = if finding.condition == Condition::NothingToLearn { palette.accent } else { palette.bad };
    Frame::new()
        .fill(palette.tint(color))
        .stroke(Stroke::new(1.0, color.gamma_multiply(0.6)))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.label(theme::strong(finding.condition.word()).color(color));
            let line = |ui: &mut Ui, text: RichText| ui.add(egui::Label::new(text).wrap().selectable(true));
            line(ui, RichText::new(&finding.evidence));
            // above the reasons, so that it is visible in a low tile
            offer(ui, cx, &finding.remedy);
            line(ui, RichText::new(&finding.remedy.reason).color(palette.dim).small());
            line(ui, RichText::new(finding.condition.meaning()).color(palette.dim).small());
        });
}

/// The button that changes the parameter, disabled until the change has taken effect.
fn offer(ui: &mut Ui, cx: &mut Context, remedy: &Remedy) {
    let asked = cx.outbox.wanted(remedy.id) == Some(remedy.value);
    let words = match remedy.id {
        crate::params::ParamId::RewardMode => "Use automatic reward".to_owned(),
        _ => format!("Set {}", remedy.words()),
    };
    let rebuilds = remedy.id.spec().change == crate::params::Change::Rebuild;
    ui.add_enabled_ui(!asked, |ui| {
        let clicked = theme::button(ui, Sign::None, &words, Weight::Main, 0.0);
        let clicked = if rebuilds { clicked.on_hover_text("Rebuilds the network; training restarts with the same seed.") } else { clicked };
        if clicked.clicked() {
            cx.outbox.push(Command::Set(remedy.id, remedy.value));
        }
    });
}

/// The measured values.
fn facts(ui: &mut Ui, cx: &Context, facts: &[(String, String)]) {
    ui.add_space(2.0);
    ui.spacing_mut().item_spacing.y = 2.0;
    for (name, value) in facts {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let width = ui.painter().layout_no_wrap(value.clone(), text::number_font(), cx.palette.text).size().x;
            let room = (ui.available_width() - width - 10.0).max(20.0);
            let name = ui.allocate_ui_with_layout(vec2(room, 16.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.set_width(room);
                ui.add(egui::Label::new(RichText::new(name).color(cx.palette.dim)).truncate());
            });
            name.response.widget_info(|| WidgetInfo::labeled(Role::Label, true, "fact"));
            ui.label(theme::mono(value));
        });
    }
}

fn summary(health: &Report, images: bool) -> String {
    let whose = if images { "network" } else { "neuron" };
    match (health.findings.as_slice(), &health.waits) {
        ([], Some(waits)) => format!("Health of the {whose}: {waits}"),
        ([], None) if images => format!("Health of the {whose}: ok over the last {} images", health.judged),
        ([], None) => format!("Health of the {whose}: ok"),
        (findings, _) => {
            let words: Vec<String> = findings.iter().map(|f| format!("{}: {}", f.condition.word(), f.evidence)).collect();
            format!("Health of the {whose}: {}", words.join("; "))
        }
    }
}
