//! A temporary directory to run the program in, with a small preset and small images.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Exit code and output of a run of the program.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The lines of `--json`.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// The last line of `--json`.
    pub(crate) fn last(&self) -> Value {
        self.events().pop().unwrap_or_else(|| panic!("no event: {self:?}"))
    }

    /// Whether the message is one line, or has a line for each of so many faults.
    pub(crate) fn has_a_line_per_fault(&self) -> bool {
        let mut lines = self.stderr.lines();
        let head = lines.next().unwrap_or_default();
        let told = head.strip_suffix(" faults").and_then(|head| head.rsplit(' ').next()?.parse().ok());
        head.starts_with("error: ")
            && lines.all(|line| line.starts_with("  "))
            && self.stderr.lines().count() == told.map_or(1, |n: usize| n + 1)
            || head.ends_with(':')
    }

    /// Asserts exit code 0.
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }
}

/// A temporary directory with `small.ron` and `data/`.
pub(crate) struct Lab {
    dir: tempfile::TempDir,
}

pub(crate) const SMALL: &str = r#"Preset(
    schema: 1,
    title: "Small",
    description: "A few neurons and four kinds of bars.",
    citation: "none",
    look_for: [],
    protocol: Classification,
    training: (epochs: 1),
    params: { "n_neurons": "24", "present": "60 ms", "norm": "12 mV", "rate_max": "250 Hz" },
)
"#;

/// Images of four classes: a bright bar in one quarter of 8 x 8 pixels, with a little noise.
fn images(count: u32) -> (Vec<u8>, Vec<u8>) {
    let header = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let (mut images, mut labels) = (header(&[0x803, count, 8, 8]), header(&[0x801, count]));
    for image in 0..count {
        let class = image * 7 % 4;
        labels.push(class as u8);
        images.extend((0..64).map(|pixel| {
            let clutter = (image * 31 + pixel * 17) % 60;
            if pixel / 16 == class { 200 + clutter as u8 % 50 } else { clutter as u8 }
        }));
    }
    (images, labels)
}

impl Lab {
    pub(crate) fn new() -> Self {
        let lab = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(lab.path("small.ron"), SMALL).unwrap();
        std::fs::create_dir(lab.path("data")).unwrap();
        for (split, count) in [("train", 300), ("t10k", 120)] {
            let (images, labels) = images(count);
            std::fs::write(lab.path(&format!("data/{split}-images-idx3-ubyte")), images).unwrap();
            std::fs::write(lab.path(&format!("data/{split}-labels-idx1-ubyte")), labels).unwrap();
        }
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program in this directory, without a terminal.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spikescope"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Run the program to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Ran {
        finish(&mut self.command(args))
    }

    /// Run the program with arguments separated by spaces.
    pub(crate) fn line(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Everything in the directory: paths and contents.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        walk(self.dir.path(), &mut found);
        found
    }
}

/// Run a command to its end.
pub(crate) fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ran.stderr.contains("error: error:"), "{ran:?}");
    ran
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            walk(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
}
