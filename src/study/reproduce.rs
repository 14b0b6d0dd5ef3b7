//! Reproducing the results of papers: what is measured of a shipped preset, under which conditions, and the range that its
//! source gives. The table of all of them is `classics`.

mod classics;
mod curve;
mod seen;

pub use classics::CLASSICS;
pub use curve::Curve;
pub use seen::{Histogram, Seen, SeenMaze};

use crate::experiment::{FreeRun, Observation};
use crate::model::{FaultList, NetworkSpec, Path, TaskSpec, sentence};
use serde::Serialize;

/// Steps between two reports of progress.
const SLICE: u64 = 500;

/// A preset with the results that it is to reproduce.
#[derive(Debug)]
pub struct Classic {
    /// Name of the shipped preset.
    pub preset: &'static str,
    /// The conditions, in order.
    pub conditions: &'static [Condition],
    /// What is expected of them.
    pub expected: &'static [Expected],
}

/// Values of quantities by path.
pub type Sets = &'static [(&'static str, &'static str)];

/// A part of a run in which is measured.
#[derive(Debug)]
pub struct Condition {
    /// Its name.
    pub name: &'static str,
    /// Whether it begins with a new network, or continues that of the condition before it.
    pub new: bool,
    /// Values that it sets.
    pub sets: Sets,
    /// Values that it sets as well in the small form.
    pub small_sets: Sets,
    /// Time in ms before the measurement, in full and in the small form.
    pub skip_ms: [f64; 2],
    /// Time in ms that is measured, in full and in the small form.
    pub watch_ms: [f64; 2],
}

