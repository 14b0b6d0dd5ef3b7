//! PNG files by class: `DIR/train/CLASS/*.png` with `DIR/test/CLASS/*.png`; or `DIR/CLASS/*.png`, of which the last fifth
//! of each class, by name, is held out to be tested on. Classes have the names of their folders, in the order in which
//! people count.
//!
//! Classes are mixed evenly: any run of images has each class in proportion, so that the last images of a collection are
//! as good for assigning labels, or for holding out, as any.

use super::classes::natural;
use super::picture::{self, GreyPicture, parse_picture};
use super::{Data, DataError, Dataset, MAX_BYTES, MAX_CLASSES, Split, name_of, read};
use ndarray::Array2;
use std::path::{Path, PathBuf};

/// The most a single file may hold.
const MAX_FILE: u64 = 256 << 20;
/// Of a class without test pictures, one in so many is held out.
const HELD_OUT: usize = 5;
/// Pictures in other formats, which nobody would want to be left out in silence.
const OTHER: [&str; 9] = ["jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp", "pgm", "ppm"];

/// The files of every class.
type Classes = Vec<(String, Vec<PathBuf>)>;

/// Load a folder of class folders.
pub(super) fn load(dir: &Path, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<Data, DataError> {
    let [train_dir, test_dir] = ["train", "test"].map(|split| dir.join(split));
    // a class may be called train: then it holds pictures, no folders
    let splits = [&train_dir, &test_dir].map(|split| split.is_dir() && entries(split).is_ok_and(|found| !found.folders.is_empty()));
    let (train, test, split) = match splits {
        [true, true] => {
            let train = classes(&train_dir, 1)?;
            let test = same_classes(&train, classes(&test_dir, 1)?, &train_dir, &test_dir)?;
            (train, test, Split::Given)
        }
        [false, false] => {
            let (train, test) = hold_out(classes(dir, 2)?);
            (train, test, Split::LastFifth)
        }
        [train, _] => {
            let (there, missing) = if train { (train_dir, test_dir) } else { (test_dir, train_dir) };
            return Err(DataError::HalfSplit { path: dir.to_owned(), there, missing });
        }
    };
    if train.is_empty() {
        return Err(DataError::NoImages { path: dir.to_owned() });
    }
    let class_names: Vec<String> = train.iter().map(|(name, _)| name.clone()).collect();
    let sets = [&train, &test].map(mixed);
    let [train, test] = read_all(dir, sets, class_names.len(), go_on)?;
    Ok(Data { name: name_of(dir), class_names: class_names.into(), train, test, split })
}

/// What is in a folder, in the order in which people count.
struct Entries {
    folders: Vec<String>,
    files: Vec<String>,
}

fn entries(dir: &Path) -> Result<Entries, DataError> {
    let unreadable = |source| DataError::Unreadable { path: dir.to_owned(), source };
    let mut found = Entries { folders: Vec::new(), files: Vec::new() };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default();
        let plain = name.to_str().ok_or_else(|| DataError::Unreadable {
            path: path.clone(),
            source: std::io::Error::other("its name is not Unicode; give it another"),
        })?;
        // what systems leave behind, and what this program made
        if plain.starts_with('.') || plain == "__MACOSX" || path.is_dir() && crate::files::holds_results(&path) {
            continue;
        }
        let list = if path.is_dir() { &mut found.folders } else { &mut found.files };
        list.push(plain.to_owned());
    }
    found.folders.sort_by(|a, b| natural(a, b));
    found.files.sort_by(|a, b| natural(a, b));
    Ok(found)
}

/// The class folders of a folder, each with at least `needed` pictures.
fn classes(dir: &Path, needed: usize) -> Result<Classes, DataError> {
    let folders = entries(dir)?.folders;
    if folders.len() > MAX_CLASSES {
        return Err(DataError::TooManyClasses { path: dir.to_owned(), found: folders.len() });
    }
    let mut classes = Vec::new();
    for name in folders {
        let path = dir.join(&name);
        let mut files = Vec::new();
        for file in entries(&path)?.files {
            let file = path.join(file);
            let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
            if extension == "png" {
                files.push(file);
            } else if OTHER.contains(&extension.as_str()) {
                return Err(DataError::OtherFormat { path: file });
            }
        }
        if files.len() < needed {
            return Err(DataError::FewPictures { path, found: files.len(), needed });
        }
        classes.push((name, files));
    }
    Ok(classes)
}

