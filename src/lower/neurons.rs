//! Populations and the encoder.

use super::Learning;
use super::draws::unbounded;
use crate::engine::encoder::{Encoder, EncoderParams, Latency, OnOff, Poisson};
use crate::engine::neuron::{
    AdExParams, CurrentSource, IzhikevichParams, LifCondParams, LifParams, LifPopulation, LocalParams, LocalPopulation, Membranes,
    NeuronModel, NeuronParams, PoissonSource, RaceParams, RacePopulation, RegularSource, SpikeSource, Waveform,
};
use crate::model::{self, Code, CompetingLif, Image, Inhibition, ModelSpec, NetworkSpec, PopulationSpec, Shape};
use crate::rng::{Purpose, stream};
use crate::time::TimeGrid;

/// The populations of the network: all but that of the images.
pub(super) fn fired(spec: &NetworkSpec) -> impl Iterator<Item = &PopulationSpec> {
    spec.populations.iter().filter(|population| !matches!(population.model, ModelSpec::Image(_)))
}

pub(super) fn populations(spec: &NetworkSpec, learning: &Learning, grid: TimeGrid, seed: u64) -> Vec<Box<dyn NeuronModel>> {
    (0u64..)
        .zip(fired(spec))
        .map(|(index, one)| {
            let params = params(one, learning.population(spec, &one.name), grid);
            population(one, &params, grid, (seed, index))
        })
        .collect()
}

/// Parameters of a model; `learn` if the filters onto its neurons learn without reward.
pub(super) fn params(population: &PopulationSpec, learn: bool, grid: TimeGrid) -> NeuronParams {
    match &population.model {
        ModelSpec::Lif(lif) => NeuronParams::Lif(lif_params(lif, grid)),
        ModelSpec::CompetingLif(lif) => NeuronParams::Lif(competing(lif, grid)),
        ModelSpec::SiteLif(site) => NeuronParams::Local(LocalParams {
            tau_m_ms: site.tau_m_ms,
            tau_syn_ms: site.tau_syn_ms,
            e_l_mv: site.e_l_mv,
            v_th_mv: site.v_th_mv,
            winners: if learn { 1 } else { site.winners },
            theta_plus_mv: if learn { site.theta_plus_mv } else { 0.0 },
        }),
        ModelSpec::EscapeNoise(noise) => NeuronParams::Race(RaceParams {
            tau_m_ms: noise.tau_m_ms,
            tau_syn_ms: noise.tau_syn_ms,
            e_l_mv: noise.e_l_mv,
            v_th_mv: noise.v_th_mv,
            ramp_mv_per_ms: noise.ramp_mv_per_ms,
            delta_u_mv: noise.delta_u_mv,
            gate_steps: grid.steps(noise.gate_ms).unwrap_or(0),
        }),
        ModelSpec::LifCond(lif) => NeuronParams::LifCond(lif_cond(lif, grid)),
        ModelSpec::AdEx(neuron) => NeuronParams::AdEx(ad_ex(neuron, grid)),
        ModelSpec::Izhikevich(neuron) => NeuronParams::Izhikevich(IzhikevichParams {
            a: neuron.a,
            b: neuron.b,
            c_mv: neuron.c_mv,
            d: neuron.d,
            v_peak_mv: neuron.v_peak_mv,
            i: neuron.i,
            half_steps: neuron.scheme == model::Scheme::HalfSteps,
            dt_ms: grid.dt_ms(),
        }),
        ModelSpec::Poisson(poisson) => NeuronParams::Poisson { rate_hz: poisson.rate_hz },
        ModelSpec::Regular(regular) => NeuronParams::Regular { rate_hz: regular.rate_hz },
        ModelSpec::SpikeSource(_) | ModelSpec::Image(_) => NeuronParams::Given,
        ModelSpec::StepCurrent(step) => {
            NeuronParams::Current(Waveform::Step { ri_mv: step.ri_mv, start: whole(step.start_ms, grid), stop: whole(step.stop_ms, grid) })
        }
        ModelSpec::RampCurrent(ramp) => NeuronParams::Current(Waveform::Ramp {
            from_mv: ramp.from_mv,
            to_mv: ramp.to_mv,
            start: whole(ramp.start_ms, grid),
            stop: whole(ramp.stop_ms, grid),
        }),
        ModelSpec::NoiseCurrent(noise) => NeuronParams::Current(Waveform::Noise {
            mean_mv: noise.mean_mv,
            sd_mv: noise.sd_mv,
            keep: if noise.tau_ms > 0.0 { grid.decay(noise.tau_ms) } else { 0.0 },
            uniform: noise.distribution == model::Law::Uniform,
        }),
    }
}

