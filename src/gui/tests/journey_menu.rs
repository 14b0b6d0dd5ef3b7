//! The menu of a view, opened by right click on its body, its title bar and its tab; close buttons and Esc.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::tests::stage::usual;
use egui::{Pos2, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn right_click(harness: &mut Harness<'static, App>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(2);
    for pressed in [true, false] {
        let button = egui::PointerButton::Secondary;
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: egui::Modifiers::NONE });
        harness.run_steps(1);
    }
    harness.run_steps(3);
}

#[test]
fn view_menu_opens_on_body_title_bar_and_tab() {
    let (mut harness, _) = usual();
    let body = harness.state().dock.area("raster").unwrap();
    for at in [body.center(), body.left_top() + egui::vec2(60.0, 18.0)] {
        right_click(&mut harness, at);
        harness.get_by_label_contains("(PNG)");
        harness.get_by_label_contains("(SVG)");
        harness.key_press(egui::Key::Escape);
        harness.run_steps(3);
        assert!(harness.query_by_label_contains("(PNG)").is_none());
    }
    let tab = harness.get_all_by_role(Role::Tab).next().unwrap();
    let at = tab.rect().left_center() + egui::vec2(8.0, 0.0);
    right_click(&mut harness, at);
    harness.get_by_label_contains("(CSV)");
}

#[test]
fn close_button_closes_a_tile_and_escape_closes_help() {
    let (mut harness, _) = usual();
    assert!(harness.state().dock.is_open("raster"));
    harness.get_by_role_and_label(Role::Button, "Close Raster").click();
    harness.run_steps(4);
    assert!(!harness.state().dock.is_open("raster"));

    harness.key_press(egui::Key::F1);
    harness.run_steps(6);
    assert!(harness.state().dock.area("help").is_some());
    harness.key_press(egui::Key::Escape);
    harness.run_steps(6);
    assert!(harness.state().dock.area("help").is_none());
}

#[test]
fn the_resolution_of_figures_is_chosen_in_the_menu() {
    let (mut harness, _) = usual();
    let body = harness.state().dock.area("raster").unwrap();
    right_click(&mut harness, body.center());
    harness.get_by_label_contains("Figure settings").hover();
    harness.run_steps(6);
    harness.get_by_label_contains("300 dpi").click();
    harness.run_steps(4);
    assert_eq!(harness.state().state.figure.dpi(), 300);
}
