//! Packaging files: licences, citation, changelog, desktop entry, icon.

use super::common::file;

fn text(path: &str) -> String {
    std::fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn both_licences_are_complete() {
    let manifest = text("Cargo.toml");
    assert!(manifest.contains("license = \"MIT OR Apache-2.0\""));
    let (mit, apache) = (text("LICENSE-MIT"), text("LICENSE-APACHE"));
    assert!(mit.contains("The Spikescope developers") && mit.contains("WITHOUT WARRANTY OF ANY KIND"));
    assert!(apache.contains("Version 2.0, January 2004") && apache.contains("END OF TERMS AND CONDITIONS"));
}

#[test]
fn citation_states_the_program_version() {
    let citation = text("CITATION.cff");
    for line in ["cff-version: 1.2.0", "type: software", "title: Spikescope", concat!("version: ", env!("CARGO_PKG_VERSION"))] {
        assert!(citation.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn changelog_has_unreleased_section_and_contributing_names_the_tests() {
    assert!(text("CHANGELOG.md").lines().any(|line| line == "## Unreleased"));
    assert!(text("CONTRIBUTING.md").contains("bash tests/run.sh"));
}

#[test]
fn desktop_entry_starts_the_program_and_shows_its_icon() {
    let entry = text("assets/spikescope.desktop");
    let value = |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    assert_eq!([value("Type"), value("Exec"), value("Icon")], [Some("Application"), Some("spikescope"), Some("spikescope")]);
    // the window manager finds the entry by the application id of the window
    assert_eq!(value("StartupWMClass"), Some("spikescope"));
    assert!(text("assets/spikescope.svg").contains("#f2b544"));
    let png = std::fs::read(file("assets/spikescope.png")).unwrap();
    assert_eq!((&png[1..4], &png[16..24]), (&b"PNG"[..], &[0, 0, 1, 0, 0, 0, 1, 0][..]), "256 x 256 pixels");
}