/// A time of a checked description in steps.
fn whole(ms: f64, grid: TimeGrid) -> u64 {
    grid.steps(ms).unwrap_or(0).into()
}

fn lif_params(lif: &model::Lif, grid: TimeGrid) -> LifParams {
    LifParams {
        tau_m_ms: lif.tau_m_ms,
        e_l_mv: lif.e_l_mv,
        v_th_mv: lif.v_th_mv,
        v_reset_mv: lif.v_reset_mv,
        t_ref_steps: grid.steps(lif.t_ref_ms).unwrap_or(0),
        theta_plus_mv: lif.theta_plus_mv,
        tau_theta_ms: lif.tau_theta_ms,
        sigma_mv: lif.sigma_mv,
        tau_syn_ms: 0.0,
        tau_receptors_ms: Some([lif.tau_syn_exc_ms, lif.tau_syn_inh_ms]),
        alpha: lif.synapse == model::CurrentShape::Alpha,
        ri_mv: lif.ri_mv,
        inhibition_mv: 0.0,
        e_inh_mv: None,
        tau_inh_ms: 0.0,
    }
}

/// Factors over half a step; 0 where a spike acts at once.
fn keep_half(taus_ms: [f64; 2], grid: TimeGrid) -> [f64; 2] {
    taus_ms.map(|tau_ms| if tau_ms > 0.0 { libm::exp(-0.5 * grid.dt_ms() / tau_ms) } else { 0.0 })
}

fn lif_cond(lif: &model::LifCond, grid: TimeGrid) -> LifCondParams {
    LifCondParams {
        tau_m_ms: lif.tau_m_ms,
        e_l_mv: lif.e_l_mv,
        v_th_mv: lif.v_th_mv,
        v_reset_mv: lif.v_reset_mv,
        t_ref_steps: grid.steps(lif.t_ref_ms).unwrap_or(0),
        ri_mv: lif.ri_mv,
        g_l_ns: lif.g_l_ns,
        e_rev_mv: [lif.e_exc_mv, lif.e_inh_mv],
        keep_half: keep_half([lif.tau_syn_exc_ms, lif.tau_syn_inh_ms], grid),
        dt_ms: grid.dt_ms(),
    }
}

fn ad_ex(neuron: &model::AdEx, grid: TimeGrid) -> AdExParams {
    AdExParams {
        tau_m_ms: neuron.tau_m_ms,
        e_l_mv: neuron.e_l_mv,
        v_t_mv: neuron.v_t_mv,
        delta_t_mv: neuron.delta_t_mv,
        a: neuron.a,
        b_mv: neuron.b_mv,
        tau_w_ms: neuron.tau_w_ms,
        v_reset_mv: neuron.v_reset_mv,
        v_peak_mv: neuron.v_peak_mv,
        t_ref_steps: grid.steps(neuron.t_ref_ms).unwrap_or(0),
        ri_mv: neuron.ri_mv,
        keep_half: keep_half([neuron.tau_syn_exc_ms, neuron.tau_syn_inh_ms], grid),
        dt_ms: grid.dt_ms(),
    }
}

