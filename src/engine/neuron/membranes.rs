//! Populations of neurons whose equations have no exact solution from step to step, or more than one variable: a model gives
//! the step of one neuron ([`Equations`]), and everything else is the same for all of them.
//!
//! The state is in f64, because spikes of bursting neurons depend on it strongly: rounding to f32 would shift them by steps
//! within a second.

use super::{Drive, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row, blocks_for, place};
use crate::engine::elementary::exp_of;
use pulp::{Arch, Simd, WithSimd};

/// The equations of a model with `N` variables and `R` receptors. The first variable is the membrane potential in mV.
pub trait Equations<const N: usize, const R: usize>: Copy + Send + Sync + 'static {
    /// Names of the receptors, in the order of the drive.
    const RECEPTORS: &'static [&'static str];
    /// Names of the variables.
    const VARIABLES: [&'static str; N];
    /// Whether there are refractory periods.
    const REFRACTORY: bool = true;
    /// Whether a step needs the exponential function of `exponent`.
    const EXPONENTIAL: bool = false;

    /// These parameters, if they are of this model.
    fn of(params: &NeuronParams) -> Option<Self>;

    /// The variables of a neuron at rest.
    fn rest(&self) -> [f64; N];

    /// The argument of the exponential function of a step, which is computed for many neurons at once.
    fn exponent(&self, _state: [f64; N], _input: [f64; R]) -> f64 {
        0.0
    }

    /// One step: the variables after it, spike included, and whether the neuron fired. `input` is what arrives at the receptors,
    /// in mV; `exponential` is e to the `exponent`. A neuron that is `held` is refractory: its potential stays, and it does not fire.
    /// Without branches, so that it is computed in many lanes at once.
    fn step(&self, state: [f64; N], input: [f64; R], exponential: f64, held: bool) -> ([f64; N], bool);

    /// The same equations with a further current R I in mV (mV per ms where the model has no leak).
    #[must_use]
    fn with_current(self, ri_mv: f64) -> Self;

    /// Steps for which a neuron is refractory after the step in which it fired.
    fn refractory_steps(&self) -> u32;

    /// The potential at which a neuron fires, in mV.
    fn threshold_mv(&self) -> f64;
}

/// A population of neurons with these equations.
#[derive(Debug, Clone)]
pub struct Membranes<E, const N: usize, const R: usize> {
    n: usize,
    arch: Arch,
    equations: E,
    state: Vec<Block<N>>,
    /// In ascending order.
    silent: Vec<NeuronIdx>,
}

/// The neurons of a block: their variables, and the steps that are left of their refractory periods.
#[derive(Debug, Clone, Copy)]
struct Block<const N: usize> {
    variables: [[f64; LANES]; N],
    held: [u64; LANES],
}

impl<const N: usize, const R: usize, E: Equations<N, R>> Membranes<E, N, R> {
    /// `n` neurons at rest.
    pub fn new(n: usize, equations: E) -> Self {
        let at_rest = Block { variables: equations.rest().map(|value| [value; LANES]), held: [0; LANES] };
        Self { n, arch: Arch::new(), equations, state: vec![at_rest; blocks_for(n)], silent: Vec::new() }
    }

    /// A variable of a neuron, by its index in `Equations::VARIABLES`.
    pub fn value(&self, index: usize, neuron: NeuronIdx) -> f64 {
        let (block, lane) = place(neuron as usize);
        self.state[block].variables[index][lane]
    }
}

/// Exponential functions that are computed at once: so many that they do not wait for each other, and so few that they stay in registers.
const AT_ONCE: usize = 16;

/// One step of all neurons; see `Dense::deliver` for why it is a type. `CURRENT`: with currents, which are otherwise not read.
struct Step<'a, E, const N: usize, const R: usize, const CURRENT: bool> {
    equations: E,
    state: &'a mut [Block<N>],
    input: [&'a [Row]; R],
    currents: &'a [Row],
    fired: &'a mut Vec<NeuronIdx>,
}

