//! The label swap: two classes and a button that exchanges their labels, all at once.

use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::list::list;
use crate::gui::widgets::param_slider::wanted;
use crate::params::ParamId;
use crate::session::Command;
use egui::{ComboBox, Id, RichText, Ui};

/// Two pickers and Apply; Undo swap while one is in force.
pub(crate) fn label_swap(ui: &mut Ui, cx: &mut Context) {
    let classes = cx.snapshot.classes.clamp(1, 256);
    let in_force = [ParamId::SwapA, ParamId::SwapB].map(|id| wanted(cx, id) as usize);
    let swapped = in_force[0] != in_force[1];
    let place = Id::unique("label swap").with(cx.snapshot.run_id);
    let proposed = if swapped { in_force } else { [0, 1.min(classes - 1)] };
    let mut picked: [usize; 2] = ui.data(|data| data.get_temp(place)).unwrap_or(proposed).map(|class| class.min(classes - 1));
    ui.label("Swap labels")
        .on_hover_text("Training images of one class get the label of the other, and the reverse, from the next image on.");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let width = ((ui.available_width() - 76.0 - 12.0) / 2.0).max(40.0);
        for (name, class) in ["First class", "Second class"].into_iter().zip(&mut picked) {
            let shown = cx.snapshot.class_name(*class as u8).into_owned();
            // ten classes without scrolling
            let combo = ComboBox::from_id_salt(name).width(width).height(360.0);
            list(ui, (combo, name), &shown, |list| {
                for other in 0..classes {
                    if list.item(*class == other, &cx.snapshot.class_name(other as u8), "") {
                        *class = other;
                    }
                }
            });
        }
        let other = picked[0] != picked[1] && picked != in_force;
        ui.add_enabled_ui(other, |ui| {
            let hover = "Exchange the labels of the two classes from the next image on.";
            if theme::button(ui, Sign::None, "Apply", Weight::Usual, 70.0).on_hover_text(hover).clicked() {
                set(cx, picked);
            }
        });
    });
    if swapped {
        ui.horizontal(|ui| {
            let [a, b] = in_force.map(|class| cx.snapshot.class_name(class as u8).into_owned());
            ui.label(RichText::new(format!("{a} and {b} are swapped")).small().color(cx.palette.dim));
            if theme::button(ui, Sign::None, "End swap", Weight::Usual, 0.0).on_hover_text("Use the original labels again.").clicked() {
                set(cx, [0, 0]);
            }
        });
    }
    ui.data_mut(|data| data.insert_temp(place, picked));
}

fn set(cx: &mut Context, [a, b]: [usize; 2]) {
    cx.outbox.push(Command::Set(ParamId::SwapA, a as f64));
    cx.outbox.push(Command::Set(ParamId::SwapB, b as f64));
}
