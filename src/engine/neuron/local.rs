//! Integrate-and-fire neurons at the sites of a local projection, in competition with their neighbours at the same site.
//!
//! The equation is that of `LifPopulation` with a synaptic current (exact integration, both time constants). A neuron
//! fires at most once per trial, and after `winners` spikes of a site its other neurons cannot fire: k-winners-take-all as
//! local inhibition (Mozafari et al. 2019; Kheradpisheh et al. 2018). Of several neurons that reach the threshold in the
//! same step, those with the higher potential fire; at a tie the lower channel.
//!
//! | parameter | symbol | default | unit |
//! |---|---|---|---|
//! | `tau_m_ms` | τ_m | 5 | ms |
//! | `tau_syn_ms` | τ_s | 5 | ms |
//! | `e_l_mv` | E_L | −65 | mV |
//! | `v_th_mv` | V_th | −64.77 | mV |
//! | `winners` | k | 8 | spikes per site |
//! | `theta_plus_mv` | θ+ | 0 | mV |
//!
//! While filters learn, all neurons of a filter share an adaptive threshold θ: a spike raises it by θ+ and lowers that of
//! every filter by θ+/K, so that every filter wins sometimes (after Diehl & Cook 2015).

use super::lif::{LifParams, LifStep};
use super::{Drive, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{Bits, LANES, Row, blocks_for, place_at_site};
use crate::time::TimeGrid;
use pulp::{Arch, Simd, WithSimd};

/// Parameters of a local population, with units; see the table above.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // see the table of the module
pub struct LocalParams {
    pub tau_m_ms: f64,
    pub tau_syn_ms: f64,
    pub e_l_mv: f64,
    pub v_th_mv: f64,
    pub winners: u32,
    pub theta_plus_mv: f64,
}

impl LocalParams {
    /// The equation of the membrane, without the competition.
    pub(in crate::engine) fn lif(&self) -> LifParams {
        LifParams {
            tau_m_ms: self.tau_m_ms,
            tau_syn_ms: self.tau_syn_ms,
            e_l_mv: self.e_l_mv,
            v_th_mv: self.v_th_mv,
            v_reset_mv: self.e_l_mv,
            ..LifParams::default()
        }
    }
}

/// State of a site in this trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Site {
    /// Remaining spikes.
    left: u32,
    /// Whether any input has arrived; otherwise all its potentials are at rest.
    awake: bool,
}

/// Neurons in blocks of 32, every site with blocks of its own.
#[derive(Debug, Clone)]
pub struct LocalPopulation {
    channels: usize,
    grid: TimeGrid,
    arch: Arch,
    params: LocalParams,
    coefficients: LifStep<f32>,
    u: Vec<Row>,
    i_syn: Vec<Row>,
    /// All bits set where a neuron has fired in this trial, or where there is none.
    spent: Vec<Bits>,
    /// All bits set where a neuron is dead; empty if none is.
    dead: Vec<Bits>,
    sites: Vec<Site>,
    /// Adaptive part of the threshold, by channel, and threshold plus θ in blocks.
    theta: Vec<f32>,
    threshold: Vec<Row>,
    adapt: bool,
}

impl LocalPopulation {
    /// `sites` groups of `channels` neurons at rest.
    pub fn new(sites: usize, channels: usize, params: LocalParams, grid: TimeGrid) -> Self {
        let blocks = sites * blocks_for(channels);
        let mut population = Self {
            channels,
            grid,
            arch: Arch::new(),
            params,
            coefficients: LifStep::new(&params.lif(), grid),
            u: vec![Row::ZERO; blocks],
            i_syn: vec![Row::ZERO; blocks],
            spent: vec![Bits::ZERO; blocks],
            dead: Vec::new(),
            sites: vec![Site { left: 0, awake: false }; sites],
            theta: vec![0.0; channels],
            threshold: vec![Row::ZERO; blocks_for(channels)],
            adapt: true,
        };
        population.refresh_thresholds();
        population.settle();
        population
    }

    /// The same neurons with these vector instructions; results are identical.
    #[must_use]
    pub fn with_arch(self, arch: Arch) -> Self {
        Self { arch, ..self }
    }

    fn refresh_thresholds(&mut self) {
        let base = self.coefficients.threshold;
        for (channel, theta) in self.theta.iter().enumerate() {
            self.threshold[channel / LANES].0[channel % LANES] = base + theta;
        }
    }

