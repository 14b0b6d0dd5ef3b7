//! One neuron under an adjustable current, and its f-I curve.
//!
//! Closed form (Gerstner et al. 2014, ch. 1): `1/f = t_ref + τ_m ln((R I + E_L − V_reset)/(R I + E_L − V_th))` where the
//! current suffices to reach threshold, else f = 0. It holds without adaptation (θ+ = 0) and without noise.

use crate::engine::archive::{Archive, ArchiveError, Digest, Persist};
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::neuron::{LifParams, LifPopulation, NeuronParams};
use crate::lower;
use crate::model::{CompetingLif, Inhibition, template};
use crate::params::{ParamError, ParamId as P, Params, Setup, Template};
use crate::preset::Preset;
use crate::time::TimeGrid;

/// Number of spikes for a rate measurement.
const ENOUGH_SPIKES: usize = 4;
/// Time without a spike, in ms, after which a rate of zero is recorded.
const SILENCE_MS: f64 = 500.0;

/// A neuron, its current and the measured rates.
pub struct NeuronLab {
    params: Params,
    grid: TimeGrid,
    network: Network,
    /// Steps of the spikes since the parameters last changed.
    spikes: Vec<u64>,
    changed_at: u64,
    measured: Vec<(f64, f64)>,
}

impl NeuronLab {
    /// Build the neuron of a preset, or report contradictory parameters.
    pub fn new(preset: &Preset, seed: u64) -> Result<Self, Vec<ParamError>> {
        let faults = preset.params.conflicts(Setup::Template(Template::Neuron));
        if !faults.is_empty() {
            return Err(faults);
        }
        let params = preset.params.clone();
        let grid = TimeGrid::new(params.get(P::Dt));
        let population = LifPopulation::new(1, lif(&params, grid), grid, seed);
        let network = Network::new(None, vec![Box::new(population)], Vec::new());
        Ok(Self { params, grid, network, spikes: Vec::new(), changed_at: 0, measured: Vec::new() })
    }

    /// Simulate `steps` steps.
    pub fn advance(&mut self, steps: u64, monitors: &mut [&mut dyn Monitor]) {
        for _ in 0..steps {
            let before = self.network.counts()[0];
            self.network.run(1, monitors);
            if self.network.counts()[0] != before {
                self.spikes.push(self.network.step() - 1);
                self.note();
            }
        }
        let silent_ms = (self.network.step() - self.spikes.last().copied().unwrap_or(self.changed_at)) as f64 * self.grid.dt_ms();
        if self.spikes.is_empty() && silent_ms >= SILENCE_MS {
            self.write_down(0.0);
        }
    }

    fn note(&mut self) {
        // the first interval still depends on the previous parameters
        if self.spikes.len() > ENOUGH_SPIKES {
            let (first, last) = (self.spikes[1], self.spikes[self.spikes.len() - 1]);
            let intervals = (self.spikes.len() - 2) as f64;
            self.write_down(1e3 * intervals / ((last - first) as f64 * self.grid.dt_ms()));
        }
        if self.spikes.len() > 1000 {
            self.spikes.drain(1..500);
        }
    }

    fn write_down(&mut self, rate_hz: f64) {
        let current = self.params.get(P::IExt);
        match self.measured.iter_mut().find(|(i, _)| *i == current) {
            Some((_, rate)) => *rate = rate_hz,
            None => self.measured.push((current, rate_hz)),
        }
        if self.measured.len() > 500 {
            self.measured.remove(0);
        }
    }

    /// Set a live parameter. A change of the current keeps the measured rates, other changes delete them.
    pub fn set(&mut self, id: P, value: f64) -> Result<(), ParamError> {
        let mut params = self.params.clone();
        params.set(id, value)?;
        if let Some(fault) = params.conflicts(Setup::Template(Template::Neuron)).into_iter().next() {
            return Err(fault);
        }
        self.params = params;
        let neuron = NeuronParams::Lif(lif(&self.params, self.grid));
        self.network.populations_mut().iter_mut().for_each(|p| p.set_params(&neuron));
        self.spikes.clear();
        self.changed_at = self.network.step();
        if id != P::IExt {
            self.measured.clear();
        }
        Ok(())
    }

