//! CSV: one row per image, one column for the label and one per pixel of a square image. With or without a header; separated by
//! commas, semicolons or tabs.

use super::classes::natural;
use super::layout::extension;
use super::source::{Part, Source};
use super::tensor::Tensor;
use super::unpack::Unpacked;
use super::{DataError, MAX_BYTES, MAX_CLASSES, Remark, Split, Values, classes, layout, read};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Names of label columns.
const LABELS: [&str; 6] = ["label", "labels", "class", "target", "digit", "y"];
/// Names of columns with row numbers.
const NUMBERS: [&str; 5] = ["", "id", "index", "unnamed: 0", "imageid"];

/// Error in a table. The caller adds the file name.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No rows.
    #[error("the file has no rows of images; a row is a label and the pixels of one image")]
    Empty,
    /// Not a CSV table.
    #[error("the file is not a CSV table: {0}; every row needs as many fields as the first")]
    Malformed(String),
    /// A value that is not a number.
    #[error("line {line}, column {column}: \"{found}\" is not a number; pixels are numbers, one a column")]
    NotANumber {
        /// Counted from 1.
        line: u64,
        /// Counted from 1.
        column: usize,
        /// The value.
        found: String,
    },
    /// A header without a label column.
    #[error("the header names no column of labels ({}); rename the column that holds the classes to label", LABELS.join(", "))]
    NoLabel,
    /// The number of pixels is not a square.
    #[error("a row has {0} pixels, which is not a square number; write as many pixels as a square image has, for example 784 for 28 x 28")]
    NotSquare(usize),
    /// It is too large.
    #[error("the table needs more than {MAX_BYTES} bytes of memory; use fewer images")]
    Memory,
    /// The gzip stream is damaged.
    #[error("the gzip stream is damaged ({0}); replace it by a complete copy")]
    Gzip(std::io::Error),
}

/// A table that was read.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// The label of each row, as text.
    pub labels: Vec<String>,
    /// All pixels, row by row.
    pub pixels: Vec<f32>,
    /// The label column, counted from 1, if the file does not name it.
    pub guessed: Option<usize>,
}

/// Read a table, plain or gzipped.
pub fn parse_table(bytes: &[u8]) -> Result<Table, TableError> {
    let mut text = Vec::new();
    let mut source = Unpacked::open(bytes);
    if source.zipped {
        let read = source.by_ref().take(MAX_BYTES + 1).read_to_end(&mut text).map_err(TableError::Gzip)?;
        if read as u64 > MAX_BYTES {
            return Err(TableError::Memory);
        }
    }
    let bytes = if text.is_empty() { bytes } else { &text };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
    let count = |delimiter: u8| first.split(|&byte| byte == delimiter).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|&delimiter| (count(delimiter), delimiter == b',')).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).trim(csv::Trim::All).from_reader(bytes);
    let mut rows = reader.byte_records();
    let malformed = |error: csv::Error| TableError::Malformed(error.to_string());
    let first = rows.next().ok_or(TableError::Empty)?.map_err(malformed)?;
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    // pixel columns may have numbers as names
    let is_label = |field: &[u8]| LABELS.contains(&text(field).to_lowercase().as_str());
    let is_header = first.iter().filter(|field| number(field).is_none()).count() > 1 || first.iter().any(is_label);
    let header: Option<Vec<String>> = is_header.then(|| first.iter().map(|field| text(field).to_lowercase()).collect());
    let named = header.as_ref().map(|header| {
        let found = LABELS.iter().find_map(|wanted| header.iter().position(|name| name == wanted));
        found.ok_or(TableError::NoLabel)
    });
    let label = named.transpose()?;
    let skipped: Vec<usize> =
        header.iter().flatten().enumerate().filter(|(_, name)| NUMBERS.contains(&name.as_str())).map(|(k, _)| k).collect();
    let (mut labels, mut last_labels) = (Vec::new(), Vec::new());
    let mut pixels: Vec<f32> = Vec::new();
    let (columns, mut most_line) = (first.len(), 0);
    if columns < 2 {
        return Err(TableError::Malformed("a row has a single field".to_owned()));
    }
    let pending = (header.is_none()).then_some(Ok(first));
    for record in pending.into_iter().chain(rows) {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(most_line + 1, csv::Position::line);
        most_line = line;
        if (pixels.len() as u64 + columns as u64) * 4 > MAX_BYTES {
            return Err(TableError::Memory);
        }
        labels.push(text(&record[label.unwrap_or(0)]));
        // without a header the label may be first or last: both are kept until all rows have been read
        last_labels.push(text(&record[columns - 1]));
        for (column, field) in record.iter().enumerate() {
            if label.is_some_and(|label| label == column) || skipped.contains(&column) {
                continue;
            }
            match number(field) {
                Some(value) => pixels.push(value),
                // the label is text
                None if label.is_none() && (column == 0 || column == columns - 1) => pixels.push(f32::NAN),
                None => return Err(TableError::NotANumber { line, column: column + 1, found: text(field) }),
            }
        }
    }
    if labels.is_empty() {
        return Err(TableError::Empty);
    }
    if label.is_some() {
        return Ok(Table { labels, pixels, guessed: None });
    }
    // the first column, unless it is constant while the last one holds whole numbers or text
    let whole = |text: &String| text.parse::<f64>().map_or(true, |value| value.fract() == 0.0);
    let is_last = labels.iter().all(|label| *label == labels[0])
        && last_labels.iter().any(|label| *label != last_labels[0])
        && last_labels.iter().all(whole);
    let column = if is_last { columns - 1 } else { 0 };
    let kept: Vec<f32> = pixels.chunks_exact(columns).flat_map(|row| row[..column].iter().chain(&row[column + 1..]).copied()).collect();
    if let Some(bad) = kept.iter().position(|value| value.is_nan()) {
        let (row, column) = (bad / (columns - 1), if is_last { 1 } else { columns });
        let found = if is_last { &labels[row] } else { &last_labels[row] };
        return Err(TableError::NotANumber { line: row as u64 + 1, column, found: found.clone() });
    }
    Ok(Table { labels: if is_last { last_labels } else { labels }, pixels: kept, guessed: Some(column + 1) })
}

