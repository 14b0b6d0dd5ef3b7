//! Random networks that learn from images: their text reads back to the same description, and training gives the same state
//! however it is cut, saved and resumed.

use proptest::prelude::*;
use spikescope::datasets::{Data, Dataset};
use spikescope::experiment::Trainer;
use spikescope::model::{
    Classify, Code, CompetingLif, Distribution, EscapeNoise, FilterStdp, Image, ModelSpec, NetworkSpec, PairStdp, Pooling, PopulationSpec,
    ProjectionSpec, RMax, RuleSpec, Shape, SiteLif, Stage, Stdp, TaskSpec, TrialRStdp, WinnerRStdp, WinnerStdp, Wiring,
};
use spikescope::params::ParamId as P;
use spikescope::preset::{NetworkPreset, Preset};
use std::path::Path;
use std::sync::Arc;

const SIDE: u32 = 8;
const CLASSES: u32 = 3;

pub(super) fn data() -> Arc<Data> {
    let set = |seed: usize| {
        let images = ndarray::Array2::from_shape_fn((30, 64), |(k, pixel)| {
            let lit = pixel / 8 % 3 == k % 3;
            if lit { 255 - ((k * 31 + pixel * 17 + seed) % 90) as u8 } else { 0 }
        });
        Dataset { images, labels: (0..30).map(|k| (k % 3) as u8).collect(), width: 8, height: 8, classes: 3 }
    };
    Arc::new(Data::numbered("bars", set(1), set(2)))
}

fn grid((width, height): (u32, u32), maps: u32) -> Shape {
    Shape::Grid { width, height, maps }
}

/// What is drawn of a network.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    code: u8,
    hidden: Option<(u32, u32, bool)>,
    races: bool,
    shared: bool,
    rule: u8,
    pooling: u8,
    extra: bool,
    stage: u64,
    delay_ms: f64,
    maps: u32,
    dt_ms: f64,
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let hidden = prop::option::of((2u32..5, 1u32..3, any::<bool>()));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (0u8..4, hidden, flags, 0u8..5, 0u8..3, 0u64..6, 0u8..3, (1u32..5, any::<bool>())).prop_map(
        |(code, hidden, (races, shared, extra), rule, pooling, stage, delay, (maps, fine))| {
            let (delay_ms, dt_ms) = (f64::from(delay) * 2.0, if fine { 0.5 } else { 1.0 });
            Plan { code, hidden, races, shared, rule, pooling, extra, stage, delay_ms, maps, dt_ms }
        },
    )
}

