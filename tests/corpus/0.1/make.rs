//! Makes the corpus of version 0.1; see README.md beside it. Written for commit 2ef8e28, as an example of that commit.

use spikescope::datasets::load_dir;
use spikescope::experiment::Trainer;
use spikescope::params::{Domain, ParamId, REGISTRY, Setup, Template};
use spikescope::preset::Preset;
use spikescope::rng::splitmix;
use spikescope::session::{Command, Launch, RunState, Session, Snapshot, Speed};
use spikescope::time::Step;
use std::fs::write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

type Settings<'a> = &'a [(&'a str, &'a str)];

const TRIALS: Settings = &[("n_neurons", "8"), ("present", "25 ms"), ("rest", "3 ms")];
const COMPETING: Settings = &[
    ("rate_max", "300 Hz"), ("eta", "0.1"), ("theta_plus", "0.01 mV"), ("norm", "600 mV"), ("sigma", "0.5 mV"), ("tau_syn", "4 ms"), ("w_max", "60 mV"),
    ("reward_delay", "6 ms"), ("tau_e", "30 ms"),
];
const FEATURES: Settings = &[
    ("features", "stdp"), ("filter_images", "300"), ("n_features", "6"), ("filter_a", "3"), ("filter_b", "4"), ("stride", "1"), ("pad", "1"), ("cells", "3"),
    ("winners", "2"), ("v_th_hidden", "0.1"), ("n_features_second", "5"), ("filter_second", "2"), ("filter_images_second", "300"), ("v_th_second", "0.05"),
    ("filter_reward", "0.1"), ("latency", "8 ms"), ("gate", "15 ms"), ("rule", "r-max"), ("modulator", "over own doubt"), ("average", "200"), ("augment", "0.5"),
];
const DEEP: Settings = &[
    ("retina", "on-off"), ("size_1", "3"), ("maps_1", "4"), ("v_th_1", "1.5"), ("learners_1", "2"), ("radius_1", "1"), ("images_1", "300"), ("maps_2", "5"),
    ("v_th_2", "1.5"), ("images_2", "300"), ("pool_2", "1"), ("size_3", "3"), ("latency", "8 ms"), ("gate", "15 ms"), ("rule", "r-max"), ("w_init_sd", "0.1"),
    ("v_th_out", "50"),
];

/// 8 x 8 images of four classes: a bright bar, with noise.
fn images(name: &str, n: usize, mut state: u64, folder: &Path) {
    let mut pixels: Vec<u8> = [[0, 0, 8, 3], (n as u32).to_be_bytes(), 8u32.to_be_bytes(), 8u32.to_be_bytes()].concat();
    let mut labels: Vec<u8> = [[0, 0, 8, 1], (n as u32).to_be_bytes()].concat();
    for k in 0..n {
        labels.push((k % 4) as u8);
        for pixel in 0..64 {
            let z = splitmix(&mut state);
            let lit = pixel / 16 == k % 4 && !z.is_multiple_of(6);
            pixels.push(if lit { 255 - (z >> 32) as u8 % 90 } else { (z >> 40) as u8 % 24 });
        }
    }
    write(folder.join(format!("{name}-images-idx3-ubyte")), pixels).unwrap();
    write(folder.join(format!("{name}-labels-idx1-ubyte")), labels).unwrap();
}

fn preset(base: &str, setup: Setup, settings: Settings) -> Preset {
    let mut preset = Preset::load(&Path::new("presets").join(base)).unwrap();
    preset.setup = setup;
    preset.training.epochs = 150;
    for (name, value) in TRIALS.iter().chain(settings) {
        preset.params.set_text(name, value).unwrap();
    }
    preset
}

struct Watched {
    session: Session,
    last: Option<Arc<Snapshot>>,
}

impl Watched {
    fn send(&mut self, command: Command) {
        self.session.send(command).unwrap();
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        for _ in 0..30_000 {
            self.last = self.session.take_snapshot().or(self.last.take());
            if let Some(snapshot) = self.last.as_ref().filter(|s| holds(s)) {
                return Arc::clone(snapshot);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("never saw: {what}");
    }
}

/// A session with changes that stops amid an image: saved as a run directory, or autosaved. Its digests are written beside it.
fn session(name: &str, preset: &Preset, out: &Path, data_dir: PathBuf, save: bool) {
    let file = out.join(format!("{name}.autosave"));
    let launch = Launch { preset: preset.clone(), data_dir: data_dir.clone(), seed: 7, speed: Speed::ModelMsPerSecond(20_000.0) };
    let mut watched = Watched { session: Session::start(launch, || {}).unwrap(), last: None };
    if !save {
        watched.send(Command::Autosave(file));
    }
    watched.until("some images", |s| s.trial.index > 25);
    watched.send(Command::Set(ParamId::Eta, 0.02));
    watched.until("more images", |s| s.trial.index > 60);
    watched.send(Command::Pause);
    watched.until("a pause", |s| s.state == RunState::Paused && s.digest.is_some());
    watched.send(Command::StepTrial);
    watched.until("the next image", |s| s.state == RunState::Paused && s.trial.index > 61);
    watched.send(Command::Reward(0.25));
    for _ in 0..9 {
        let before = watched.last.as_ref().unwrap().step;
        watched.send(Command::StepMs);
        watched.until("a step", |s| s.step > before && s.state == RunState::Paused);
    }
    let end = watched.until("the end", |s| s.digest.is_some() && s.applied.len() == 2);
    if save {
        watched.send(Command::SaveRun(out.join(name)));
        while !out.join(name).join("checkpoint.bin").exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    watched.session.stop();
    let data = Arc::new(load_dir(&data_dir).unwrap());
    let replayed = |step: Step| {
        let mut trainer = Trainer::new(preset, Arc::clone(&data), 7, None).unwrap();
        trainer.replay(&end.applied, step).unwrap();
        trainer.digest().to_string()
    };
    assert_eq!(end.digest, Some(replayed(end.step)));
    let later = Step(end.step.0 + 5000);
    let text = format!("{}\t{}\n{}\t{}\n", end.step.0, end.digest.as_ref().unwrap(), later.0, replayed(later));
    write(out.join(format!("{name}.tsv")), text).unwrap();
}

/// Every parameter with its unit, allowed values and default, which a preset file omits.
fn registry() -> String {
    let mut text = "name\tunit\tvalues\tdefault\n".to_owned();
    for spec in REGISTRY {
        let values = match spec.domain {
            Domain::Real { min, max, .. } => format!("real {min:?} {max:?}"),
            Domain::Integer { min, max } => format!("whole {min:?} {max:?}"),
            Domain::Choice(words) => format!("choice {}", words.join("|")),
        };
        text += &format!("{}\t{}\t{values}\t{:?}\n", spec.name, spec.unit, spec.default);
    }
    text
}

fn main() {
    let out = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    let data = out.join("data");
    std::fs::create_dir_all(&data).unwrap();
    images("train", 40, 1, &data);
    images("t10k", 16, 2, &data);
    write(out.join("registry.tsv"), registry()).unwrap();
    let presets = [
        ("competing", preset("mnist-rstdp.ron", Setup::Template(Template::Competing), COMPETING)),
        ("features", preset("mnist-gabor-rstdp.ron", Setup::Template(Template::Features), FEATURES)),
        ("deep", preset("mnist-mozafari-conv.ron", Setup::Template(Template::Deep), DEEP)),
    ];
    for (name, preset) in &presets {
        write(out.join(format!("{name}.ron")), preset.to_ron()).unwrap();
    }
    session("autosaved", &presets[0].1, &out, data.clone(), false);
    session("saved", &presets[1].1, &out, data, true);
}