impl<const N: usize, const R: usize, const CURRENT: bool, E: Equations<N, R>> WithSimd for Step<'_, E, N, R, CURRENT> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { equations, state, input, currents, fired } = self;
        let refractory = u64::from(equations.refractory_steps());
        for (index, Block { variables, held }) in state.iter_mut().enumerate() {
            // nothing arrives at receptors without rows
            let rows = input.map(|rows| &rows.get(index).unwrap_or(&Row::ZERO).0);
            let here = |lane: usize| if CURRENT { equations.with_current(currents[index].0[lane].into()) } else { equations };
            let input = |lane: usize| rows.map(|row| f64::from(row[lane]));
            let mut exponentials = [0.0; LANES];
            if E::EXPONENTIAL {
                for (part, exponentials) in exponentials.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
                    for (k, x) in exponentials.iter_mut().enumerate() {
                        let lane = part * AT_ONCE + k;
                        *x = here(lane).exponent(std::array::from_fn(|k| variables[k][lane]), input(lane));
                    }
                    *exponentials = exp_of(*exponentials);
                }
            }
            let mut over = [0u64; LANES];
            for lane in 0..LANES {
                let is_held = E::REFRACTORY && held[lane] > 0;
                let before = std::array::from_fn(|k| variables[k][lane]);
                let (after, fires) = here(lane).step(before, input(lane), exponentials[lane], is_held);
                (0..N).for_each(|k| variables[k][lane] = after[k]);
                over[lane] = u64::from(fires);
                if E::REFRACTORY {
                    held[lane] = (held[lane] - u64::from(is_held)) | (0u64.wrapping_sub(over[lane]) & refractory);
                }
            }
            if over.iter().fold(0, |any, lane| any | lane) != 0 {
                fired.extend((0..LANES).filter(|&lane| over[lane] != 0).map(|lane| (index * LANES + lane) as NeuronIdx));
            }
        }
    }
}

impl<const N: usize, const R: usize, E: Equations<N, R>> NeuronModel for Membranes<E, N, R> {
    fn len(&self) -> usize {
        self.n
    }

    fn receptors(&self) -> &'static [&'static str] {
        E::RECEPTORS
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let blocks = self.state.len();
        for t in from..drive.steps() {
            let input = std::array::from_fn(|receptor| drive.of_step(receptor, t, blocks));
            let Self { arch, equations, state, .. } = self;
            match drive.currents(t, blocks) {
                None => arch.dispatch(Step::<_, N, R, false> { equations: *equations, state, input, currents: &[], fired }),
                Some(currents) => arch.dispatch(Step::<_, N, R, true> { equations: *equations, state, input, currents, fired }),
            }
            // the last block has lanes without neurons
            fired.retain(|&j| (j as usize) < self.n && self.silent.binary_search(&j).is_err());
            if !fired.is_empty() {
                return t + 1;
            }
        }
        drive.steps()
    }

    fn settle(&mut self) {
        let Self { n, equations, state, .. } = self;
        state.clone_from(&Self::new(*n, *equations).state);
    }

    fn v_mv(&self, neuron: NeuronIdx) -> f32 {
        self.value(0, neuron) as f32
    }

    fn variable(&self, variable: &str, neuron: NeuronIdx) -> Option<f64> {
        let index = E::VARIABLES.iter().position(|name| *name == variable)?;
        Some(self.value(index, neuron))
    }

    fn set_start(&mut self, variable: &str, neuron: NeuronIdx, value: f64) {
        if let Some(index) = E::VARIABLES.iter().position(|name| *name == variable) {
            let (block, lane) = place(neuron as usize);
            self.state[block].variables[index][lane] = value;
        }
    }

    fn threshold_mv(&self, _neuron: NeuronIdx) -> f32 {
        self.equations.threshold_mv() as f32
    }

    fn set_params(&mut self, params: &NeuronParams) {
        if let Some(equations) = E::of(params) {
            self.equations = equations;
        }
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.silent.extend_from_slice(neurons);
        self.silent.sort_unstable();
    }

    fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }

    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        let sound = |block: &Block<N>| block.variables.as_flattened().iter().fold(true, |sound, value| sound & value.is_finite());
        let block = self.state.iter().position(|block| !sound(block))?;
        let lanes = (0..N).flat_map(|k| (0..LANES).map(move |lane| (k, lane)));
        let (k, lane) = lanes.into_iter().find(|&(k, lane)| !self.state[block].variables[k][lane].is_finite())?;
        let neuron = block * LANES + lane;
        (neuron < self.n).then_some((if k == 0 { "membrane potential" } else { E::VARIABLES[k] }, neuron as NeuronIdx))
    }
}

impl<const N: usize, const R: usize, E: Equations<N, R>> Persist for Membranes<E, N, R> {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n: _, arch: _, equations: _, state, silent: _ } = self;
        for Block { variables, held } in state {
            archive.f64s("variables", variables.as_flattened_mut())?;
            archive.u64s("refractory", held)?;
        }
        Ok(())
    }
}