    /// Raise the thresholds of the filters that fired and lower the others.
    fn adapt(&mut self, fired: &[NeuronIdx]) {
        let step = self.params.theta_plus_mv as f32;
        let shared = step * fired.len() as f32 / self.channels as f32;
        fired.iter().for_each(|&j| self.theta[j as usize % self.channels] += step);
        self.theta.iter_mut().for_each(|theta| *theta -= shared);
        self.refresh_thresholds();
    }

    fn absent(&self) -> Bits {
        let used = self.channels % LANES;
        Bits(std::array::from_fn(|lane| if used != 0 && lane >= used { u32::MAX } else { 0 }))
    }
}

/// One step of all sites; see `Dense::deliver` for why it is a type.
struct Sweep<'a> {
    coefficients: &'a LifStep<f32>,
    threshold: &'a [Row],
    channels: usize,
    drive: &'a [Row],
    u: &'a mut [Row],
    i_syn: &'a mut [Row],
    spent: &'a mut [Bits],
    sites: &'a mut [Site],
    fired: &'a mut Vec<NeuronIdx>,
}

impl WithSimd for Sweep<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { coefficients, threshold, channels, drive, u, i_syn, spent, sites, fired } = self;
        let blocks = blocks_for(channels);
        let LifStep { decay, syn_decay, syn_gain, .. } = *coefficients;
        for (index, site) in sites.iter_mut().enumerate().filter(|(_, site)| site.left > 0) {
            let own = index * blocks..(index + 1) * blocks;
            let drive = &drive[own.clone()];
            if !site.awake {
                let mut any = [0; LANES];
                for row in drive {
                    for lane in 0..LANES {
                        any[lane] |= row.0[lane].to_bits();
                    }
                }
                if any.iter().fold(0, |any, lane| any | lane) == 0 {
                    continue;
                }
                site.awake = true;
            }
            let (u, i_syn, spent) = (&mut u[own.clone()], &mut i_syn[own.clone()], &mut spent[own]);
            let mut any = [0; LANES];
            let state = u.iter_mut().zip(i_syn.iter_mut()).zip(spent.iter()).zip(threshold);
            for ((((u, i_syn), spent), threshold), drive) in state.zip(drive) {
                for lane in 0..LANES {
                    let i = i_syn.0[lane] + drive.0[lane];
                    let v = u.0[lane] * decay + i * syn_gain;
                    i_syn.0[lane] = i * syn_decay;
                    u.0[lane] = v;
                    any[lane] |= 0u32.wrapping_sub(u32::from(v >= threshold.0[lane])) & !spent.0[lane];
                }
            }
            if any.iter().fold(0, |any, lane| any | lane) != 0 {
                compete(site, (index * channels) as NeuronIdx, threshold, u, spent, fired);
            }
        }
    }
}

/// Fire the neurons above threshold, up to the remaining spikes of the site; the higher potential first.
#[inline(always)]
fn compete(site: &mut Site, first: NeuronIdx, threshold: &[Row], u: &[Row], spent: &mut [Bits], fired: &mut Vec<NeuronIdx>) {
    let from = fired.len();
    for (block, ((u, spent), threshold)) in u.iter().zip(spent.iter()).zip(threshold).enumerate() {
        let mut over = [0; LANES];
        for lane in 0..LANES {
            over[lane] = (0u32.wrapping_sub(u32::from(u.0[lane] >= threshold.0[lane])) & !spent.0[lane]) & (1 << lane);
        }
        let mut over = over.iter().fold(0, |all, lane| all | lane);
        while over != 0 {
            fired.push((block * LANES) as NeuronIdx + over.trailing_zeros());
            over &= over - 1;
        }
    }
    let over = &mut fired[from..];
    if over.len() > site.left as usize {
        let v = |channel: NeuronIdx| u[channel as usize / LANES].0[channel as usize % LANES];
        let kept = site.left as usize;
        over.select_nth_unstable_by(kept - 1, |&a, &b| v(b).total_cmp(&v(a)).then(a.cmp(&b)));
        over[..kept].sort_unstable();
        fired.truncate(from + kept);
    }
    for channel in &mut fired[from..] {
        spent[*channel as usize / LANES].0[*channel as usize % LANES] = u32::MAX;
        *channel += first;
    }
    site.left -= (fired.len() - from) as u32;
}

