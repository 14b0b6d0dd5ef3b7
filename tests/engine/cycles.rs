//! No two files of the program import each other, directly or through others. A folder's own file (`study.rs` beside
//! `study/`) and the files in that folder belong together and may name each other; what the folder's file passes on with
//! `pub use` counts as an import of the file it comes from.

use super::common::file;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Module = Vec<String>;

/// Every source file as (module path, code without comments and without its unit tests).
fn modules(folder: &Path, found: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            modules(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
            let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            let name = path.strip_prefix(file("src")).unwrap().with_extension("");
            found.insert(name.components().map(|part| part.as_os_str().to_str().unwrap().to_owned()).collect(), code);
        }
    }
}

/// All paths of a use tree: `a::{b, c::{d}}` gives `a::b` and `a::c::d`.
fn expand(tree: &str, before: &[String], paths: &mut Vec<Module>) {
    let names = |text: &str| text.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Module>();
    let Some((head, list)) = tree.split_once('{') else {
        paths.push(before.iter().cloned().chain(names(tree)).collect());
        return;
    };
    let head: Module = before.iter().cloned().chain(names(head)).collect();
    let (mut depth, mut item) = (0, String::new());
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => expand(&std::mem::take(&mut item), &head, paths),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                item.push(c);
            }
        }
    }
    if !item.trim().is_empty() {
        expand(&item, &head, paths);
    }
}

/// Every path in some code that starts with `crate::` or `super::`.
fn paths(code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = ["crate::", "super::"].iter().filter_map(|start| rest.find(start)).min() {
        let tail = &rest[at..];
        let mut depth = 0;
        let end = tail
            .char_indices()
            .find(|&(_, c)| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                let inside = c.is_alphanumeric() || "_:*{".contains(c) || depth > 0 || c == '}' && depth == 0;
                !inside || depth < 0
            })
            .map_or(tail.len(), |(end, _)| end);
        expand(&tail[..end], &[], &mut found);
        rest = &tail[end.max(7)..];
    }
    found
}

/// The file a path names, seen from the file `own`.
fn target(path: &[String], own: &Module, all: &BTreeMap<Module, String>) -> Option<Module> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    let full: Module =
        if ups > 0 { own.iter().take(own.len().saturating_sub(ups)).chain(&path[ups..]).cloned().collect() } else { path[1..].to_vec() };
    (1..=full.len()).rev().map(|length| full[..length].to_vec()).find(|module| all.contains_key(module))
}

fn imports(all: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (own, code) in all {
        let found = edges.entry(own.clone()).or_default();
        for other in paths(code).iter().filter_map(|path| target(path, own, all)) {
            if !other.starts_with(own) && !own.starts_with(&other) {
                found.insert(other);
            }
        }
        // what a folder's file passes on
        for line in code.split(';').filter_map(|statement| statement.split("pub use ").nth(1).or(statement.split("pub(super) use ").nth(1)))
        {
            let child: Module = own.iter().cloned().chain([line.split("::").next().unwrap_or_default().trim().to_owned()]).collect();
            if all.contains_key(&child) {
                found.insert(child);
            }
        }
    }
    edges
}

fn reached(from: &Module, edges: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = next.pop() {
        for other in &edges[&module] {
            if seen.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    seen
}

#[test]
fn no_import_cycles_between_files() {
    let mut all = BTreeMap::new();
    modules(&file("src"), &mut all);
    let edges = imports(&all);
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 500, "the search for imports is broken");
    let reach: BTreeMap<&Module, BTreeSet<Module>> = edges.keys().map(|module| (module, reached(module, &edges))).collect();
    let cycles: BTreeSet<String> = edges
        .keys()
        .filter(|module| reach[module].contains(*module))
        .map(|module| {
            let circle = reach[module].iter().filter(|other| reach[other].contains(module));
            circle.map(|module| module.join("/")).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(cycles, BTreeSet::new(), "files that import each other in a circle");
}

#[test]
fn braces_in_use_trees_are_resolved() {
    let mut found = Vec::new();
    expand("crate::{a::b, c::{d, e::*}}", &[], &mut found);
    let joined: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(joined, ["crate::a::b", "crate::c::d", "crate::c::e::*"]);
    let found: Vec<String> = paths("use super::x::{self, Y};\nlet a = crate::q::r(super::s);").iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["super::x::self", "super::x::Y", "crate::q::r", "super::s"]);
}
