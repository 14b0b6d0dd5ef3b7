//! `check FILE`: the content of a single file, or what to do with a file of its format.

use super::arrays::{is_arrays, parse_arrays};
use super::layout::extension;
use super::tensor::shape_text;
use super::{DataError, MAX_BYTES, idx, parse_picture, picture, read, table};
use std::path::Path;

/// First bytes of unsupported formats, their names, and what to do.
const FOREIGN: [(&[u8], &str, &str); 9] = [
    (b"PK\x03\x04", "a zip archive", "unpack it and name the folder"),
    (b"Rar!", "a RAR archive", "unpack it and name the folder"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and name the folder"),
    (b"GIF8", "a GIF", "convert it to PNG"),
    (b"\x89HDF", "an HDF5 file", "write its arrays with numpy.savez_compressed"),
    (b"MATLAB 5.0", "a MATLAB file", "write its arrays with numpy.savez_compressed"),
    (b"PAR1", "a Parquet file", "write it as CSV, or its arrays with numpy.savez_compressed"),
    (b"\x80", "a Python pickle, which is never opened because it can run code", "write its arrays with numpy.savez_compressed"),
    (b"<", "a web page or XML, perhaps an error page saved under this name", "open it in a browser to see what the server said"),
];
/// Unsupported formats by extension.
const BY_NAME: [(&[&str], &str, &str); 4] = [
    (
        &["heic", "heif", "avif", "jp2", "j2k", "jxl", "svg", "ico", "psd", "pgm", "ppm", "pbm", "raw", "dng"],
        "a picture of a format that is not read",
        "convert it to PNG",
    ),
    (&["tar", "tgz", "bz2", "xz", "zst"], "an archive", "unpack it and name the folder"),
    (&["txt", "md", "json", "yaml", "yml", "toml", "xml", "html"], "a text file", "name a folder of images, or a preset (.ron)"),
    (
        &["parquet", "mat", "h5", "hdf5", "pkl", "pickle", "pt", "pth"],
        "a container that is not read",
        "write its arrays with numpy.savez_compressed",
    ),
];

/// Whether a file holds images and their labels.
pub(super) fn is_collection(path: &Path) -> Result<bool, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if table::is_table(&name) {
        return Ok(true);
    }
    Ok(extension(&name) == "npz" && arrays_in(path, &read(path, MAX_BYTES + 64)?)?.len() > 1)
}

/// Names and shapes of the arrays in a file.
fn arrays_in(path: &Path, bytes: &[u8]) -> Result<Vec<(String, Vec<usize>)>, DataError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    parse_arrays(bytes, &stem).map_err(|source| DataError::Arrays { path: path.to_owned(), source })
}

/// Content of a file of images or labels.
pub(super) fn describe(path: &Path) -> Result<String, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = read(path, MAX_BYTES + 64)?;
    if let Some(format) = picture::format(&bytes) {
        let picture = parse_picture(&bytes).map_err(|source| DataError::Picture { path: path.to_owned(), source })?;
        return Ok(format!("a {} picture of {} x {} pixels", picture::format_name(format), picture.width, picture.height));
    }
    if is_arrays(&name) || bytes.starts_with(b"\x93NUMPY") {
        let arrays = arrays_in(path, &bytes)?;
        let list: Vec<String> = arrays.iter().map(|(name, shape)| format!("{name} ({})", shape_text(shape))).collect();
        return Ok(format!("{} arrays: {}", arrays.len(), list.join(", ")));
    }
    if picture::EXTENSIONS.contains(&extension(&name).as_str()) {
        return Err(DataError::Picture { path: path.to_owned(), source: picture::fault(&bytes) });
    }
    let foreign = FOREIGN.iter().find(|(start, ..)| bytes.starts_with(start)).map(|&(_, what, remedy)| (what, remedy));
    let by_name = || BY_NAME.iter().find(|(names, ..)| names.contains(&extension(&name).as_str())).map(|&(_, what, remedy)| (what, remedy));
    if let Some((what, remedy)) = by_name().or(foreign) {
        return Err(DataError::Foreign { path: path.to_owned(), what, remedy });
    }
    let malformed = |source| DataError::Malformed { path: path.to_owned(), source };
    match idx::parse_images(&bytes) {
        Ok(images) => Ok(format!("{} images of {} x {} pixels", images.count, images.width, images.height)),
        Err(idx::IdxError::Kind { .. }) => {
            let labels = idx::parse_labels(&bytes).map_err(malformed)?.classes;
            Ok(format!("{} labels, the largest is {}", labels.len(), labels.iter().max().unwrap_or(&0)))
        }
        // an array of rank 2 may hold square images or records of labels
        Err(idx::IdxError::Shape(fault)) => match idx::parse_labels(&bytes) {
            Ok(labels) => Ok(format!(
                "{} labels in records of {}, the largest is {}",
                labels.classes.len(),
                labels.columns,
                labels.classes.iter().max().unwrap_or(&0)
            )),
            Err(_) => Err(malformed(fault.into())),
        },
        Err(error) => Err(malformed(error)),
    }
}
