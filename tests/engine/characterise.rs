//! Characterised neurons against closed forms, and against the network that they come from.

use spikescope::experiment::characterise::{
    Noise, NoisyIntervals, Pattern, PhasePlane, Protocol, RateCurve, StepResponse, Subject, rate_hz,
};
use spikescope::experiment::{FreeRun, Observation};
use spikescope::model::{AdEx, Izhikevich, Lif, ModelSpec, NetworkSpec, PopulationSpec};

fn subject(model: ModelSpec) -> Subject {
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("n", 1, model));
    Subject::of(&network, "n").unwrap()
}

fn curve(subject: &Subject, protocol: &Protocol) -> RateCurve {
    RateCurve::of(subject, protocol, &|| true).unwrap().unwrap()
}

fn step(subject: &Subject, current: f64) -> StepResponse {
    let protocol = Protocol { step: current, ..Protocol::of(subject) };
    StepResponse::of(subject, &protocol, &|| true).unwrap().unwrap()
}

#[test]
fn rates_and_rheobase_of_leaky_neurons_are_those_of_the_closed_form() {
    let neuron = subject(ModelSpec::Lif(Lif { tau_m_ms: 13.0, v_th_mv: -52.0, ..Lif::default() }));
    let found = curve(&neuron, &Protocol::of(&neuron));
    for point in &found.points {
        let closed = point.closed_hz.unwrap();
        // an interval ends at a step, at most one late
        let slowest = if closed > 0.0 { 1e3 / (1e3 / closed + 0.1) } else { 0.0 };
        assert!(point.rate_hz <= closed + 1e-6 && point.rate_hz >= slowest - 1e-6, "{point:?}");
    }
    assert!(found.points.iter().filter(|point| point.rate_hz > 0.0).count() > 10);
    assert!((found.rheobase.unwrap() - 13.0).abs() < 0.01 && neuron.onset().current == 13.0, "{:?}", found.rheobase);
}

#[test]
fn rates_under_noise_are_those_of_siegert() {
    let noisy = subject(ModelSpec::Lif(Lif { sigma_mv: 2.0, ..Lif::default() }));
    for current in [13.0, 15.0, 18.0] {
        // the noise of neurons is independent
        let protocol = Protocol { currents: vec![current; 32], measure_ms: 3000.0, ..Protocol::of(&noisy) };
        let points = curve(&noisy, &protocol).points;
        let mean = points.iter().map(|point| point.rate_hz).sum::<f64>() / points.len() as f64;
        let closed = points[0].closed_hz.unwrap();
        assert!((mean - closed).abs() < 0.1 * closed, "{mean} against {closed} Hz at {current} mV");
    }
    // a current whose steps are independent: the potential has the variance sd² (1 − k)²/(1 − k²) with k = e^(−dt/τ)
    let quiet = subject(ModelSpec::Lif(Lif::default()));
    let keep = (-0.1f64 / 20.0).exp();
    let sd = 3.0 * ((1.0 - keep * keep) / ((1.0 - keep) * (1.0 - keep))).sqrt();
    let protocol = Protocol { noise: Noise { mean: 14.0, sd, tau_ms: 0.0 }, noise_ms: 4000.0, ..Protocol::of(&quiet) };
    let found = NoisyIntervals::of(&quiet, &protocol, &|| true).unwrap().unwrap();
    let closed = rate_hz(&ModelSpec::Lif(Lif { sigma_mv: 3.0, ..Lif::default() }), 0.1, 14.0).unwrap();
    assert!((found.rate_hz - closed).abs() < 0.07 * closed, "{} against {closed} Hz", found.rate_hz);
    assert!(found.cv.is_some_and(|cv| (0.4..1.0).contains(&cv)), "{:?}", found.cv);
    let regular = Protocol { noise: Noise { mean: 30.0, sd: 0.0, tau_ms: 0.0 }, ..protocol };
    assert!(NoisyIntervals::of(&quiet, &regular, &|| true).unwrap().unwrap().cv.unwrap() < 0.02);
}