impl NeuronModel for LocalPopulation {
    fn len(&self) -> usize {
        self.sites.len() * self.channels
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn blocks(&self) -> usize {
        self.u.len()
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let drive = drive.receptor(0);
        let blocks = self.u.len();
        let steps = drive.len() / blocks.max(1);
        for t in from..steps {
            let Self { arch, coefficients, threshold, channels, u, i_syn, spent, sites, .. } = self;
            let drive = &drive[t * blocks..][..blocks];
            arch.dispatch(Sweep { coefficients, threshold, channels: *channels, drive, u, i_syn, spent, sites, fired });
            if !fired.is_empty() {
                if self.adapt && self.params.theta_plus_mv > 0.0 {
                    self.adapt(fired);
                }
                return t + 1;
            }
        }
        steps
    }

    fn settle(&mut self) {
        self.u.fill(Row::ZERO);
        self.i_syn.fill(Row::ZERO);
        self.spent.fill(Bits::ZERO);
        let (absent, blocks) = (self.absent(), blocks_for(self.channels));
        self.spent.iter_mut().skip(blocks.saturating_sub(1)).step_by(blocks.max(1)).for_each(|bits| *bits = absent);
        for (spent, dead) in self.spent.iter_mut().zip(&self.dead) {
            spent.0.iter_mut().zip(dead.0).for_each(|(spent, dead)| *spent |= dead);
        }
        self.sites.fill(Site { left: self.params.winners, awake: false });
    }

    fn v_mv(&self, neuron: NeuronIdx) -> f32 {
        let (block, lane) = place_at_site(neuron as usize, self.channels);
        self.u[block].0[lane] + self.params.e_l_mv as f32
    }

    fn threshold_mv(&self, neuron: NeuronIdx) -> f32 {
        self.params.v_th_mv as f32 + self.theta_mv(neuron)
    }

    fn theta_mv(&self, neuron: NeuronIdx) -> f32 {
        self.theta[neuron as usize % self.channels]
    }

    fn set_params(&mut self, params: &NeuronParams) {
        if let NeuronParams::Local(params) = *params {
            self.params = params;
            self.coefficients = LifStep::new(&params.lif(), self.grid);
            if params.theta_plus_mv == 0.0 {
                // balance is for learning filters; once they are learnt every filter has the same chance
                self.theta.fill(0.0);
            }
            self.refresh_thresholds();
        }
    }

    fn set_adaptation(&mut self, on: bool) {
        self.adapt = on;
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.dead.resize(self.u.len(), Bits::ZERO);
        for &neuron in neurons {
            let (block, lane) = place_at_site(neuron as usize, self.channels);
            (self.dead[block].0[lane], self.spent[block].0[lane]) = (u32::MAX, u32::MAX);
        }
    }

    fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }

    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        let sound = |row: &Row| row.0.iter().fold(true, |sound, v| sound & v.is_finite());
        if self.u.iter().all(sound) {
            return None;
        }
        (0..self.len() as NeuronIdx).find(|&j| !self.v_mv(j).is_finite()).map(|j| ("membrane potential", j))
    }
}

impl Persist for LocalPopulation {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let absent = self.absent();
        let Self { channels, grid: _, arch: _, params: _, coefficients: _, u, i_syn, spent, dead: _, sites, theta, threshold: _, adapt: _ } =
            self;
        archive.f32s("thresholds", theta)?;
        archive.rows("potentials", u)?;
        archive.rows("synaptic currents", i_syn)?;
        archive.bits("spent", spent)?;
        let mut left: Vec<u32> = sites.iter().map(|site| site.left).collect();
        let mut awake: Vec<u8> = sites.iter().map(|site| site.awake.into()).collect();
        archive.u32s("inhibition", &mut left)?;
        archive.u8s("inhibition", &mut awake)?;
        for (site, (&left, &awake)) in sites.iter_mut().zip(left.iter().zip(&awake)) {
            *site = Site { left, awake: awake != 0 };
        }
        let blocks = blocks_for(*channels);
        let sound = |bits: &Bits| bits.0.iter().zip(absent.0).all(|(bits, absent)| bits & absent == absent);
        if !spent.iter().skip(blocks.saturating_sub(1)).step_by(blocks.max(1)).all(sound) {
            // a lane without a neuron must not fire
            return Err(ArchiveError::Value("spent"));
        }
        self.refresh_thresholds();
        Ok(())
    }
}
