//! Results of a run: `metrics.csv`, and what is printed at the end.

use crate::cli::events::{FreeFinished, FreePopulation, MazeTrials};
use crate::cli::machine;
use crate::cli::output::Reporter;
use crate::experiment::{Activity, Irregularity};
use crate::preset::NetworkPreset;
use crate::rundir::{FreeRecord, RunDir};
use crate::session::words::number;
use crate::study::free::Weights;
use crate::time::TimeGrid;

/// A finished run.
pub(super) struct Ended<'a> {
    pub(super) preset: &'a NetworkPreset,
    pub(super) session: &'a FreeRecord,
    pub(super) activity: &'a Activity,
    pub(super) run: &'a RunDir,
    /// Weights of the projections that learn.
    pub(super) weights: Vec<Weights>,
    /// Trials in a maze.
    pub(super) trials: Option<MazeTrials>,
    /// Wall-clock time of all processes.
    pub(super) wall_s: f64,
    pub(super) speed: Speed,
}

/// What simulating has cost this process; the default if it had nothing to simulate.
#[derive(Default)]
pub(super) struct Speed {
    /// Simulated time, divided by the time it took.
    pub(super) real_time_factor: Option<f64>,
    /// Processor time in seconds.
    pub(super) cpu_s: Option<f64>,
    pub(super) synaptic_events: u64,
}

impl Speed {
    /// Processor time for a synaptic event in ns, if there were any.
    fn ns_per_event(&self) -> Option<f64> {
        self.cpu_s.filter(|_| self.synaptic_events > 0).map(|seconds| seconds * 1e9 / self.synaptic_events as f64)
    }
}

/// Print the results: one sentence for each population and for each projection that learns, then time, digest and directory.
pub(super) fn print(reporter: &mut Reporter, ended: &Ended<'_>) {
    let Ended { preset, session, activity, run, weights, trials, wall_s, speed } = ended;
    let grid = TimeGrid::new(preset.network.dt_ms);
    let duration_ms = session.steps as f64 * grid.dt_ms();
    let digest = session.ending.as_ref().map_or("", |ending| ending.digest.as_str());
    let out = run.path().display().to_string();
    reporter.say(&format!("{}, seed {}: {} ms simulated", session.preset, session.seed, number(duration_ms)));
    let rates_hz: Vec<f64> = (0..preset.network.populations.len()).map(|index| activity.rate_hz(index, grid)).collect();
    let mut populations = Vec::new();
    for (index, population) in preset.network.populations.iter().enumerate() {
        if population.model.emits_current() {
            continue;
        }
        let (rate_hz, irregular) = (rates_hz[index], activity.irregularity(index));
        // also of those that fire at most a few spikes, such as those of the start values
        let is_silent = activity.spikes(index) * 10 < u64::from(population.size()) && population.model.has_potential();
        let silent = if is_silent { preset.network.why_silent(&population.name, &preset.task, &rates_hz) } else { None };
        reporter.say(&match &silent {
            Some(why) if rate_hz == 0.0 => format!("{} is silent: {why}", population.name),
            Some(why) => format!("{} is almost silent, at {} Hz: {why}", population.name, number(rate_hz)),
            None => sentence(&population.name, rate_hz, population.model.has_potential(), irregular),
        });
        populations.push(FreePopulation {
            population: &population.name,
            spikes: activity.spikes(index),
            rate_hz,
            cv_isi: irregular.map(|irregular| irregular.cv),
            cv_isi_neurons: irregular.map_or(0, |irregular| irregular.neurons),
            silent,
        });
    }
    for Weights { name, mean_mv, sd_mv } in weights {
        let (Some(mean), Some(sd)) = (mean_mv, sd_mv) else { continue };
        let unit = preset.network.projection(name).map_or("mV", |projection| preset.network.weight_unit(projection));
        reporter.say(&format!(
            "{name} has weights of {} {unit} on average, with a standard deviation of {} {unit}.",
            number(*mean),
            number(*sd)
        ));
    }
    trials.iter().for_each(|trials| reporter.say(&trials.words()));
    let real = speed.real_time_factor.map_or_else(String::new, |factor| format!(", {factor:.2} times real time"));
    let ns = speed.ns_per_event().map_or_else(String::new, |ns| {
        format!(", {ns:.2} ns of processor time for each of {} synaptic events", number(speed.synaptic_events as f64))
    });
    reporter.say(&format!("{wall_s:.1} s{real}{ns}; digest {digest}; {out}"));
    reporter.event(&FreeFinished {
        event: "finished",
        preset: &session.preset,
        seed: session.seed,
        duration_ms,
        populations,
        weights,
        trials: trials.as_ref(),
        wall_s: *wall_s,
        real_time_factor: speed.real_time_factor,
        cpu_s: speed.cpu_s,
        synaptic_events: speed.synaptic_events,
        ns_per_synaptic_event: speed.ns_per_event(),
        peak_rss_mib: machine::peak_rss_mib(),
        digest,
        out,
    });
}

fn sentence(name: &str, rate_hz: f64, membranes: bool, irregular: Option<Irregularity>) -> String {
    let rate = number(rate_hz);
    match irregular {
        Some(Irregularity { cv, neurons }) => {
            let who = if neurons == 1 { "1 neuron".to_owned() } else { format!("{} neurons", number(neurons as f64)) };
            format!("{name} fires at {rate} Hz; the CV of its inter-spike intervals is {cv:.2}, the mean of {who}.")
        }
        None if membranes => format!("{name} fires at {rate} Hz; no neuron has enough spikes for a CV of its inter-spike intervals."),
        None => format!("{name} emits spikes at {rate} Hz."),
    }
}
