//! Searches a folder for run directories, studies and notes.

use super::ReportError;
use super::free::figures as free_study_figures;
use super::studies::{StudyFigure, study_figures};
use crate::rundir::RunDir;
use crate::study::StudyDir;
use std::path::Path;

/// Maximum depth of the search.
const DEPTH: usize = 4;
const SESSION: &str = "session.ron";
const STUDY: &str = "study.ron";
const SUMMARY: &str = "summary.csv";
const RESULTS: &str = "results.csv";
const NOTES: &str = "notes.md";
/// Maximum size of the notes.
const MAX_NOTES_BYTES: u64 = 1 << 20;

/// Contents of a folder.
#[derive(Debug)]
pub struct Found {
    /// Name of the folder.
    pub name: String,
    /// Run directories by their path below the folder, in alphabetical order.
    pub runs: Vec<(String, RunDir)>,
    /// Studies, in alphabetical order.
    pub studies: Vec<Study>,
    /// Directories of free runs, in the same way.
    pub free_runs: Vec<(String, RunDir)>,
    /// Text of `notes.md` in the folder.
    pub notes: Option<String>,
}

/// Results of a study: its summary if there is one, otherwise its results table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Study {
    /// Its path below the folder of the report.
    pub name: String,
    /// Column names.
    pub columns: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
    /// Its figures; empty if only tables exist.
    pub figures: Vec<StudyFigure>,
}

/// Search a folder, which is a run or a study or contains some. Folders inside a study are not searched.
pub fn find(folder: &Path) -> Result<Found, ReportError> {
    let fault = |reason: String| ReportError::NoFolder { path: folder.to_owned(), reason };
    let meta = std::fs::metadata(folder).map_err(|error| fault(format!(": {error}")))?;
    if !meta.is_dir() {
        return Err(fault(String::new()));
    }
    // resolves the names of `.` and `..`
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map_or_else(|| "runs".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut found = Found { name, runs: Vec::new(), studies: Vec::new(), free_runs: Vec::new(), notes: notes(folder)? };
    search(folder, "", 0, &mut found)?;
    if found.runs.is_empty() && found.free_runs.is_empty() && found.studies.is_empty() {
        return Err(ReportError::Nothing { path: folder.to_owned(), depth: DEPTH });
    }
    Ok(found)
}

fn search(folder: &Path, below: &str, depth: usize, found: &mut Found) -> Result<(), ReportError> {
    let name = if below.is_empty() { found.name.clone() } else { below.to_owned() };
    if folder.join(STUDY).is_file() {
        found.studies.push(study(name, folder)?);
        return Ok(());
    }
    if folder.join(SESSION).is_file() {
        let run = RunDir::open(folder)?;
        if run.is_free() { &mut found.free_runs } else { &mut found.runs }.push((name, run));
        return Ok(());
    }
    if depth == DEPTH {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| ReportError::Unreadable { path: folder.to_owned(), reason: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut names: Vec<_> = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name()).collect();
    // the order of directory entries depends on the file system
    names.sort();
    for name in names {
        let inner = if below.is_empty() { String::new() } else { format!("{below}/") };
        search(&folder.join(&name), &(inner + &name.to_string_lossy()), depth + 1, found)?;
    }
    Ok(())
}

fn study(name: String, folder: &Path) -> Result<Study, ReportError> {
    let summary = folder.join(SUMMARY);
    let path = if summary.is_file() { summary } else { folder.join(RESULTS) };
    let fault = |error: csv::Error| ReportError::Unreadable { path: path.clone(), reason: error.to_string() };
    let mut reader = csv::Reader::from_path(&path).map_err(fault)?;
    let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let columns = cells(reader.headers().map_err(fault)?);
    let rows = reader.records().map(|row| Ok(cells(&row.map_err(fault)?))).collect::<Result<_, ReportError>>()?;
    let figures = if StudyDir::is_free(folder) {
        StudyDir::open_free(folder)
            .map_or_else(|_| Vec::new(), |(dir, study, preset)| free_study_figures(&study, &preset.network, &dir.free_results(&study)))
    } else {
        StudyDir::open(folder).map_or_else(|_| Vec::new(), |(dir, study, _)| study_figures(&study, &dir.results(&study)))
    };
    Ok(Study { name, columns, rows, figures })
}

fn notes(folder: &Path) -> Result<Option<String>, ReportError> {
    let path = folder.join(NOTES);
    let fault = |reason: String| ReportError::Unreadable { path: path.clone(), reason };
    let Ok(meta) = std::fs::metadata(&path) else { return Ok(None) };
    if meta.len() > MAX_NOTES_BYTES {
        return Err(fault(format!("it has {} bytes; the maximum is {MAX_NOTES_BYTES}", meta.len())));
    }
    std::fs::read_to_string(&path).map(Some).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_runs_and_a_file_are_told_apart_and_notes_must_be_text() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(find(dir.path()), Err(ReportError::Nothing { .. })));
        assert!(matches!(find(&dir.path().join("nowhere")), Err(ReportError::NoFolder { .. })));
        std::fs::write(dir.path().join("file"), "").unwrap();
        assert!(matches!(find(&dir.path().join("file")), Err(ReportError::NoFolder { .. })));
        std::fs::write(dir.path().join(NOTES), [0xff]).unwrap();
        assert!(matches!(find(dir.path()), Err(ReportError::Unreadable { .. })));
    }

    #[test]
    fn runs_and_studies_are_found_in_order_and_what_a_study_holds_is_its_own() {
        let dir = tempfile::tempdir().unwrap();
        for run in ["b/2", "b/10", "a", "study/runs/1"] {
            std::fs::create_dir_all(dir.path().join(run)).unwrap();
            for file in [SESSION, "preset.ron"] {
                std::fs::write(dir.path().join(run).join(file), "").unwrap();
            }
        }
        std::fs::write(dir.path().join("study").join(STUDY), "").unwrap();
        assert!(matches!(find(dir.path()), Err(ReportError::Unreadable { .. })), "a study without results");
        std::fs::write(dir.path().join("study").join(RESULTS), "a,b\n1,\"2, 3\"\n").unwrap();
        let found = find(dir.path()).unwrap();
        assert_eq!(found.runs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b/10", "b/2"]);
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(
            found.studies,
            [Study { name: "study".to_owned(), columns: cells(["a", "b"]), rows: vec![cells(["1", "2, 3"])], figures: Vec::new() }]
        );
        let one = find(&dir.path().join("a")).unwrap();
        assert_eq!((one.name.as_str(), one.runs[0].0.as_str()), ("a", "a"));
    }
}