#[test]
fn neurons_of_two_variables_begin_to_fire_just_below_the_loss_of_rest_and_rest_where_the_nullclines_meet() {
    let models = [
        ModelSpec::AdEx(AdEx::default()),
        ModelSpec::AdEx(AdEx { a: 0.0, ..AdEx::default() }),
        ModelSpec::Izhikevich(Izhikevich::default()),
        ModelSpec::Izhikevich(Izhikevich { a: 0.1, d: 2.0, ..Izhikevich::default() }),
    ];
    for model in models {
        let neuron = subject(model);
        let (found, onset) = (curve(&neuron, &Protocol::of(&neuron)), neuron.onset().current);
        // a step can leave the basin of a rest that is still stable, but not before the potential alone would, with the other variable
        // held where it rests: at the fold of its nullcline
        let plane = neuron.model.plane().unwrap();
        let fold = match &neuron.model {
            ModelSpec::AdEx(one) => one.v_t_mv - one.e_l_mv - one.delta_t_mv,
            _ => 25.0 / 0.16 - 140.0,
        } + plane.rest(0.0).unwrap().second;
        let rheobase = found.rheobase.unwrap();
        assert!(rheobase < 1.01 * onset && rheobase > fold - 0.01, "{rheobase} from {fold} to {onset}: {neuron:?}");
        let below = step(&neuron, 0.9 * fold);
        let rest = PhasePlane::of(&neuron, &below).unwrap().fixed_points[1][0];
        let last = (below.step_ms[1] / below.sample_ms) as usize - 1;
        assert!(below.spikes_ms.is_empty() && rest.stability.is_stable(), "{neuron:?}");
        assert!((below.end_mv() - rest.v_mv).abs() < 0.05, "{} against {rest:?}", below.end_mv());
        assert!((below.second[last] - rest.second).abs() < 0.1, "{} against {rest:?}", below.second[last]);
        // it begins at rest, so that nothing changes before the step
        assert!((below.v_mv[0] - below.v_mv[900]).abs() < 1e-6, "{} {}", below.v_mv[0], below.v_mv[900]);
    }
    let lif = subject(ModelSpec::Lif(Lif::default()));
    assert!(PhasePlane::of(&lif, &step(&lif, 10.0)).unwrap_err().starts_with("Lif has no phase plane"));
}

#[test]
fn firing_patterns_are_those_of_their_names() {
    let at_ten = |a, c_mv, d| {
        let neuron = subject(ModelSpec::Izhikevich(Izhikevich { a, c_mv, d, ..Izhikevich::default() }));
        step(&neuron, 10.0).response().pattern
    };
    assert_eq!(at_ten(0.02, -65.0, 8.0), Pattern::Adapting, "regular spiking");
    assert_eq!(at_ten(0.02, -50.0, 2.0), Pattern::Bursting, "chattering");
    assert_eq!(at_ten(0.02, -55.0, 4.0), Pattern::InitialBurst, "intrinsically bursting");
    let lif = subject(ModelSpec::Lif(Lif::default()));
    assert_eq!((step(&lif, 14.0).response().pattern, step(&lif, 20.0).response().pattern), (Pattern::Silent, Pattern::Tonic));
}

#[test]
fn a_characterised_neuron_fires_as_one_in_a_network_with_that_constant_input() {
    let neuron = subject(ModelSpec::Lif(Lif { ri_mv: 3.0, ..Lif::default() }));
    let alone = step(&neuron, 20.0);
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("n", 1, ModelSpec::Lif(Lif { ri_mv: 20.0, ..Lif::default() })));
    let mut free = FreeRun::new(network, 1).unwrap();
    let mut observed = Observation::new(free.spec(), 0, 6000);
    free.advance(6000, &mut [&mut observed]).unwrap();
    let during = alone.during_ms();
    let intervals: Vec<f64> = during.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let others = observed.intervals_ms(0);
    assert!(others.len() > 15 && others.len() == intervals.len());
    assert!(others.iter().zip(&intervals).all(|(a, b)| (a - b).abs() < 1e-6), "{others:?} {intervals:?}");
}

#[test]
fn what_is_no_longer_wanted_ends() {
    let neuron = subject(ModelSpec::Lif(Lif::default()));
    let protocol = Protocol::of(&neuron);
    assert_eq!(StepResponse::of(&neuron, &protocol, &|| false), Ok(None));
    assert_eq!(RateCurve::of(&neuron, &protocol, &|| false), Ok(None));
    assert_eq!(NoisyIntervals::of(&neuron, &protocol, &|| false), Ok(None));
}
