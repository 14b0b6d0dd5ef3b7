//! Allowed dependencies between modules. The table below is compared with the source code and with docs/ARCHITECTURE.md.

use super::common::file;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each module of `src/` and the modules it may use. Time, random numbers, parameters and files are the lowest level; the
/// engine takes plain numbers; `experiment` builds its networks from presets; sessions run experiments; window and
/// command line are the highest level, and no module below uses them.
const MAY_USE: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("rng", &[]),
    ("files", &[]),
    ("work", &[]),
    ("params", &["time"]),
    ("datasets", &["files", "rng"]),
    ("model", &["params", "time"]),
    ("preset", &["model", "params", "files"]),
    ("engine", &["time", "rng"]),
    ("lower", &["engine", "model", "rng", "time"]),
    ("experiment", &["lower", "model", "engine", "datasets", "preset", "params", "time", "rng"]),
    ("exchange", &["lower", "engine", "model", "time"]),
    ("rundir", &["experiment", "datasets", "preset", "params", "files", "time"]),
    ("study", &["rundir", "experiment", "datasets", "preset", "model", "params", "files", "time"]),
    ("session", &["study", "rundir", "experiment", "engine", "datasets", "preset", "model", "params", "files", "time", "rng", "work"]),
    ("report", &["rundir", "study", "experiment", "engine", "datasets", "preset", "model", "params", "files", "time", "rng"]),
    (
        "cli",
        &[
            "report",
            "exchange",
            "rundir",
            "study",
            "session",
            "experiment",
            "engine",
            "datasets",
            "preset",
            "model",
            "params",
            "files",
            "time",
            "rng",
            "gui",
        ],
    ),
    ("gui", &["rundir", "study", "session", "datasets", "preset", "model", "params", "files", "time", "work"]),
];

/// What the engine must not use: threads, clocks, files, channels, windows, and other sources of different results.
const FOREIGN_TO_THE_ENGINE: &[&str] = &[
    "std::thread",
    "std::time",
    "Instant",
    "SystemTime",
    "std::fs",
    "std::io",
    "std::env",
    "std::net",
    "std::process",
    "Mutex",
    "Atomic",
    "HashMap",
    "HashSet",
    "rayon",
    "crossbeam",
    "egui",
    "eframe",
    "tracing",
    "println!",
    "eprintln!",
    "rand::rng",
    "thread_rng",
    "from_os_rng",
];

/// Every source file as (path, lines of code without comments).
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
            let name = path.strip_prefix(file("src")).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, code));
        }
    }
}

fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&file("src"), &mut found);
    assert!(found.len() > 30, "only {} source files found", found.len());
    found
}

/// Names after every `prefix` in some code, including all names within `{a, b::c}`.
fn named_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let head = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for rest in code.split(prefix).skip(1) {
        match rest.strip_prefix('{') {
            None => drop(names.insert(head(rest))),
            Some(list) => {
                let (mut depth, mut item) = (0, String::new());
                for c in list.chars() {
                    match c {
                        '}' if depth == 0 => break,
                        ',' if depth == 0 => drop(names.insert(head(&std::mem::take(&mut item)))),
                        _ => {
                            depth += i32::from(c == '{') - i32::from(c == '}');
                            item.push(c);
                        }
                    }
                }
                names.insert(head(&item));
            }
        }
    }
    names.remove("");
    names
}

fn top(name: &str) -> &str {
    name.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

#[test]
fn modules_use_only_allowed_modules() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let (mut faults, mut edges) = (Vec::new(), 0);
    for (name, code) in all() {
        let own = top(&name);
        // the acceptance test compares the window with the engine; the window itself does not use the engine
        if own == "lib" || own == "main" || name == "gui/tests/acceptance.rs" {
            continue;
        }
        let Some(allowed) = table.get(own) else {
            faults.push(format!("{name}: \"{own}\" has no place in the table"));
            continue;
        };
        let mut used = named_after(&code, "crate::");
        // a module can also be named through the name of the library
        used.extend(named_after(&code, "spikescope::"));
        for other in used.iter().filter(|other| *other != own) {
            edges += 1;
            if !allowed.contains(&other.as_str()) {
                faults.push(format!("{name} names {other}"));
            }
        }
    }
    assert!(edges > 20, "only {edges} edges found: the search is broken");
    assert!(faults.is_empty(), "against the direction of the architecture:\n{}", faults.join("\n"));
}

