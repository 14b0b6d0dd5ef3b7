//! Quantities of a described network in the command palette: found by path, and set by `E.tau_m=10ms`.

use super::found::{Act, Found, rank};
use crate::gui::widgets::words::folded;
use crate::model::{Entry, NetworkSpec, Path, sentence};
use crate::session::Quantities;
use std::sync::Arc;

/// The quantities of a network that is edited.
pub(super) fn of(network: &NetworkSpec) -> Quantities {
    let entries: Arc<[Entry]> = network.entries().into();
    Quantities { network: Arc::new(network.clone()), original: Arc::clone(&entries), entries }
}

/// The quantities that match the typed words, with their rank.
pub(super) fn find(text: &str, view: &Quantities) -> Vec<(u8, Found)> {
    let found = view.entries.iter().filter_map(|entry| {
        let path = entry.path.to_string();
        let rank = rank(&folded(text), &path, &format!("{path} {}", entry.field.help))?;
        let act = Act::Type(format!("{path}="));
        Some((rank, Found { note: format!("{path} = {}", entry.text()), words: path, key: String::new(), act }))
    });
    found.collect()
}

/// `path=value`: the change, or what is wrong with it. A network that is `edited` may have other faults.
pub(super) fn set(name: &str, value: &str, view: &Quantities, edited: bool) -> Vec<Found> {
    let says = |words: String, note: String, act: Act| vec![Found { words, note, key: String::new(), act }];
    let path = match name.parse::<Path>() {
        Ok(path) => path,
        Err(fault) => return says(fault.to_string(), String::new(), Act::Wrong),
    };
    let entry = view.entry(&path);
    if let (Some(entry), "") = (entry, value) {
        return says(format!("{name} is {}; allowed: {}", entry.text(), entry.range), String::new(), Act::Nothing);
    }
    let mut changed = (*view.network).clone();
    let set = if edited { changed.set_quantity(&path, value) } else { changed.set(&path, value).map_err(|faults| sentence(&faults)) };
    match (set, entry) {
        (Ok(new), Some(entry)) => {
            let after = changed.entry(&path).map_or_else(String::new, |entry| entry.text());
            let act = if edited { Act::EditPath(path.clone(), value.to_owned()) } else { Act::SetPath(Box::new(entry.clone()), new) };
            says(format!("Set {path} to {after}"), format!("now {}", entry.text()), act)
        }
        (Ok(_), None) => says(format!("{path} is not given by this network; add it to its file"), String::new(), Act::Wrong),
        (Err(reason), _) => says(reason, String::new(), Act::Wrong),
    }
}
