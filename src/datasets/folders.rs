//! Images in class folders: `DIR/train/CLASS/*` with `DIR/test/CLASS/*`; or `DIR/CLASS/*`, of which the last fifth of each
//! class, by name, is held out for testing. Classes are named after their folders and are in natural order.
//!
//! Classes are interleaved evenly: any range of images contains each class in proportion.

use super::classes::natural;
use super::layout::{self, Entries, TEST, TRAIN, entries, extension};
use super::picture::{self, GreyPicture, parse_picture};
use super::source::{HELD_OUT, Part, Source};
use super::{DataError, MAX_BYTES, MAX_CLASSES, Remark, Split, Values, read};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Maximum size of a single file.
const MAX_FILE: u64 = 256 << 20;

/// Extensions of unsupported image formats: a folder that contains only these was meant as an image folder.
const UNREAD: [&str; 13] = [".avif", ".dng", ".gif", ".heic", ".heif", ".ico", ".j2k", ".jp2", ".jxl", ".pbm", ".pgm", ".ppm", ".svg"];

/// The images of a class.
struct Class {
    name: String,
    files: Vec<PathBuf>,
}

/// The class folders of a folder, and its other contents.
struct Folder {
    path: PathBuf,
    classes: Vec<Class>,
    /// Unsupported files, by extension.
    left_out: BTreeMap<String, usize>,
    /// Folders without images.
    empty: Vec<String>,
}

/// Images that were found but not yet read.
pub(super) struct Found {
    train: Folder,
    test: Option<Folder>,
    remarks: Vec<Remark>,
}

/// Find class folders; `None` if no folder contains images.
pub(super) fn find(dir: &Path) -> Result<Option<Found>, DataError> {
    let root = layout::innermost(dir)?;
    let Entries { folders, .. } = entries(&root)?;
    let mut remarks = Vec::new();
    if root != dir {
        remarks.push(Remark::ReadFrom(root.clone()));
    }
    // a class may be named train: its folder contains images, not folders
    let split = |names: &[&str]| -> Vec<String> {
        let is = |wanted: &str, name: &str| name.to_lowercase() == wanted && !holds_pictures(&root.join(name));
        names.iter().flat_map(|wanted| folders.iter().filter(move |name| is(wanted, name)).cloned()).collect()
    };
    let [train, test] = [split(&TRAIN), split(&TEST)];
    let (train, test) = match (train.first(), test.first()) {
        (Some(first), found) => {
            for other in train.iter().skip(1).chain(test.iter().skip(1)) {
                remarks.push(Remark::Unused { what: root.join(other).display().to_string(), why: "one folder of each kind is read" });
            }
            (Folder::read(root.join(first))?, found.map(|name| Folder::read(root.join(name))).transpose()?)
        }
        (None, Some(only)) if folders.len() == 1 => {
            return Err(DataError::HalfSplit { there: root.join(only), missing: root.join(TRAIN[0]) });
        }
        (None, _) => (Folder::read(root)?, None),
    };
    let is_empty = train.classes.is_empty() && test.as_ref().is_none_or(|test| test.classes.is_empty());
    if is_empty && !train.left_out.keys().any(|format| UNREAD.contains(&format.as_str())) {
        return Ok(None);
    }
    Ok(Some(Found { train, test, remarks }))
}

fn is_picture(name: &str) -> bool {
    picture::EXTENSIONS.contains(&extension(name).as_str())
}

fn holds_pictures(dir: &Path) -> bool {
    entries(dir).is_ok_and(|found| found.files.iter().any(|name| is_picture(name)))
}

