//! The potential of one neuron in one step as a sum over the spikes that arrived at it.
//!
//! Let f be the first step since the last spike and its refractory period, or the first recorded step, and T the step in question. With
//! `D(t)` the product of the decay factors of the steps t+1..T, a spike of weight w that arrives at receptor r in step a contributes
//! `w K_r(a)`, `K_r(t) = g_r(t) D(t) + s_r(t) K_r(t+1)`, without the first part before f: the potential is clamped then, but its current
//! goes on to decay. An alpha-shaped current has a second variable, its rise, with a `K` of its own. The remainder of the current at the first recorded step is `K_r` of that step times the current.

use super::input::{Arrival, InputRecord, Moment};
use crate::engine::neuron::{Linear, RECEPTORS};

/// Half the distance between neighbouring numbers of f32, relative: the rounding of one operation.
const ROUNDING: f64 = 1.0 / (1 << 24) as f64;

/// The terms of a potential in mV. They sum to it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct InputTerms {
    /// Resting potential.
    pub rest_mv: f64,
    /// What is left of the potential after the last reset or, without one in the record, at the first recorded step.
    pub begin_mv: f64,
    /// What synaptic currents of spikes that arrived before the record contribute.
    pub earlier_mv: f64,
    /// A constant current.
    pub current_mv: f64,
    /// Membrane noise.
    pub noise_mv: f64,
    /// Lateral inhibition by the population.
    pub inhibition_mv: f64,
    /// All recorded spikes.
    pub input_mv: f64,
}

impl InputTerms {
    /// The potential: the sum of all terms.
    pub fn v_mv(&self) -> f64 {
        self.without_input_mv() + self.input_mv
    }

    /// The potential without the recorded spikes.
    pub fn without_input_mv(&self) -> f64 {
        let Self { rest_mv, begin_mv, earlier_mv, current_mv, noise_mv, inhibition_mv, input_mv: _ } = *self;
        rest_mv + begin_mv + earlier_mv + current_mv + noise_mv + inhibition_mv
    }
}

/// What one population of senders contributes over time: its excitatory or its inhibitory spikes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SenderCourse {
    /// The population; `None` for the encoder.
    pub source: Option<usize>,
    /// Whether the weights are below zero.
    pub inhibits: bool,
    /// Number of spikes.
    pub spikes: u64,
    /// Its contribution at each sample, in mV.
    pub mv: Vec<f32>,
}

/// The potential and its parts over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Course {
    /// The step of every sample; the last is the one in question.
    pub steps: Vec<u64>,
    /// The potential that the simulation computed, before a reset.
    pub v_mv: Vec<f32>,
    /// The potential without the recorded spikes.
    pub without_input_mv: Vec<f32>,
    /// The populations of senders.
    pub senders: Vec<SenderCourse>,
}

/// The potential of a neuron in one step, before a reset in that step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Breakdown {
    /// The step.
    pub step: u64,
    /// First step of the record.
    pub from: u64,
    /// The last spike of the neuron before it, if the record contains it.
    pub last_spike: Option<u64>,
    /// Whether the neuron is clamped at reset, so that input does not change its potential.
    pub held: bool,
    /// Whether it fired.
    pub fired: bool,
    /// Its threshold, adaptation included, when the step began.
    pub threshold_mv: f64,
    /// The terms.
    pub terms: InputTerms,
    /// Most by which rounding to f32 in the simulation can separate its potential from the sum.
    pub rounding_mv: f64,
    /// Every recorded spike with its contribution in mV, in the order of arrival.
    pub contributions: Vec<(Arrival, f64)>,
}

