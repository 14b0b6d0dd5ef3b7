//! Remarks to the user on loaded images: what was changed or left out, and what is unusual.

use std::fmt;
use std::path::PathBuf;

/// One remark, one sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Remark {
    /// Values were scaled to 0 to 255.
    Scaled {
        /// The value that became 0.
        from: f64,
        /// The value that became 255.
        to: f64,
        /// Minimum value of the training images.
        least: f64,
        /// Maximum value of the training images.
        most: f64,
    },
    /// The images look dark on a bright background.
    DarkOnBright {
        /// Share of pixels above half of the range.
        bright: f64,
        /// Whether they were inverted on loading.
        inverted: bool,
    },
    /// The images were inverted, as requested.
    Inverted,
    /// Classes without any image.
    Empty(Vec<String>),
    /// Classes with training images but no test images.
    Untested(Vec<String>),
    /// Files in unsupported formats, by extension.
    LeftOut(Vec<(String, usize)>),
    /// Folders without images, which are not classes.
    NoClasses(Vec<String>),
    /// The images are in a subfolder of the given folder.
    ReadFrom(PathBuf),
    /// Part of the collection is unused.
    Unused {
        /// The unused part.
        what: String,
        /// The reason.
        why: &'static str,
    },
    /// Labels are records of several numbers.
    FirstColumn {
        /// Numbers in a record.
        columns: usize,
    },
    /// Which column of a table contains the labels.
    LabelColumn {
        /// Counted from 1.
        column: usize,
    },
    /// EMNIST files store images transposed.
    Transposed,
}

impl Remark {
    /// Whether inverting the images is suggested, or was wrong.
    pub fn suggests_inversion(&self) -> bool {
        matches!(self, Self::DarkOnBright { .. })
    }
}

/// List a limited number of names.
fn list(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scaled { from, to, least, most } => {
                let short = |value: &f64| (value * 1e4).round() / 1e4;
                let (least, most) = (short(least), short(most));
                write!(f, "pixel values of the training images lie in {least} to {most}; {from} to {to} was scaled to 0 to 255")
            }
            Self::DarkOnBright { bright, inverted: false } => write!(
                f,
                "the images look dark on bright ({:.0} % of all pixels are bright, and most of the border); networks respond to bright \
                 pixels, so invert them with --invert or File > Invert images",
                100.0 * bright
            ),
            Self::DarkOnBright { bright, inverted: true } => write!(
                f,
                "the inverted images look dark on bright ({:.0} % of all pixels are bright); load them without inversion",
                100.0 * bright
            ),
            Self::Inverted => write!(f, "the images are inverted"),
            Self::Empty(names) => write!(f, "classes without images: {}", list(names)),
            Self::Untested(names) => write!(f, "without test images: class {}", list(names)),
            Self::LeftOut(formats) => {
                let counts: Vec<String> = formats.iter().map(|(format, count)| format!("{count} {format}")).collect();
                write!(f, "left out, because the format is not read: {}; convert pictures among them to PNG or JPEG", counts.join(", "))
            }
            Self::NoClasses(names) => write!(f, "not counted as classes, because they hold no pictures: {}", list(names)),
            Self::ReadFrom(path) => write!(f, "read from {}", path.display()),
            Self::Unused { what, why } => write!(f, "not used: {what} ({why})"),
            Self::FirstColumn { columns } => write!(f, "labels are records of {columns} numbers; the first is the class"),
            Self::LabelColumn { column } => write!(f, "column {column} was taken as the label"),
            Self::Transposed => write!(f, "the original EMNIST files store rows as columns, so the characters appear mirrored and rotated"),
        }
    }
}
