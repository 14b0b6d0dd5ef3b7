//! NumPy's NPZ and NPY: arrays of images and of labels, known by their names (x_train and y_train, images and labels, x and y).
//!
//! Only plain arrays of numbers are read (`npy`), never pickled objects, which could run code.

use super::layout::{self, extension};
use super::npy::{ArrayError, npy};
use super::source::{Part, Source};
use super::tensor::{Tensor, shape_text};
use super::unpack::MAX_RATIO;
use super::{DataError, MAX_BYTES, Remark, Split, classes, read};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Maximum number of arrays in a file.
const MAX_ARRAYS: usize = 256;

/// One array with its name.
#[derive(Debug, PartialEq)]
pub(super) struct Named {
    name: String,
    array: Tensor,
}

/// Read all arrays of an NPZ or NPY file: names and shapes, to describe its content.
pub fn parse_arrays(bytes: &[u8], name: &str) -> Result<Vec<(String, Vec<usize>)>, ArrayError> {
    Ok(parse(bytes, name)?.into_iter().map(|Named { name, array }| (name, array.shape)).collect())
}

fn parse(bytes: &[u8], stem: &str) -> Result<Vec<Named>, ArrayError> {
    if bytes.starts_with(b"\x93NUMPY") {
        return Ok(vec![Named { name: stem.to_owned(), array: npy(bytes, bytes.len() as u64, stem)? }]);
    }
    let not_npz = |error: zip::result::ZipError| ArrayError::NotNpz(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(not_npz)?;
    if archive.len() > MAX_ARRAYS {
        return Err(ArrayError::NotNpz(format!("it has {} entries, the most is {MAX_ARRAYS}", archive.len())));
    }
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(not_npz)?;
        let name = entry.name().map_err(not_npz)?.into_owned();
        let Some(name) = name.strip_suffix(".npy").map(|name| format!("{stem}.{name}")) else { continue };
        let at_most = entry.size().min(entry.compressed_size().saturating_mul(MAX_RATIO));
        let array = npy(entry, at_most, &name)?;
        arrays.push(Named { name, array });
    }
    Ok(arrays)
}

pub(super) fn is_arrays(name: &str) -> bool {
    matches!(extension(name).as_str(), "npz" | "npy")
}

/// Find array files in a folder.
pub(super) fn find(dir: &Path) -> Result<Option<Vec<PathBuf>>, DataError> {
    let files: Vec<PathBuf> = layout::entries(dir)?.files.iter().filter(|name| is_arrays(name)).map(|name| dir.join(name)).collect();
    Ok((!files.is_empty()).then_some(files))
}

/// Whether an array holds images or labels, and of which set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Role {
    test: bool,
    labels: bool,
}

/// The role of an array, from its name; `None` if it is for validation or the name is unknown.
fn role(name: &str, rank: usize) -> Option<Role> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let within = |wanted: &[&str]| wanted.iter().any(|wanted| lower.contains(wanted));
    if within(&["valid"]) || has(&["val"]) {
        return None;
    }
    let test = words.iter().any(|word| word.starts_with("test")) || has(&["t10k", "xtest", "ytest"]);
    let is_labels = has(&["y", "labels", "label", "target", "targets", "class", "classes"])
        || within(&["label", "target", "ytrain", "ytest", "trainy", "testy"]);
    let is_images = has(&["x", "images", "image", "imgs", "data"]) || within(&["image", "imgs", "xtrain", "xtest", "trainx", "testx"]);
    let labels = match (is_labels, is_images) {
        (true, _) => true,
        (false, true) => false,
        // default names of numpy.savez for unnamed arrays
        (false, false) if has(&["arr"]) => rank == 1,
        (false, false) => return None,
    };
    Some(Role { test, labels })
}