impl InputRecord {
    /// The potential in a recorded step.
    pub fn breakdown(&self, step: u64) -> Option<Breakdown> {
        let moments = self.until(step)?;
        let (now, before) = moments.split_last()?;
        let last_spike = before.iter().rposition(|moment| moment.fired).map(|index| self.from + index as u64);
        let mut all = Breakdown {
            step,
            from: self.from,
            last_spike,
            held: now.equation.held,
            fired: now.fired,
            threshold_mv: now.threshold_mv,
            ..Breakdown::default()
        };
        let rest_mv = now.equation.rest_mv;
        if all.held {
            all.terms = InputTerms { rest_mv, begin_mv: now.equation.reset_mv, ..InputTerms::default() };
            all.rounding_mv = 3.0 * ROUNDING * (rest_mv.abs() + all.terms.v_mv().abs());
            return Some(all);
        }
        let free = free(moments);
        let left = left(moments, free);
        let kernel = kernel(moments, free, &left);
        let by_weight = |arrival: &Arrival| {
            let index = (arrival.arrived - self.from) as usize;
            let (current, [i, rise]) = (&moments[index].equation.currents[arrival.receptor], kernel[index][arrival.receptor]);
            current.direct * i + current.onset * rise
        };
        let sum = |of: fn(&Moment) -> f64| moments.iter().zip(&left).map(|(moment, left)| of(moment) * left).sum();
        let arrived = &self.arrivals[..now.arrivals];
        all.contributions = arrived.iter().map(|arrival| (*arrival, f64::from(arrival.weight_mv) * by_weight(arrival))).collect();
        let rests = moments[free..].windows(2).zip(&left[free + 1..]);
        // a potential keeps its absolute value when rest changes
        let moved: f64 =
            rests.map(|(pair, left)| (pair[0].equation.rest_mv - pair[1].equation.rest_mv) * pair[1].equation.decay * left).sum();
        let first = &moments[free].equation;
        all.terms = InputTerms {
            rest_mv: rest_mv + moved,
            begin_mv: first.u_mv * first.decay * left[free],
            earlier_mv: moments[0]
                .equation
                .currents
                .iter()
                .zip(&kernel[0])
                .map(|(current, [i, rise])| current.i_mv * i + current.rise * rise)
                .sum(),
            current_mv: sum(|moment| moment.equation.current_mv),
            noise_mv: sum(|moment| moment.noise_mv),
            inhibition_mv: sum(|moment| moment.equation.inhibition_mv + moment.equation.returned_mv),
            input_mv: all.contributions.iter().map(|(_, mv)| mv).sum(),
        };
        all.rounding_mv = self.rounding_mv(moments, free) + 3.0 * ROUNDING * (rest_mv.abs() + all.terms.v_mv().abs());
        Some(all)
    }

    /// The potential in steps up to `step`, in samples of every `every` steps from `first` on. `v_mv` is the simulated potential of that step.
    pub fn course(&self, step: u64, v_mv: f64, first: u64, every: u64) -> Option<Course> {
        let moments = self.until(step)?;
        let free = free(moments);
        let arrivals = &self.arrivals[..moments.last()?.arrivals];
        let mut keys: Vec<(Option<usize>, bool)> = arrivals.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let sender = |&(source, inhibits): &(Option<usize>, bool)| SenderCourse { source, inhibits, ..SenderCourse::default() };
        let mut course = Course { senders: keys.iter().map(sender).collect(), ..Course::default() };
        // potentials, currents and their rises: of every sender, and of all else
        let mut parts = vec![(0.0, [[0.0; 2]; RECEPTORS]); keys.len()];
        let mut other = (moments[free].equation.u_mv, moments[0].equation.currents.map(|current| [current.i_mv, current.rise]));
        let mut done = 0;
        for (index, moment) in moments.iter().enumerate() {
            for arrival in &arrivals[done..moment.arrivals] {
                let Ok(place) = keys.binary_search(&key(arrival)) else { continue };
                let (current, weight) = (&moment.equation.currents[arrival.receptor], f64::from(arrival.weight_mv));
                let [i, rise] = &mut parts[place].1[arrival.receptor];
                (*i, *rise) = (*i + current.direct * weight, *rise + current.onset * weight);
                course.senders[place].spikes += 1;
            }
            done = moment.arrivals;
            let equation = &moment.equation;
            if index > free {
                other.0 += moments[index - 1].equation.rest_mv - equation.rest_mv;
            }
            if equation.held {
                other.0 = equation.reset_mv;
            } else if index >= free {
                let Linear { current_mv, inhibition_mv, returned_mv, decay, .. } = *equation;
                parts.iter_mut().for_each(|part| part.0 = part.0 * decay + gained(equation, &part.1));
                other.0 = other.0 * decay + current_mv + inhibition_mv + returned_mv + moment.noise_mv + gained(equation, &other.1);
            }
            parts.iter_mut().chain([&mut other]).for_each(|part| {
                part.1.iter_mut().zip(&equation.currents).for_each(|(state, current)| *state = current.kept(*state));
            });
            let now = self.from + index as u64;
            if now < first || index < free || !(step - now).is_multiple_of(every.max(1)) {
                continue;
            }
            course.steps.push(now);
            // the potential of a step is that before the next one, unless rest changed
            let computed = moments.get(index + 1).map_or(v_mv, |next| next.equation.u_mv + next.equation.rest_mv);
            course.v_mv.push(computed as f32);
            course.without_input_mv.push((equation.rest_mv + other.0) as f32);
            course.senders.iter_mut().zip(&parts).for_each(|(sender, part)| sender.mv.push(part.0 as f32));
        }
        Some(course)
    }