fn number(field: &[u8]) -> Option<f32> {
    std::str::from_utf8(field).ok()?.parse().ok().filter(|value: &f32| value.is_finite())
}

/// The tables of a folder: training and, if it exists, test.
pub(super) struct Tables {
    pub(super) train: PathBuf,
    pub(super) test: Option<PathBuf>,
    pub(super) unused: Vec<PathBuf>,
}

pub(super) fn is_table(name: &str) -> bool {
    extension(name.strip_suffix(".gz").unwrap_or(name)) == "csv"
}

/// Find tables in a folder.
pub(super) fn find(dir: &Path) -> Result<Option<Tables>, DataError> {
    let names: Vec<String> = layout::entries(dir)?.files.into_iter().filter(|name| is_table(name)).collect();
    let with = |words: &[&str]| -> Vec<&String> {
        words.iter().flat_map(|word| names.iter().filter(move |name| name.to_lowercase().contains(word))).collect()
    };
    let (train, test) = (with(&["train"]), with(&["test", "val"]));
    let train = match (train.as_slice(), names.as_slice()) {
        ([first, ..], _) => (*first).clone(),
        ([], [only]) => only.clone(),
        ([], []) => return Ok(None),
        ([], [first, second, ..]) => {
            return Err(DataError::Ambiguous { path: dir.to_owned(), first: first.clone(), second: second.clone() });
        }
    };
    let test = test.first().map(|name| (*name).clone()).filter(|name| *name != train);
    let unused = names.iter().filter(|name| **name != train && Some(*name) != test.as_ref()).map(|name| dir.join(name)).collect();
    Ok(Some(Tables { train: dir.join(train), test: test.map(|name| dir.join(name)), unused }))
}