/// Read images and labels.
pub(super) fn load(dir: &Path, files: &[PathBuf]) -> Result<Source, DataError> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Arrays { path, source }
    };
    let mut slots: [Option<(Named, PathBuf)>; 4] = [const { None }; 4];
    let (mut all, mut unused) = (Vec::new(), Vec::new());
    for path in files {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for named in parse(&read(path, MAX_BYTES)?, &stem).map_err(unusable(path))? {
            all.push(format!("{} ({})", named.name, shape_text(&named.array.shape)));
            let Some(Role { test, labels }) = role(&named.name, named.array.shape.len()) else {
                unused.push(named.name);
                continue;
            };
            let slot = &mut slots[usize::from(test) * 2 + usize::from(labels)];
            if let Some((other, _)) = slot {
                return Err(unusable(path)(ArrayError::Ambiguous(other.name.clone(), named.name)));
            }
            *slot = Some((named, path.clone()));
        }
    }
    let [train_images, train_labels, test_images, test_labels] = slots;
    let pair = |images: (Named, PathBuf), labels: (Named, PathBuf), remarks: &mut Vec<Remark>| {
        let ((images, image_file), (labels, label_file)) = (images, labels);
        // both can be in one file
        let place = |file: &Path, name: &str| PathBuf::from(format!("{} ({name})", file.display()));
        let places = (place(&image_file, &images.name), place(&label_file, &labels.name));
        let parsed = images.array.images().map_err(|source| unusable(&image_file)(ArrayError::Shape { name: images.name, source }))?;
        let labels = labels.array.labels().map_err(|source| unusable(&label_file)(ArrayError::Shape { name: labels.name, source }))?;
        if labels.columns > 1 {
            remarks.push(Remark::FirstColumn { columns: labels.columns });
        }
        if parsed.count != labels.classes.len() {
            let ((image_file, label_file), images, labels) = (places, parsed.count, labels.classes.len());
            return Err(DataError::CountMismatch { image_file, label_file, images, labels });
        }
        Ok(Part { values: parsed.values, plain: None, labels: labels.classes, width: parsed.width, height: parsed.height })
    };
    let mut remarks = Vec::new();
    if !unused.is_empty() {
        remarks.push(Remark::Unused { what: unused.join(", "), why: "training and test images with their labels are read" });
    }
    let train = match (train_images, train_labels) {
        (Some(images), Some(labels)) => pair(images, labels, &mut remarks)?,
        _ => return Err(DataError::Arrays { path: dir.to_owned(), source: ArrayError::NoPair(all.join(", ")) }),
    };
    let test = match (test_images, test_labels) {
        (Some(images), Some(labels)) => Some(pair(images, labels, &mut remarks)?),
        (Some((Named { name, .. }, _)), None) | (None, Some((Named { name, .. }, _))) => {
            remarks.push(Remark::Unused { what: name, why: "test images and their labels are read together" });
            None
        }
        (None, None) => None,
    };
    remarks.dedup();
    let most = train.labels.iter().chain(test.iter().flat_map(|test| &test.labels)).max().copied().unwrap_or(0);
    let class_names = classes::names(if dir.is_dir() { dir } else { dir.parent().unwrap_or(dir) }, usize::from(most) + 1)?;
    Ok(Source { class_names, train, test, split: Split::Given, remarks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_array_names_have_roles() {
        let role = |name, rank| role(name, rank).map(|role| (role.test, role.labels));
        assert_eq!((role("mnist.x_train", 3), role("mnist.y_test", 1)), (Some((false, false)), Some((true, true))));
        assert_eq!((role("a.train_images", 3), role("a.test_labels", 2)), (Some((false, false)), Some((true, true))));
        assert_eq!((role("d.X", 2), role("d.y", 1)), (Some((false, false)), Some((false, true))));
        assert_eq!((role("k49-train-imgs.arr_0", 3), role("k49-train-labels.arr_0", 1)), (Some((false, false)), Some((false, true))));
        assert_eq!((role("a.val_images", 3), role("a.names", 1)), (None, None));
    }
}
