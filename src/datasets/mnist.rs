//! A folder of four IDX files under the names MNIST gave them, as Fashion-MNIST, KMNIST and others use them too.

use super::idx::{self, IdxError};
use super::{Data, DataError, Dataset};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Load training and test images from the four IDX files in `dir`.
pub fn load_dir(dir: &Path) -> Result<Data, DataError> {
    match std::fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return Err(DataError::NoFolder { path: dir.to_owned(), reason: ": it is a file".to_owned() }),
        Err(error) => return Err(DataError::NoFolder { path: dir.to_owned(), reason: format!(": {error}") }),
    }
    tracing::debug!(folder = %dir.display(), "loading images");
    let mut missing = Vec::new();
    let mut find = |split: &[&str], kind: &str, rank: u8| {
        let found = names(split, kind, rank).map(|name| dir.join(name)).find(|path| path.exists());
        found.unwrap_or_else(|| {
            missing.push(format!("{}-{kind}-idx{rank}-ubyte", split[0]));
            PathBuf::new()
        })
    };
    let files = [
        (find(&["train"], "images", 3), find(&["train"], "labels", 1)),
        (find(&["t10k", "test"], "images", 3), find(&["t10k", "test"], "labels", 1)),
    ];
    if !missing.is_empty() {
        return Err(DataError::Missing { path: dir.to_owned(), missing });
    }
    let [train, test] = files;
    let (train, test) = (load_split(train)?, load_split(test)?);
    let [train_size, test_size] = [&train, &test].map(|split| (split.width, split.height));
    if train_size != test_size {
        return Err(DataError::SizeMismatch { path: dir.to_owned(), train: train_size, test: test_size });
    }
    let classes = train.classes.max(test.classes);
    if classes < 2 {
        return Err(DataError::OneClass { path: dir.to_owned() });
    }
    let resolved = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = resolved.file_name().unwrap_or(dir.as_os_str()).to_string_lossy().into_owned();
    Ok(Data::numbered(&name, Dataset { classes, ..train }, Dataset { classes, ..test }))
}

/// Every name under which a file is looked for, the usual one first.
fn names<'a>(splits: &'a [&str], kind: &'a str, rank: u8) -> impl Iterator<Item = String> + 'a {
    splits.iter().flat_map(move |split| {
        ["-", "."]
            .into_iter()
            .flat_map(move |joint| ["", ".gz"].into_iter().map(move |packing| format!("{split}-{kind}{joint}idx{rank}-ubyte{packing}")))
    })
}

fn load_split((image_file, label_file): (PathBuf, PathBuf)) -> Result<Dataset, DataError> {
    let idx::Images { pixels, width, height } = read(&image_file, idx::parse_images)?;
    let labels = read(&label_file, idx::parse_labels)?;
    if pixels.nrows() != labels.len() {
        let (images, labels) = (pixels.nrows(), labels.len());
        return Err(DataError::CountMismatch { image_file, label_file, images, labels });
    }
    let classes = labels.iter().max().map_or(0, |&most| usize::from(most) + 1);
    Ok(Dataset { images: pixels, labels, width, height, classes })
}

fn read<T>(path: &Path, parse: impl Fn(&[u8]) -> Result<T, IdxError>) -> Result<T, DataError> {
    let unreadable = |source| DataError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if !meta.is_file() {
        return Err(unreadable(std::io::Error::other("it is not a regular file")));
    }
    // a file may grow while it is read; the bound holds nevertheless
    let bound = idx::MAX_BYTES + 64;
    if meta.len() > bound {
        return Err(unreadable(std::io::Error::other(format!("it has {} bytes, the most is {bound}", meta.len()))));
    }
    let mut bytes = Vec::new();
    file.take(bound).read_to_end(&mut bytes).map_err(unreadable)?;
    parse(&bytes).map_err(|source| DataError::Malformed { path: path.to_owned(), source })
}

/// Check a single IDX file and say in words what is in it.
pub fn describe_file(path: &Path) -> Result<String, DataError> {
    read(path, |bytes| match idx::parse_images(bytes) {
        Ok(images) => Ok(format!("{} images of {} x {} pixels", images.pixels.nrows(), images.width, images.height)),
        Err(IdxError::Magic { found: idx::LABELS_MAGIC, .. }) => {
            let labels = idx::parse_labels(bytes)?;
            Ok(format!("{} labels, the largest is {}", labels.len(), labels.iter().max().unwrap_or(&0)))
        }
        Err(error) => Err(error),
    })
}