/// Read tables.
pub(super) fn load(dir: &Path, tables: Tables) -> Result<Source, DataError> {
    let Tables { train: train_path, test: test_path, unused } = tables;
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Table { path, source }
    };
    let table = |path: &Path| parse_table(&read(path, MAX_BYTES)?).map_err(unusable(path));
    let why = "a table of training images and one of test images are read";
    let mut remarks: Vec<Remark> = unused.iter().map(|path| Remark::Unused { what: path.display().to_string(), why }).collect();
    let train = table(&train_path)?;
    remarks.extend(train.guessed.map(|column| Remark::LabelColumn { column }));
    let test = match test_path {
        None => None,
        Some(path) => match table(&path) {
            Ok(test) if test.pixels.len() / test.labels.len() == train.pixels.len() / train.labels.len() => Some((path, test)),
            // test tables of competitions have no labels
            Ok(_) | Err(DataError::Table { source: TableError::NoLabel, .. }) => {
                remarks.push(Remark::Unused { what: path.display().to_string(), why: "it has no labels, or another number of pixels" });
                None
            }
            Err(error) => return Err(error),
        },
    };
    let all: Vec<&str> = train.labels.iter().chain(test.iter().flat_map(|(_, test)| &test.labels)).map(String::as_str).collect();
    let (names, numbered) = class_names(&all, dir).map_err(|reason| DataError::ClassNames { path: train_path.clone(), reason })?;
    let part = |path: &Path, Table { labels, pixels, .. }: Table| -> Result<Part, DataError> {
        let per_image = pixels.len() / labels.len();
        let shape = vec![labels.len(), per_image];
        let images =
            Tensor { shape, values: Values::Wide(pixels, None) }.images().map_err(|_| unusable(path)(TableError::NotSquare(per_image)))?;
        let class = |label: &String| if numbered { number(label.as_bytes()).map(|n| n as u8) } else { position(&names, label) };
        // invariant: every label is in the list of names
        let labels = labels.iter().map(|label| class(label).unwrap_or(0)).collect();
        Ok(Part { values: images.values, plain: None, labels, width: images.width, height: images.height })
    };
    let train = part(&train_path, train)?;
    let test = test.map(|(path, test)| part(&path, test)).transpose()?;
    Ok(Source { class_names: names, train, test, split: Split::Given, remarks })
}

fn position(names: &[String], label: &str) -> Option<u8> {
    names.iter().position(|name| name == label).map(|class| class as u8)
}

/// The classes of the labels, and whether labels are numbers: numbers from 0 to 255 are class numbers, other labels are numbered
/// in natural order.
fn class_names(labels: &[&str], dir: &Path) -> Result<(Vec<String>, bool), String> {
    let class = |label: &&str| number(label.as_bytes()).filter(|value| value.fract() == 0.0 && (0.0..256.0).contains(value));
    let numbers: Option<Vec<f32>> = labels.iter().map(class).collect();
    if let Some(numbers) = numbers {
        let most = numbers.iter().fold(0.0f32, |most, &n| most.max(n)) as usize;
        return Ok((classes::names(dir, most + 1).map_err(|error| error.to_string())?, true));
    }
    let mut names: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
    names.sort_by(|a, b| natural(a, b));
    names.dedup();
    if names.iter().any(String::is_empty) {
        return Err("a row has no label; write one in every row".to_owned());
    }
    if names.len() > MAX_CLASSES {
        return Err(format!("the labels have {} different values, the most is {MAX_CLASSES}; is another column the label?", names.len()));
    }
    Ok((names, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_identifies_the_label_column_at_any_position() {
        let table = parse_table(b"id,1x1,1x2,2x1,2x2,Label\n7,0,1,2,3,cat\n8,4,5,6,255,dog\n").unwrap();
        assert_eq!(table.labels, ["cat", "dog"]);
        assert_eq!(table.pixels, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 255.0]);
        assert!(matches!(parse_table(b"a,b,c\n1,2,3\n"), Err(TableError::NoLabel)));
        let numbered = parse_table(b"label,0,1,2,3\n7,4,5,6,7\n").unwrap();
        assert_eq!((numbered.labels, numbered.pixels.len()), (vec!["7".to_owned()], 4));
    }

    #[test]
    fn without_a_header_the_label_is_first_or_last() {
        let first = parse_table(b"3;0;1;2;3\n4;4;5;6;7\n").unwrap();
        assert_eq!((first.labels, first.guessed, first.pixels.len()), (vec!["3".to_owned(), "4".to_owned()], Some(1), 8));
        let last = parse_table(b"0\t0\t1\t2\t3\n0\t4\t5\t6\t7\n").unwrap();
        assert_eq!((last.labels, last.guessed), (vec!["3".to_owned(), "7".to_owned()], Some(5)));
    }

    #[test]
    fn errors_state_line_and_column() {
        let error = parse_table(b"label,a,b\n1,2,3\n1,x,3\n").unwrap_err();
        assert!(matches!(error, TableError::NotANumber { line: 3, column: 2, .. }), "{error}");
        assert!(matches!(parse_table(b"label,a\n1,2,3\n"), Err(TableError::Malformed(_))));
        assert!(matches!(parse_table(b"label,a\n"), Err(TableError::Empty)));
        assert!(matches!(parse_table(b""), Err(TableError::Empty)));
    }
}