    /// The closed form: rate in Hz at a current in nA.
    pub fn theory_hz(&self, current_na: f64) -> f64 {
        let p = lif(&self.params, self.grid);
        let t_ref_ms = f64::from(p.t_ref_steps) * self.grid.dt_ms();
        let relative = [p.v_reset_mv, p.v_th_mv].map(|v_mv| v_mv - p.e_l_mv);
        lif_rate_hz([p.tau_m_ms, t_ref_ms], relative, self.params.get(P::RM) * current_na)
    }

    /// Rates measured so far: current in nA, rate in Hz.
    pub fn measured(&self) -> &[(f64, f64)] {
        &self.measured
    }

    /// Effective parameters.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The time grid.
    pub fn grid(&self) -> TimeGrid {
        self.grid
    }

    /// The network of one neuron.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Hash of every part of the state.
    pub fn digest(&mut self) -> Digest {
        Digest::of(self)
    }
}

fn lif(params: &Params, grid: TimeGrid) -> LifParams {
    // one neuron has nobody to inhibit it
    let neuron = CompetingLif { tau_syn_ms: 0.0, inhibition_mv: 0.0, inhibition_type: Inhibition::Current, ..template::neurons(params) };
    LifParams { ri_mv: params.get(P::RM) * params.get(P::IExt), ..lower::competing(&neuron, grid) }
}

impl Persist for NeuronLab {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        // measured rates do not influence later steps
        let Self { params: _, grid: _, network, spikes: _, changed_at: _, measured: _ } = self;
        network.persist(archive)
    }
}

/// The rate in Hz of a leaky integrate-and-fire neuron without noise under a constant current `R I`: `1/(t_ref + τ_m ln((R I − u_reset)/
/// (R I − u_th)))` with potentials relative to rest, all in mV and ms (Gerstner et al. 2014, ch. 1).
pub fn lif_rate_hz([tau_m_ms, t_ref_ms]: [f64; 2], [reset_mv, threshold_mv]: [f64; 2], ri_mv: f64) -> f64 {
    if ri_mv <= threshold_mv {
        return 0.0;
    }
    1e3 / (t_ref_ms + tau_m_ms * libm::log((ri_mv - reset_mv) / (ri_mv - threshold_mv)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(current_na: f64) -> NeuronLab {
        let mut params = Params::default();
        let sets = [("dt", "0.1"), ("tau_m", "20 ms"), ("theta_plus", "0"), ("t_ref", "2 ms")];
        for (name, value) in sets {
            params.set_text(name, value).unwrap();
        }
        params.set(P::IExt, current_na).unwrap();
        let text = |text: &str| text.to_owned();
        let preset = Preset {
            title: text(""),
            description: text(""),
            citation: text(""),
            look_for: Vec::new(),
            setup: Setup::Template(Template::Neuron),
            training: crate::preset::Training { epochs: 1 },
            params,
            network: None,
            path: None,
        };
        NeuronLab::new(&preset, 1).unwrap()
    }

    #[test]
    fn measured_rates_lie_on_the_closed_form() {
        for current in [0.5, 1.29, 1.4, 2.0, 4.0, 8.0] {
            let mut lab = lab(current);
            lab.advance(20_000, &mut []);
            let [(_, measured)] = lab.measured() else { panic!("one rate at one current") };
            let theory = lab.theory_hz(current);
            // an interval ends on the grid, at most one step late
            let most_ms = if theory > 0.0 { 1e3 / theory + 0.1 } else { f64::INFINITY };
            assert!(*measured <= theory + 1e-9 && *measured >= 1e3 / most_ms - 1e-9, "{current} nA: {measured} against {theory} Hz");
        }
    }
}