/// Parameters of neurons with lateral inhibition.
pub fn competing(lif: &CompetingLif, grid: TimeGrid) -> LifParams {
    LifParams {
        tau_m_ms: lif.tau_m_ms,
        e_l_mv: lif.e_l_mv,
        v_th_mv: lif.v_th_mv,
        v_reset_mv: lif.v_reset_mv,
        t_ref_steps: grid.steps(lif.t_ref_ms).unwrap_or(0),
        theta_plus_mv: lif.theta_plus_mv,
        tau_theta_ms: lif.tau_theta_ms,
        sigma_mv: lif.sigma_mv,
        tau_syn_ms: lif.tau_syn_ms,
        tau_receptors_ms: None,
        alpha: false,
        ri_mv: 0.0,
        inhibition_mv: lif.inhibition_mv,
        e_inh_mv: (lif.inhibition_type == Inhibition::Conductance).then_some(lif.e_inh_mv),
        tau_inh_ms: lif.tau_inh_ms,
    }
}

fn population(spec: &PopulationSpec, params: &NeuronParams, grid: TimeGrid, (seed, index): (u64, u64)) -> Box<dyn NeuronModel> {
    let n = spec.size() as usize;
    let (width, height, maps) = spec.shape.grid();
    let sites = (width as usize * height as usize, maps as usize);
    let mut population: Box<dyn NeuronModel> = match (*params, &spec.model) {
        (NeuronParams::Lif(params), _) => Box::new(LifPopulation::new(n, params, grid, seed)),
        (NeuronParams::Local(params), _) => Box::new(LocalPopulation::new(sites.0, sites.1, params, grid)),
        (NeuronParams::Race(params), _) if matches!(spec.shape, Shape::Grid { .. }) => {
            Box::new(RacePopulation::at_sites(sites.0, sites.1, params, grid, seed))
        }
        (NeuronParams::Race(params), _) => Box::new(RacePopulation::new(n, params, grid, seed)),
        (NeuronParams::LifCond(params), _) => Box::new(Membranes::new(n, params)),
        (NeuronParams::AdEx(params), _) => Box::new(Membranes::new(n, params)),
        (NeuronParams::Izhikevich(params), _) => Box::new(Membranes::new(n, params)),
        (NeuronParams::Regular { rate_hz }, _) => Box::new(RegularSource::new(n, rate_hz, grid)),
        (NeuronParams::Current(waveform), _) => Box::new(CurrentSource::new(n, waveform, seed)),
        (NeuronParams::Poisson { rate_hz }, _) => Box::new(PoissonSource::new(n, rate_hz, grid, seed)),
        (NeuronParams::Given, ModelSpec::SpikeSource(source)) => Box::new(SpikeSource::new(n, given(source, grid))),
        (NeuronParams::Given, _) => Box::new(SpikeSource::new(n, Vec::new())),
    };
    for (place, (variable, distribution)) in (0u64..).zip(&spec.start) {
        // the first variable has the stream of the population, the others one of their own
        let mut rng = stream(seed, Purpose::Start, index | (place << 32));
        let draw = unbounded(distribution);
        (0..n as u32).for_each(|j| population.set_start(variable, j, draw.sample(&mut rng)));
    }
    population
}

/// Steps and neurons of given spike trains.
fn given(source: &model::SpikeSource, grid: TimeGrid) -> Vec<(u64, u32)> {
    let times = (0u32..).zip(&source.spikes_ms);
    times.flat_map(|(neuron, times)| times.iter().map(move |&ms| (u64::from(grid.steps(ms).unwrap_or(0)), neuron))).collect()
}

/// The encoder of the images, if the network has a population of them.
pub fn encoder(spec: &NetworkSpec, grid: TimeGrid) -> Option<Box<dyn Encoder>> {
    let population = spec.image()?;
    let (width, height, maps) = population.shape.grid();
    let (width, height) = (width as usize, height as usize);
    let ModelSpec::Image(image) = &population.model else { return None };
    let p = encoder_params(image);
    Some(match image.code {
        Code::Poisson => Box::new(Poisson::new(width * height, &p, grid)),
        Code::Latency => Box::new(Latency::new(width * height, &p, grid)),
        Code::OnOff => Box::new(OnOff::new(width, height, Image::scales(maps).unwrap_or_default(), &p, grid)),
    })
}

/// Parameters of the encoder.
pub fn encoder_params(image: &Image) -> EncoderParams {
    EncoderParams { rate_max_hz: image.rate_max_hz, latency_ms: image.latency_ms, floor: image.floor }
}