/// Test pictures in the order of the training classes; a class may have none.
fn same_classes(train: &Classes, test: Classes, train_dir: &Path, test_dir: &Path) -> Result<Classes, DataError> {
    let mut ordered: Classes = train.iter().map(|(name, _)| (name.clone(), Vec::new())).collect();
    for (name, files) in test {
        match ordered.iter_mut().find(|(known, _)| *known == name) {
            Some((_, mine)) => *mine = files,
            None => return Err(DataError::UnknownClass { path: test_dir.join(name), train: train_dir.to_owned() }),
        }
    }
    Ok(ordered)
}

/// The last fifth of each class, at least one picture.
fn hold_out(mut classes: Classes) -> (Classes, Classes) {
    let last = |(name, files): &mut (String, Vec<PathBuf>)| {
        let held = (files.len() / HELD_OUT).max(1);
        (name.clone(), files.split_off(files.len() - held))
    };
    let test = classes.iter_mut().map(last).collect();
    (classes, test)
}

/// All pictures with their labels, every class spread evenly.
fn mixed(classes: &Classes) -> Vec<(PathBuf, u8)> {
    let mut all = Vec::new();
    for (label, (_, files)) in classes.iter().enumerate() {
        // the middle of its share: (k + 1/2) / n, in whole numbers
        all.extend(files.iter().enumerate().map(|(k, file)| (((2 * k as u64 + 1) << 32) / (2 * files.len() as u64), label as u8, file)));
    }
    all.sort_by_key(|&(place, label, _)| (place, label));
    all.into_iter().map(|(_, label, file)| (file.clone(), label)).collect()
}

/// Read the pictures of both sets, all of one size.
fn read_all(
    dir: &Path,
    sets: [Vec<(PathBuf, u8)>; 2],
    classes: usize,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<[Dataset; 2], DataError> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Picture { path, source }
    };
    // invariant: every class has a picture to learn from
    let Some((first, _)) = sets[0].first().cloned() else { return Err(DataError::NoImages { path: dir.to_owned() }) };
    let (width, height) = picture::size(&read(&first, MAX_FILE)?).map_err(unusable(&first))?;
    let (images, pixels) = (sets[0].len() + sets[1].len(), width * height);
    let bytes = (images as u64).saturating_mul(pixels as u64);
    let too_much = || DataError::Memory { path: dir.to_owned(), images, pixels, bytes };
    if bytes > MAX_BYTES {
        return Err(too_much());
    }
    let mut done = 0;
    let mut read_set = |files: Vec<(PathBuf, u8)>| {
        let mut all = Vec::new();
        all.try_reserve_exact(files.len() * pixels).map_err(|_| too_much())?;
        let mut labels = Vec::with_capacity(files.len());
        for (path, label) in files {
            if !go_on(done, images) {
                return Err(DataError::Stopped { path: dir.to_owned() });
            }
            done += 1;
            let bytes = read(&path, MAX_FILE)?;
            let size = picture::size(&bytes).map_err(unusable(&path))?;
            if size != (width, height) {
                return Err(DataError::PictureSize { path, size, first: first.clone(), first_size: (width, height) });
            }
            let GreyPicture { pixels, .. } = parse_picture(&bytes).map_err(unusable(&path))?;
            all.extend_from_slice(&pixels);
            labels.push(label);
        }
        let images = Array2::from_shape_vec((labels.len(), pixels), all).map_err(|_| too_much())?;
        Ok(Dataset { images, labels, width, height, classes })
    };
    let [train, test] = sets;
    Ok([read_set(train)?, read_set(test)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_mixed_in_proportion() {
        let files = |n: usize| (0..n).map(|k| PathBuf::from(k.to_string())).collect::<Vec<_>>();
        let all = mixed(&vec![("a".to_owned(), files(2)), ("b".to_owned(), files(4)), ("none".to_owned(), Vec::new())]);
        assert_eq!(all.iter().map(|(_, label)| *label).collect::<Vec<_>>(), [1, 0, 1, 1, 0, 1]);
        let of = |class: u8| all.iter().filter(|(_, label)| *label == class).map(|(file, _)| file.clone()).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), (files(2), files(4)), "the order of names stays");
    }

    #[test]
    fn the_last_fifth_is_held_out_and_at_least_one() {
        let files = |n: usize| (0..n).map(|k| PathBuf::from(k.to_string())).collect::<Vec<_>>();
        let (train, test) = hold_out(vec![("a".to_owned(), files(12)), ("b".to_owned(), files(2))]);
        assert_eq!((train[0].1.len(), train[1].1.len()), (10, 1));
        assert_eq!((test[0].1.as_slice(), test[1].1.as_slice()), (&files(12)[10..], &files(2)[1..]));
    }
}
