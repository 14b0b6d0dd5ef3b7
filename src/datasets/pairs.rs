//! A folder of four IDX files: training images and labels, test images and labels. They are recognised by their names, which
//! differ between collections: MNIST, Fashion-MNIST, KMNIST, EMNIST and QMNIST are supported.

use super::idx::{self, IdxError};
use super::layout::{Entries, below, entries};
use super::source::{Part, Source};
use super::tensor::{Images, Labels};
use super::{DataError, MAX_BYTES, Remark, Split, classes, read};
use std::path::{Path, PathBuf};

/// Training images and labels, then test images and labels.
pub(super) type Files = [[PathBuf; 2]; 2];

/// Extensions of IDX files; others are checksums, notes or unfinished downloads.
const EXTENSIONS: [&str; 7] = ["ubyte", "byte", "int", "float", "bin", "dat", "data"];

/// One of the four files, with the words by which its name is recognised.
const WANTED: [[Wanted; 2]; 2] = [
    [
        Wanted { what: "training images", split: &["train"], kind: "images", usual: "idx3" },
        Wanted { what: "training labels", split: &["train"], kind: "labels", usual: "idx1" },
    ],
    [
        Wanted { what: "test images", split: &["t10k", "test"], kind: "images", usual: "idx3" },
        Wanted { what: "test labels", split: &["t10k", "test"], kind: "labels", usual: "idx1" },
    ],
];

struct Wanted {
    what: &'static str,
    split: &'static [&'static str],
    kind: &'static str,
    /// Expected rank.
    usual: &'static str,
}

/// Preference of a name: the lowest value is the best.
type Fit = (usize, bool, bool, bool);

impl Wanted {
    /// Whether a file has this role.
    fn fits(&self, name: &str) -> Option<Fit> {
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        let split = self.split.iter().position(|split| plain.contains(split))?;
        let extension = plain.rsplit_once('.').map_or("ubyte", |(_, extension)| extension);
        let is_idx = extension.contains("idx") || EXTENSIONS.contains(&extension);
        let fits = is_idx && plain.contains(self.kind) && plain.contains("idx");
        fits.then_some((split, !plain.contains(self.usual), plain.contains(".idx"), plain.len() < name.len()))
    }

    /// The name without the parts that may vary within one collection: split, packing, rank and type.
    fn collection(&self, name: &str) -> String {
        let plain = name.replace('.', "-");
        let plain = plain.split("idx").next().unwrap_or_default().trim_matches('-');
        self.split.iter().fold(plain.to_owned(), |plain, split| plain.replace(split, self.split[0]))
    }

    /// The usual name, and the accepted names.
    fn words(&self) -> String {
        let Self { what, split, kind, usual } = self;
        format!("{}-{kind}-{usual}-ubyte ({what}: any name with {} and {kind} and idx)", split[0], split.join(" or "))
    }
}

/// The files of a folder, by role.
enum Search {
    All(Files),
    Some(Vec<String>),
    None,
}

fn search(dir: &Path) -> Result<Search, DataError> {
    let Entries { folders, mut files } = entries(dir)?;
    // some archives unpack each file into a folder with the file's name
    for folder in folders.iter().filter(|folder| WANTED.iter().flatten().any(|wanted| wanted.fits(&folder.to_lowercase()).is_some())) {
        files.extend(entries(&dir.join(folder))?.files.iter().map(|file| format!("{folder}/{file}")));
    }
    let base = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let mut missing = Vec::new();
    let mut found = Files::default();
    for (wanted, file) in WANTED.iter().flatten().zip(found.iter_mut().flatten()) {
        let mut fitting: Vec<_> = files.iter().filter_map(|name| Some((name.contains('/'), wanted.fits(&base(name))?, name))).collect();
        fitting.sort();
        let Some((_, _, best)) = fitting.first() else {
            missing.push(wanted.words());
            continue;
        };
        let ours = wanted.collection(&base(best));
        if let Some((_, _, other)) = fitting.iter().find(|(_, _, name)| wanted.collection(&base(name)) != ours) {
            return Err(DataError::Ambiguous { path: dir.to_owned(), first: (*best).clone(), second: (*other).clone() });
        }
        *file = dir.join(best);
    }
    Ok(match missing.len() {
        0 => Search::All(found),
        4 => Search::None,
        _ => Search::Some(missing),
    })
}

/// The four files of a folder; `None` if no file has a matching name.
pub(super) fn find(dir: &Path) -> Result<Option<Files>, DataError> {
    match search(dir)? {
        Search::All(files) => Ok(Some(files)),
        Search::None => Ok(None),
        Search::Some(missing) => Err(DataError::Missing { path: dir.to_owned(), missing }),
    }
}

/// The four files in the only folder below `dir` that contains such files, such as `MNIST/raw`.
pub(super) fn find_below(dir: &Path) -> Result<Option<(PathBuf, Files)>, DataError> {
    let (mut found, mut incomplete) = (None::<(PathBuf, Files)>, None);
    for folder in below(dir) {
        match search(&folder) {
            Ok(Search::All(files)) => {
                if let Some((first, _)) = found {
                    let [first, second] = [first, folder].map(|path| path.display().to_string());
                    return Err(DataError::Ambiguous { path: dir.to_owned(), first, second });
                }
                found = Some((folder, files));
            }
            Ok(Search::Some(missing)) => incomplete = Some(DataError::Missing { path: folder, missing }),
            Ok(Search::None) => {}
            Err(error) => incomplete = Some(error),
        }
    }
    match (found, incomplete) {
        (None, Some(error)) => Err(error),
        (found, _) => Ok(found),
    }
}

/// Load the four files.
pub(super) fn load(dir: &Path, [train, test]: Files) -> Result<Source, DataError> {
    let mut remarks = Vec::new();
    if train[0].file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().contains("emnist")) {
        remarks.push(Remark::Transposed);
    }
    let (train, test) = (load_split(train, &mut remarks)?, load_split(test, &mut remarks)?);
    remarks.dedup();
    let most = train.labels.iter().chain(&test.labels).max().copied().unwrap_or(0);
    let class_names = classes::names(dir, usize::from(most) + 1)?;
    Ok(Source { class_names, train, test: Some(test), split: Split::Given, remarks })
}

fn load_split([image_file, label_file]: [PathBuf; 2], remarks: &mut Vec<Remark>) -> Result<Part, DataError> {
    let Images { values, count, width, height } = parse(&image_file, idx::parse_images)?;
    let Labels { classes: labels, columns } = parse(&label_file, idx::parse_labels)?;
    if count != labels.len() {
        return Err(DataError::CountMismatch { image_file, label_file, images: count, labels: labels.len() });
    }
    if columns > 1 {
        remarks.push(Remark::FirstColumn { columns });
    }
    Ok(Part { values, plain: None, labels, width, height })
}

fn parse<T>(path: &Path, parse: impl Fn(&[u8]) -> Result<T, IdxError>) -> Result<T, DataError> {
    parse(&read(path, MAX_BYTES + 64)?).map_err(|source| DataError::Malformed { path: path.to_owned(), source })
}