impl Folder {
    fn read(path: PathBuf) -> Result<Self, DataError> {
        let mut folder = Self { path, classes: Vec::new(), left_out: BTreeMap::new(), empty: Vec::new() };
        for name in entries(&folder.path)?.folders {
            let class = folder.path.join(&name);
            let (pictures, others): (Vec<String>, Vec<String>) = entries(&class)?.files.into_iter().partition(|name| is_picture(name));
            if pictures.is_empty() {
                folder.empty.push(name);
            } else {
                folder.classes.push(Class { files: pictures.iter().map(|file| class.join(file)).collect(), name });
            }
            others.iter().for_each(|other| *folder.left_out.entry(label(other)).or_default() += 1);
        }
        if folder.classes.len() > MAX_CLASSES {
            return Err(DataError::TooManyClasses { path: folder.path, found: folder.classes.len() });
        }
        Ok(folder)
    }
}

/// Name of an unsupported format in a remark.
fn label(name: &str) -> String {
    match extension(name) {
        none if none.is_empty() => "without extension".to_owned(),
        extension => format!(".{extension}"),
    }
}

/// Read the images.
pub(super) fn load(dir: &Path, found: Found, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<Source, DataError> {
    let Found { mut train, test, mut remarks } = found;
    let mut left_out = std::mem::take(&mut train.left_out);
    let mut empty = std::mem::take(&mut train.empty);
    let (test, split) = match test {
        Some(mut test) => {
            std::mem::take(&mut test.left_out).into_iter().for_each(|(format, n)| *left_out.entry(format).or_default() += n);
            empty.extend(test.empty.iter().filter(|name| !train.classes.iter().any(|class| class.name == **name)).cloned());
            empty.sort_by(|a, b| natural(a, b));
            empty.dedup();
            (same_classes(&mut train, test), Split::Given)
        }
        None => (hold_out(&mut train)?, Split::LastFifth),
    };
    let train = train.classes;
    if train.iter().all(|class| class.files.is_empty()) {
        return Err(DataError::NoPictures { path: dir.to_owned(), left_out: left_out.into_iter().collect() });
    }
    if !left_out.is_empty() {
        remarks.push(Remark::LeftOut(left_out.into_iter().collect()));
    }
    if !empty.is_empty() {
        remarks.push(Remark::NoClasses(empty));
    }
    let class_names: Vec<String> = train.iter().map(|class| class.name.clone()).collect();
    let [train, test] = read_all(dir, [mixed(&train), mixed(&test)], go_on)?;
    Ok(Source { class_names, train, test: Some(test), split, remarks })
}

/// Test images in the order of the training classes, each of which may have none; classes without training images come last and
/// are rejected by the common rules.
fn same_classes(train: &mut Folder, test: Folder) -> Vec<Class> {
    let mut ordered: Vec<Class> = train.classes.iter().map(|class| Class { name: class.name.clone(), files: Vec::new() }).collect();
    for class in test.classes {
        if let Some(known) = ordered.iter_mut().find(|known| known.name == class.name) {
            known.files = class.files;
        } else {
            train.classes.push(Class { name: class.name.clone(), files: Vec::new() });
            ordered.push(class);
        }
    }
    ordered
}

/// The last fifth of each class, at least one image.
fn hold_out(folder: &mut Folder) -> Result<Vec<Class>, DataError> {
    let mut test = Vec::new();
    for Class { name, files } in &mut folder.classes {
        if files.len() < 2 {
            let class = folder.path.join(&*name).display().to_string();
            return Err(DataError::FewImages { path: folder.path.clone(), class, found: files.len() });
        }
        let held = (files.len() / HELD_OUT).max(1);
        test.push(Class { name: name.clone(), files: files.split_off(files.len() - held) });
    }
    Ok(test)
}

/// All images with their labels, each class spread evenly.
fn mixed(classes: &[Class]) -> Vec<(PathBuf, u8)> {
    let mut all = Vec::new();
    for (label, Class { files, .. }) in classes.iter().enumerate() {
        // the middle of its share: (k + 1/2) / n, in whole numbers
        all.extend(files.iter().enumerate().map(|(k, file)| (((2 * k as u64 + 1) << 32) / (2 * files.len() as u64), label as u8, file)));
    }
    all.sort_by_key(|&(place, label, _)| (place, label));
    all.into_iter().map(|(_, label, file)| (file.clone(), label)).collect()
}

/// Read the images of both sets, all of one size.
fn read_all(dir: &Path, sets: [Vec<(PathBuf, u8)>; 2], go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<[Part; 2], DataError> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Picture { path, source }
    };
    // invariant: there is at least one training image
    let Some((first, _)) = sets[0].first().cloned() else { return Err(DataError::NoImages { path: dir.to_owned() }) };
    let (width, height) = picture::size(&read(&first, MAX_FILE)?).map_err(unusable(&first))?;
    let (images, pixels) = (sets[0].len() + sets[1].len(), width * height);
    let bytes = (images as u64).saturating_mul(pixels as u64);
    let too_much = || DataError::Memory { path: dir.to_owned(), images, pixels, bytes };
    if bytes > MAX_BYTES {
        return Err(too_much());
    }
    let (mut done, mut is_deep) = (0, false);
    let mut read_set = |files: Vec<(PathBuf, u8)>| {
        let mut all = Vec::new();
        all.try_reserve_exact(files.len() * pixels).map_err(|_| too_much())?;
        // 16 bits are kept from the first image on that has them
        let mut deep: Option<Vec<f32>> = None;
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
            let GreyPicture { pixels: grey, deep: fine, .. } = parse_picture(&bytes).map_err(unusable(&path))?;
            if fine.is_some() && deep.is_none() {
                deep = Some(all.iter().map(|&level| widened(level)).collect());
            }
            match (&mut deep, fine) {
                (Some(deep), Some(fine)) => deep.extend(fine.iter().map(|&level| f32::from(level))),
                (Some(deep), None) => deep.extend(grey.iter().map(|&level| widened(level))),
                (None, _) => {}
            }
            all.extend_from_slice(&grey);
            labels.push(label);
        }
        is_deep |= deep.is_some();
        Ok((all, deep, labels))
    };
    let [train, test] = sets;
    let (train, test) = (read_set(train)?, read_set(test)?);
    let part = |(all, deep, labels): (Vec<u8>, Option<Vec<f32>>, Vec<u8>)| {
        let (values, plain) = if is_deep {
            let wide = deep.unwrap_or_else(|| all.iter().map(|&level| widened(level)).collect());
            (Values::Wide(wide, Some(65_535.0)), Some(all))
        } else {
            (Values::Bytes(all), None)
        };
        Part { values, plain, labels, width, height }
    };
    Ok([part(train), part(test)])
}