#[test]
fn architecture_document_equals_the_table() {
    let page = std::fs::read_to_string(file("docs/ARCHITECTURE.md")).unwrap();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeMap<String, BTreeSet<String>> = rows
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let [module, _, may_use] = cells[..] else { return None };
            Some((names(module).into_iter().collect::<Vec<_>>().join(", "), names(may_use)))
        })
        .collect();
    let table: BTreeMap<String, BTreeSet<String>> =
        MAY_USE.iter().map(|(module, below)| ((*module).to_owned(), below.iter().map(|&name| name.to_owned()).collect())).collect();
    assert_eq!(documented, table, "docs/ARCHITECTURE.md (left) differs from MAY_USE (right)");
}

#[test]
fn table_has_no_cycles() {
    // every module comes after the modules it uses, with one exception: the command line opens the window
    let place = |name: &str| MAY_USE.iter().position(|(module, _)| *module == name);
    for (module, below) in MAY_USE {
        for other in *below {
            assert!(place(other) < place(module) || (*module, *other) == ("cli", "gui"), "{module} uses {other}");
        }
    }
    assert!(MAY_USE.iter().all(|(module, below)| *module == "cli" || !below.contains(&"gui") && !below.contains(&"cli")));
}

#[test]
fn engine_uses_no_thread_clock_file_channel_or_window() {
    let mut seen = 0;
    for (name, code) in all().iter().filter(|(name, _)| top(name) == "engine") {
        seen += 1;
        for word in FOREIGN_TO_THE_ENGINE {
            assert!(!code.contains(word), "{name} names {word}");
        }
    }
    assert!(seen >= 15, "{seen} files");
}

/// A view works for every network that has what it needs (`Panel::needs`): the kind of a preset is asked only where a session
/// builds its network, and named by snapshots made for tests.
const MAY_NAME_KINDS: &[&str] = &["session/laboratory.rs", "gui/tests"];

#[test]
fn views_and_sessions_do_not_ask_for_the_kind_of_experiment() {
    let mut seen = 0;
    for (name, code) in all().iter().filter(|(name, _)| ["gui", "session"].contains(&top(name))) {
        if MAY_NAME_KINDS.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        seen += 1;
        let shipped = code.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for word in ["Setup::", "Template::", "setup.races()", "setup ==", "match preset.setup", "matches!(preset.setup"] {
            assert!(!shipped.contains(word), "{name}: {word}");
        }
    }
    assert!(seen > 150, "{seen} files");
}

#[test]
fn no_platform_dependent_floating_point_functions() {
    // exp, ln, powf and sin of the standard library differ from machine to machine; those of libm do not
    for (name, code) in all().iter().filter(|(name, _)| ["engine", "rng", "time"].contains(&top(name))) {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for call in
            [".exp()", ".ln()", ".powf(", ".powi(", ".sin()", ".cos()", ".tanh()", ".exp_m1()", ".ln_1p()", ".log(", ".log2()", ".mul_add("]
        {
            assert!(!code.contains(call), "{name} calls {call}");
        }
    }
}

#[test]
fn no_unsafe_code() {
    let manifest = std::fs::read_to_string(file("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for (name, code) in all() {
        assert!(!code.contains("unsafe "), "{name}");
    }
}

#[test]
fn search_resolves_braces_in_use_trees() {
    let code = "use crate::{a::b, c::{d, e}, f};\nuse crate::g::h;\nlet x = crate::i::j();";
    assert_eq!(named_after(code, "crate::").into_iter().collect::<Vec<_>>(), ["a", "c", "f", "g", "i"]);
}