    /// The largest factor over the step by which the potential or a current decays.
    pub fn slowest(&self, step: u64) -> Option<f64> {
        let equation = &self.until(step)?.last()?.equation;
        Some(equation.currents.iter().fold(equation.decay, |most, current| most.max(current.keep)))
    }

    fn until(&self, step: u64) -> Option<&[Moment]> {
        let last = usize::try_from(step.checked_sub(self.from)?).ok()?;
        self.moments.get(..=last)
    }

    /// The error of the simulated potential that the rounding of every operation since the first recorded step can add up to.
    fn rounding_mv(&self, moments: &[Moment], free: usize) -> f64 {
        let (mut error, mut of_currents) = (0.0, [[0.0; 2]; RECEPTORS]);
        let mut done = 0;
        for (index, Moment { equation, noise_mv, arrivals, .. }) in moments.iter().enumerate() {
            // number, sum and sum of sizes of the weights that arrive
            let mut arrived = [(0.0, 0.0, 0.0); RECEPTORS];
            for arrival in &self.arrivals[done..*arrivals] {
                let (n, sum, size) = &mut arrived[arrival.receptor];
                let weight = f64::from(arrival.weight_mv);
                (*n, *sum, *size) = (*n + 1.0, *sum + weight, *size + weight.abs());
            }
            done = *arrivals;
            let (mut input, mut of_input) = (0.0, 0.0);
            for ((of_current, current), (n, sum, size)) in of_currents.iter_mut().zip(&equation.currents).zip(arrived) {
                let (i, rise) = ((current.i_mv + current.direct * sum).abs(), (current.rise + current.onset * sum).abs());
                let [of_i, of_rise] = *of_current;
                // of the sums of what arrives, and of the products that follow
                let of_i = of_i + ROUNDING * (n * size * current.direct + 2.0 * i);
                let of_rise = of_rise + ROUNDING * ((n + 1.0) * size * current.onset + 2.0 * rise);
                input += current.gained([i, rise]);
                of_input += current.gained([of_i, of_rise]);
                *of_current = current.kept([of_i + ROUNDING * i, of_rise + 2.0 * ROUNDING * rise]);
            }
            if index < free {
                continue;
            }
            let rest = if index > free { (moments[index - 1].equation.rest_mv - equation.rest_mv).abs() } else { 0.0 };
            let moved = if rest > 0.0 { rest + equation.u_mv.abs() } else { 0.0 };
            let added = input + equation.current_mv.abs() + equation.inhibition_mv.abs() + equation.returned_mv + noise_mv.abs();
            // sums of receptors, inhibition, noise and current; the decayed potential; their sum
            error = equation.decay * (error + ROUNDING * moved) + of_input;
            error += ROUNDING * (6.0 * added + 2.0 * equation.decay * equation.u_mv.abs());
        }
        error
    }
}

/// The first step since the neuron was last clamped or reset.
fn free(moments: &[Moment]) -> usize {
    let before = &moments[..moments.len().saturating_sub(1)];
    before.iter().rposition(|moment| moment.fired || moment.equation.held).map_or(0, |last| last + 1)
}

/// What is left in the last step of what each step adds to the potential; 0 before `free`.
fn left(moments: &[Moment], free: usize) -> Vec<f64> {
    let mut left = vec![0.0; moments.len()];
    let mut now = 1.0;
    for (left, moment) in left.iter_mut().zip(moments).skip(free).rev() {
        *left = now;
        now *= moment.equation.decay;
    }
    left
}

/// What a unit of each current and of its rise contributes to the potential of the last step, by the step it is added in.
fn kernel(moments: &[Moment], free: usize, left: &[f64]) -> Vec<[[f64; 2]; RECEPTORS]> {
    let mut kernel = vec![[[0.0; 2]; RECEPTORS]; moments.len()];
    let mut later = [[0.0; 2]; RECEPTORS];
    for (index, moment) in moments.iter().enumerate().rev() {
        for (later, current) in later.iter_mut().zip(&moment.equation.currents) {
            *later = current.contributed(*later, if index >= free { left[index] } else { 0.0 });
        }
        kernel[index] = later;
    }
    kernel
}

fn gained(equation: &Linear, currents: &[[f64; 2]; RECEPTORS]) -> f64 {
    equation.currents.iter().zip(currents).map(|(current, state)| current.gained(*state)).sum()
}

fn key(arrival: &Arrival) -> (Option<usize>, bool) {
    (arrival.source, arrival.weight_mv < 0.0)
}