/// An 8-bit grey level as 16 bits.
fn widened(level: u8) -> f32 {
    f32::from(level) * 257.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str, count: usize) -> Class {
        Class { name: name.to_owned(), files: files(count) }
    }

    fn files(count: usize) -> Vec<PathBuf> {
        (0..count).map(|k| PathBuf::from(k.to_string())).collect()
    }

    #[test]
    fn classes_are_interleaved_in_proportion() {
        let all = mixed(&[class("a", 2), class("b", 4), class("none", 0)]);
        assert_eq!(all.iter().map(|(_, label)| *label).collect::<Vec<_>>(), [1, 0, 1, 1, 0, 1]);
        let of = |class: u8| all.iter().filter(|(_, label)| *label == class).map(|(file, _)| file.clone()).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), (files(2), files(4)), "the order of names stays");
    }

    #[test]
    fn the_last_fifth_is_held_out_and_at_least_one() {
        let mut folder =
            Folder { path: PathBuf::new(), classes: vec![class("a", 12), class("b", 2)], left_out: BTreeMap::new(), empty: Vec::new() };
        let test = hold_out(&mut folder).unwrap();
        assert_eq!((folder.classes[0].files.len(), folder.classes[1].files.len()), (10, 1));
        assert_eq!((test[0].files.as_slice(), test[1].files.as_slice()), (&files(12)[10..], &files(2)[1..]));
        folder.classes = vec![class("a", 1)];
        assert!(matches!(hold_out(&mut folder), Err(DataError::FewImages { found: 1, .. })));
    }
}
