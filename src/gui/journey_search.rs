//! The box that searches the parameters, by keys alone.

#![allow(clippy::unwrap_used)]

use super::journey::{type_text, usual};
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

#[test]
fn the_key_of_the_search_takes_the_old_words_so_that_new_ones_replace_them() {
    let (mut harness, _) = usual();
    for words in ["refractory", "membrane"] {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
        harness.run_steps(2);
        type_text(&mut harness, words);
        harness.run_steps(2);
        assert_eq!(harness.state().state.search, words);
    }
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant");
}