/// The network and task of a plan; parts that do not fit are left out by the caller's check.
pub(super) fn network(plan: &Plan) -> (NetworkSpec, Classify) {
    let (code, maps) = [(Code::Poisson, 1), (Code::Latency, 1), (Code::OnOff, 2), (Code::OnOff, 6)][usize::from(plan.code)];
    let mut network = NetworkSpec::new(plan.dt_ms);
    let mut task = Classify::default();
    task.params.set(P::PresentMs, 20.0).unwrap();
    task.params.set(P::RewardDelay, plan.delay_ms).unwrap();
    let add = |network: &mut NetworkSpec, name: &str, shape, model| {
        network.populations.push(PopulationSpec { shape, ..PopulationSpec::new(name, 1, model) });
    };
    add(&mut network, "image", grid((SIDE, SIDE), maps), ModelSpec::Image(Image { code, ..Image::default() }));
    let mut last = ("image", 0.0);
    if let Some((size, stride, competes)) = plan.hidden {
        let rule = if competes {
            RuleSpec::WinnerStdp(WinnerStdp::default())
        } else {
            RuleSpec::FilterStdp(FilterStdp { reward: 0.01, ..FilterStdp::default() })
        };
        let weight = if competes { Distribution::Normal { mean: 0.8, sd: 0.05 } } else { Distribution::Noise };
        let filters = ProjectionSpec {
            weight,
            delay: Distribution::Constant(0.0),
            rule: Some(rule),
            ..ProjectionSpec::new("image->hidden", Wiring::Shared { size, stride, pad: 1 })
        };
        let sites = filters.sites(network.populations[0].shape).unwrap();
        add(&mut network, "hidden", grid(sites, 4), ModelSpec::SiteLif(SiteLif { winners: 2, theta_plus_mv: 0.01, ..SiteLif::default() }));
        network.projections.push(filters);
        task.stages = vec![Stage::new(vec!["image->hidden".to_owned()], plan.stage)];
        last = ("hidden", 1.0);
    }
    let from = network.population(last.0).unwrap().shape;
    let pooling = [None, Some(Pooling::Cells(2)), Some(Pooling::First(2))][usize::from(plan.pooling)].filter(|_| last.0 == "hidden");
    let shared = plan.shared && plan.races;
    let wiring = if shared { Wiring::Shared { size: 2, stride: 1, pad: 0 } } else { Wiring::AllToAll };
    let mut onto =
        ProjectionSpec { pooling, delay: Distribution::Constant(last.1), ..ProjectionSpec::new(format!("{}->out", last.0), wiring) };
    let eta = 0.05;
    onto.rule = match (plan.races, shared, plan.rule) {
        (_, _, 0) => None,
        (true, true, 1) => Some(RuleSpec::WinnerRStdp(WinnerRStdp::default())),
        (true, ..) => Some(RuleSpec::RMax(RMax { eta, classes: CLASSES, ..RMax::default() })),
        (false, _, 1) => Some(RuleSpec::Stdp(Stdp::default())),
        (false, _, 2) => Some(RuleSpec::PairStdp(PairStdp::default())),
        (false, ..) => Some(RuleSpec::TrialRStdp(TrialRStdp { eta, classes: CLASSES, ..TrialRStdp::default() })),
    };
    onto.weight = if plan.races { Distribution::Constant(0.0) } else { Distribution::Uniform { low: 0.0, high: 0.3 } };
    onto.norm_mv = (!plan.races).then_some(10.0);
    let neurons = CLASSES * plan.maps;
    let (shape, model) = match (plan.races, shared) {
        (true, true) => (grid(onto.sites(onto.input(from)).unwrap(), neurons), ModelSpec::EscapeNoise(EscapeNoise::default())),
        (true, false) => (Shape::Line(neurons), ModelSpec::EscapeNoise(EscapeNoise::default())),
        (false, _) => (Shape::Line(neurons), ModelSpec::CompetingLif(CompetingLif { sigma_mv: 1.0, ..CompetingLif::default() })),
    };
    add(&mut network, "out", shape, model);
    network.projections.push(onto);
    if plan.extra && !plan.races {
        // a population that is neither input nor readout, with sparse synapses onto itself
        add(&mut network, "side", Shape::Line(20), ModelSpec::named("Lif").unwrap());
        task.readout = Some("out".to_owned());
        network.projections.push(ProjectionSpec {
            weight: Distribution::Constant(1.0),
            delay: Distribution::Constant(0.0),
            ..ProjectionSpec::new("image->side", Wiring::AllToAll)
        });
        network.projections.push(ProjectionSpec {
            weight: Distribution::Constant(0.5),
            delay: Distribution::Uniform { low: 1.0, high: 4.0 },
            ..ProjectionSpec::new("side->side", Wiring::Probability(0.3))
        });
        network.projections.push(ProjectionSpec {
            weight: Distribution::Constant(0.4),
            delay: Distribution::Constant(2.0),
            ..ProjectionSpec::new("side->out", Wiring::Probability(0.5))
        });
    }
    (network, task)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_networks_that_learn_from_images_read_back_train_and_resume(plan in plan(), cuts in prop::collection::vec(1u64..40, 1..12), seed in 0u64..99) {
        let (network, task) = network(&plan);
        let faults = network.trial_faults(&task);
        // of small images not every pooling has cells
        prop_assume!(faults.is_empty() || !faults.iter().all(|fault| fault.path.ends_with("pooling") || fault.path.ends_with("wiring")));
        prop_assert_eq!(faults, Vec::new());
        let file = NetworkPreset {
            title: "Random".to_owned(),
            description: String::new(),
            citation: String::new(),
            look_for: Vec::new(),
            scale: None,
            network,
            task: TaskSpec::Classify(task),
            path: Some(Path::new("random.ron").to_owned()),
        };
        let text = file.to_ron();
        let preset = Preset::parse(&text, Path::new("random.ron")).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&preset.to_ron(), &text);
        let data = data();
        let new = || Trainer::new(&preset, Arc::clone(&data), seed, Some(20)).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")));
        let mut whole = new()?;
        for _ in 0..8 {
            prop_assert!(whole.train_image().is_ok());
        }
        let end = whole.step();
        prop_assert_eq!(end as f64 * plan.dt_ms, 8.0 * (20.0 + plan.delay_ms), "durations are in ms");
        let mut cut = new()?;
        for &steps in cuts.iter().cycle() {
            let left = end - cut.step();
            if left == 0 {
                break;
            }
            prop_assert!(cut.advance(steps.min(left), &mut []).is_ok());
            let bytes = cut.save();
            let mut next = new()?;
            prop_assert!(next.restore(&bytes).is_ok(), "{}", text);
            cut = next;
        }
        prop_assert_eq!(cut.digest().to_string(), whole.digest().to_string(), "{}", text);
    }
}
