//! The page: one self-contained HTML file without scripts.

use super::css::CSS;
use super::facts::Group;
use super::find::Found;
use super::free::{self, FreeGroup};
use super::material::Report;
use super::words::plural;
use super::{ReportError, notes, sections, tables, write};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::path::{Path, PathBuf};

/// The folder of tables beside a page.
pub fn tables_of(page: &Path) -> PathBuf {
    beside(page, "tables")
}

/// The file of measurements beside a page.
pub fn cache_of(page: &Path) -> PathBuf {
    beside(page, "measured.json")
}

fn beside(page: &Path, what: &str) -> PathBuf {
    let stem = page.file_stem().unwrap_or_default().to_string_lossy();
    page.with_file_name(format!("{stem}-{what}"))
}

/// Write the tables and then the page, so that a page is never without its tables.
pub fn write_report(found: &Found, groups: &[Group], free: &[FreeGroup], page: &Path) -> Result<(), ReportError> {
    let report = Report { found, groups, free };
    let folder = tables_of(page);
    std::fs::create_dir_all(&folder).map_err(|source| ReportError::Unwritable { path: folder.clone(), source })?;
    let trained = if groups.is_empty() && !free.is_empty() { Vec::new() } else { tables::all(groups) };
    let simulated = if free.is_empty() { Vec::new() } else { free::all(free) };
    for (name, bytes) in trained.into_iter().chain(simulated) {
        write(&folder.join(name), &bytes)?;
    }
    write(page, report.html(true).into_string().as_bytes())
}

/// The page alone, for a stream; the tables would need a folder beside it.
pub fn page_alone(found: &Found, groups: &[Group], free: &[FreeGroup]) -> String {
    Report { found, groups, free }.html(false).into_string()
}

impl Report<'_> {
    fn html(&self, has_tables: bool) -> Markup {
        let runs =
            self.groups.iter().map(|group| group.runs.len()).sum::<usize>() + self.free.iter().map(|group| group.runs.len()).sum::<usize>();
        let experiments = self.groups.len() + self.free.len();
        let measured: Vec<Group> = self.groups.iter().filter(|group| group.is_measured()).cloned().collect();
        let measured = Report { found: self.found, groups: &measured, free: &[] };
        let with = |report: &Report<'_>, part: fn(&Report<'_>) -> Markup| {
            if report.groups.is_empty() {
                html! {}
            } else {
                part(report)
            }
        };
        let with_runs = |part: fn(&Report<'_>) -> Markup| with(self, part);
        let with_measured = |part: fn(&Report<'_>) -> Markup| with(&measured, part);
        let if_free = |part: Markup| {
            if self.free.is_empty() {
                html! {}
            } else {
                part
            }
        };
        let (title, introduction, rest) = self.found.notes.as_deref().map_or((None, "", ""), notes::parts);
        let title = title.map_or_else(|| format!("Report on {}", self.found.name), str::to_owned);
        let notes = html! {
            @if !rest.trim().is_empty() { section id="notes" { h2 { "Notes" } (PreEscaped(notes::render(rest))) } }
        };
        let parts = [
            with_measured(sections::summary),
            with_runs(sections::recorded),
            with_runs(sections::learning),
            with_measured(sections::confusion),
            with_measured(sections::seen),
            with_measured(sections::activity),
            with_measured(sections::robust),
            with_measured(sections::variants),
            if_free(free::activity(self.free)),
            sections::studies(self),
            with_measured(sections::published),
            notes,
            with_runs(sections::method),
            if_free(free::methods(self.free)),
            with_runs(sections::parameters),
            with_runs(sections::commands),
            with_runs(sections::references),
            if_free(free::commands(self.free, &self.found.name)),
            if_free(free::references(self.free)),
        ];
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    style { (PreEscaped(CSS)) }
                }
                body {
                    header {
                        h1 { (title) }
                        p.lead { (plural(runs, "run")) " of " (plural(experiments, "experiment"))
                            @if !self.found.studies.is_empty() { " and " (self.found.studies.len()) @if self.found.studies.len() == 1 { " study" } @else { " studies" } }
                            " with spiking neural networks, reported by Spikescope " (env!("CARGO_PKG_VERSION")) "."
                            @if has_tables { " The data of every figure is in tables beside this page." } }
                        (PreEscaped(notes::render(introduction)))
                        (contents(&parts))
                    }
                    main { @for part in &parts { (part) } }
                }
            }
        }
    }
}

/// Links to the sections.
fn contents(parts: &[Markup]) -> Markup {
    let head = |part: &Markup| {
        let between = |text: &str, start: &str, end: &str| {
            let rest = &text[text.find(start)? + start.len()..];
            Some(rest[..rest.find(end)?].to_owned())
        };
        Some((between(&part.0, "id=\"", "\"")?, between(&part.0, "<h2>", "</h2>")?))
    };
    html! {
        nav aria-label="Contents" { ul {
            @for (id, title) in parts.iter().filter_map(head) { li { a href=(format!("#{id}")) { (PreEscaped(title)) } } }
        } }
    }
}