/// What is measured. Populations and projections are meant by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Mean rate of the neurons of a population.
    Rate(&'static str),
    /// Mean coefficient of variation of their inter-spike intervals.
    Cv(&'static str),
    /// Standard deviation of the population rate in bins of 0.5 ms, divided by its mean.
    Synchrony(&'static str),
    /// First inter-spike interval of the first neuron of a population.
    FirstInterval(&'static str),
    /// Its last one.
    LastInterval(&'static str),
    /// Mean of its intervals of more than 15 ms: the silence between bursts.
    Pause(&'static str),
    /// Constant current at which the neurons of a population with a step of current begin to fire.
    Rheobase(&'static str),
    /// Slope of their rate over the current, of those that fire.
    Gain(&'static str),
    /// Mean rate of those that receive this current in mV, within 1 mV.
    RateAt(&'static str, u32),
    /// Largest difference of their rates from the closed form of leaky integrate-and-fire neurons without noise.
    Deviation(&'static str),
    /// Share of the weights of a projection in the lowest tenth of their range.
    Lowest(&'static str),
    /// Share in the highest tenth.
    Highest(&'static str),
    /// Mean share of the six tenths in the middle.
    Middle(&'static str),
    /// Mean weight of a projection in percent of the largest one that its rule allows.
    Weight(&'static str),
    /// Median latency of the first trials in a maze, so many.
    FirstLatency(usize),
    /// The same of the last trials.
    LastLatency(usize),
    /// Share of the last trials that reached the goal, so many.
    Reached(usize),
}

impl Measure {
    /// What it is, in words.
    pub fn words(self) -> String {
        match self {
            Self::Rate(name) => format!("rate of {name}"),
            Self::Cv(name) => format!("CV of the inter-spike intervals of {name}"),
            Self::Synchrony(name) => format!("standard deviation of the population rate of {name} in bins of 0.5 ms, divided by its mean"),
            Self::FirstInterval(name) => format!("first interval of {name}"),
            Self::LastInterval(name) => format!("last interval of {name}"),
            Self::Pause(name) => format!("silence between bursts of {name}"),
            Self::Rheobase(name) => format!("rheobase of {name}"),
            Self::Gain(name) => format!("slope of the f-I curve of {name}"),
            Self::RateAt(name, ri_mv) => format!("rate of {name} at {ri_mv} mV"),
            Self::Deviation(name) => {
                format!("largest difference of the rates of {name} from 1/(t_ref + tau_m ln((R I - u_reset)/(R I - u_th)))")
            }
            Self::Lowest(name) => format!("weights of {name} in the lowest tenth"),
            Self::Highest(name) => format!("weights of {name} in the highest tenth"),
            Self::Middle(name) => format!("weights of {name} in a tenth between them"),
            Self::Weight(name) => format!("mean weight of {name}, in percent of w_max"),
            Self::FirstLatency(trials) => format!("median latency of the first {trials} trials"),
            Self::LastLatency(trials) => format!("median latency of the last {trials} trials"),
            Self::Reached(trials) => format!("trials that reached the goal, of the last {trials}"),
        }
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Rate(_) | Self::RateAt(..) | Self::Deviation(_) => "Hz",
            Self::Rheobase(_) => "mV",
            Self::Gain(_) => "Hz/mV",
            Self::Cv(_) | Self::Synchrony(_) => "",
            Self::FirstInterval(_) | Self::LastInterval(_) | Self::Pause(_) => "ms",
            Self::FirstLatency(_) | Self::LastLatency(_) => "s",
            Self::Lowest(_) | Self::Highest(_) | Self::Middle(_) | Self::Weight(_) | Self::Reached(_) => "%",
        }
    }
}

/// A range for what is measured under a condition.
#[derive(Debug)]
pub struct Expected {
    /// Name of the condition.
    pub condition: &'static str,
    /// What is measured.
    pub measure: Measure,
    /// Smallest and largest value.
    pub full: (f64, f64),
    /// The same in the small form; none if that is too small for the measure to tell anything.
    pub small: Option<(f64, f64)>,
    /// Where the range is from.
    pub source: &'static str,
}

/// A measured quantity beside its range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Name of the condition.
    pub condition: String,
    /// What was measured.
    pub quantity: String,
    /// Its unit, or empty.
    pub unit: String,
    /// Its value; none if it cannot be measured, as the CV of neurons that hardly fire.
    pub value: Option<f64>,
    /// Smallest and largest expected value.
    pub range: (f64, f64),
    /// Where the range is from.
    pub source: String,
    /// Whether the value is within the range.
    pub within: bool,
}

/// What came out.
#[derive(Debug)]
pub struct Reproduced {
    /// Name of the preset.
    pub preset: &'static str,
    /// Whether it is the small form.
    pub small: bool,
    /// Seed.
    pub seed: u64,
    /// The measured quantities, in the order of the table.
    pub checked: Vec<Checked>,
    /// What was seen under every condition, for the figures.
    pub seen: Vec<Seen>,
    /// The conditions in words, in their order.
    pub conditions: Vec<Stated>,
}

/// A condition as it was simulated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// Its name.
    pub name: String,
    /// What was set, and which times were left out and measured.
    pub words: String,
}

impl Classic {
    /// The results of a preset, if there are any.
    pub fn of(preset: &str) -> Option<&'static Self> {
        CLASSICS.iter().find(|classic| classic.preset == preset)
    }

    /// Simulated time in ms.
    pub fn duration_ms(&self, small: bool) -> f64 {
        self.conditions.iter().map(|one| one.skip_ms[usize::from(small)] + one.watch_ms[usize::from(small)]).sum()
    }

    /// Simulate every condition of a network, with the rewards of its task, and measure. `go_on` receives the simulated time in ms; with false, the answer is none.
    pub fn reproduce(
        &self,
        (network, task): (&NetworkSpec, &TaskSpec),
        (small, seed): (bool, u64),
        go_on: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Option<Reproduced>, String> {
        let form = usize::from(small);
        let (mut seen, mut run, mut done): (Vec<Seen>, Option<FreeRun>, f64) = (Vec::new(), None, 0.0);
        for condition in self.conditions {
            let mut free = condition.begin((network, task), (small, seed), run.take())?;
            let steps = |ms: f64| free.grid().steps(ms).map(u64::from).map_err(|fault| fault.to_string());
            let (skip, watched) = (steps(condition.skip_ms[form])?, steps(condition.watch_ms[form])?);
            let mut observed = Observation::new(free.spec(), free.step().0 + skip, watched);
            let dt_ms = free.grid().dt_ms();
            let mut advance = |free: &mut FreeRun, mut left: u64, observed: Option<&mut Observation>| -> Result<bool, String> {
                let mut observed = observed;
                while left > 0 {
                    if !go_on(done) {
                        return Ok(false);
                    }
                    let steps = left.min(SLICE);
                    let halted = |fault| format!("condition {}: {fault}", condition.name);
                    match observed.as_deref_mut() {
                        Some(observed) => free.advance(steps, &mut [observed]).map_err(halted)?,
                        None => free.advance(steps, &mut []).map_err(halted)?,
                    }
                    left -= steps;
                    done += steps as f64 * dt_ms;
                }
                Ok(true)
            };
            if !advance(&mut free, skip, None)? || !advance(&mut free, watched, Some(&mut observed))? {
                return Ok(None);
            }
            seen.push(Seen::new(condition.name, observed, &free));
            run = Some(free);
        }
        let checked = self.expected.iter().filter_map(|expected| expected.check(&seen, small)).collect();
        let conditions = self.conditions.iter().map(|condition| condition.stated(small)).collect();
        Ok(Some(Reproduced { preset: self.preset, small, seed, checked, seen, conditions }))
    }
}

impl Condition {
    /// "new network, E.size = 4000; 0.3 s measured after 0.1 s".
    fn stated(&self, small: bool) -> Stated {
        let form = usize::from(small);
        let begin = if self.new { "new network" } else { "the network of the condition before goes on" };
        let sets = self.sets.iter().chain(self.small_sets.iter().filter(|_| small)).map(|(path, value)| format!(", {path} = {value}"));
        let [skip_s, watch_s] = [self.skip_ms, self.watch_ms].map(|ms| ms[form] / 1000.0);
        let words = format!("{begin}{}; {watch_s} s measured after {skip_s} s", sets.collect::<String>());
        Stated { name: self.name.to_owned(), words }
    }

    /// The run of this condition: a new one, or that of the condition before it, with the values of this one.
    fn begin(
        &self,
        (network, task): (&NetworkSpec, &TaskSpec),
        (small, seed): (bool, u64),
        before: Option<FreeRun>,
    ) -> Result<FreeRun, String> {
        let words = |faults: FaultList| sentence(&faults);
        let mut sets: Vec<(Path, &str)> = Vec::new();
        for (path, text) in self.sets.iter().chain(self.small_sets.iter().filter(|_| small)) {
            sets.push((path.parse().map_err(|fault| format!("{path}: {fault}"))?, text));
        }
        if let Some(mut free) = before.filter(|_| !self.new) {
            for (path, text) in sets {
                let value = free.spec().read(&path, text).map_err(words)?;
                free.set(&path, &value).map_err(words)?;
            }
            return Ok(free);
        }
        let mut spec = network.clone();
        match spec.set_all(&sets).into_iter().next() {
            Some((_, faults)) => Err(words(faults)),
            None => Ok(FreeRun::new(spec, seed).map_err(words)?.with_task(task)),
        }
    }
}

impl Expected {
    fn check(&self, seen: &[Seen], small: bool) -> Option<Checked> {
        let range = if small { self.small? } else { self.full };
        let value = seen.iter().find(|seen| seen.name == self.condition).and_then(|seen| seen.value(self.measure));
        Some(Checked {
            condition: self.condition.to_owned(),
            quantity: self.measure.words(),
            unit: self.measure.unit().to_owned(),
            value,
            range,
            source: self.source.to_owned(),
            within: value.is_some_and(|value| (range.0..=range.1).contains(&value)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_its_range_and_one_that_cannot_be_measured_are_not_within() {
        let text = r#"(populations: {"n": (size: 1, model: Lif(ri: "20 mV"))})"#;
        let network = NetworkSpec::from_ron(text).unwrap();
        let condition = |name, new| Condition { name, new, sets: &[], small_sets: &[], skip_ms: [10.0, 0.0], watch_ms: [500.0, 100.0] };
        let classic: &'static Classic = Box::leak(Box::new(Classic {
            preset: "none",
            conditions: Box::leak(Box::new([condition("a", true), condition("b", false)])),
            expected: Box::leak(Box::new(
                [(Measure::Rate("n"), (1.0, 1000.0)), (Measure::Rate("n"), (0.0, 1.0)), (Measure::Pause("other"), (0.0, 1.0))]
                    .map(|(measure, full)| Expected { condition: "b", measure, full, small: Some(full), source: "none" }),
            )),
        }));
        assert_eq!((classic.duration_ms(false), classic.duration_ms(true)), (1020.0, 200.0));
        let task = TaskSpec::free(1000.0);
        let done = classic.reproduce((&network, &task), (false, 1), &mut |_| true).unwrap().unwrap();
        assert_eq!(done.checked.iter().map(|one| one.within).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!((done.checked[0].value, done.checked[2].value), (done.checked[1].value, None));
        assert!(classic.reproduce((&network, &task), (true, 1), &mut |ms| ms < 50.0).unwrap().is_none());
    }
}
