//! A network in a maze: its text and its faults, closed forms of movement and of the error of the expected reward, and runs that are cut
//! and restored.

use spikescope::experiment::{FreeRun, MazePhase, lif_rate_hz};
use spikescope::model::{Maze, NetworkSpec};
use spikescope::preset::{NetworkPreset, PresetError};
use std::path::Path;

/// A maze in which a single actor neuron, driven by a constant current, moves the animal to the right.
const MAZE: &str = r#"Maze(
    place_cells: "place", critic: "critic", actor: "actor", goal: ("150 cm", "100 cm"), starts: [("50 cm", "100 cm")],
    speed: "0.5 cm/s", hold: "500 ms", pause: "200 ms", value_at_rest: 0"#;

fn text(critic: &str, maze: &str) -> String {
    format!(
        r#"Preset(schema: 2, title: "t", network: (dt: "1 ms",
            populations: {{
                "place": (size: 25, model: Poisson(rate: "400 Hz")),
                "critic": (size: 4, model: {critic}),
                "actor": (size: 1, model: Lif(ri: "30 mV")),
            }},
            projections: {{"place->critic": (wiring: AllToAll, weight: "0 mV", delay: "1 ms",
                rule: RStdp(eta: 0.000000001, tau_d: "100000 ms", w_max: "1 mV"))}}),
            task: FreeRun(duration: "10 s", environment: {maze}))"#
    )
}

fn read(text: &str) -> Result<NetworkPreset, Vec<String>> {
    NetworkPreset::parse(text, Path::new("t.ron")).map_err(|error| match error {
        PresetError::Faults { faults, .. } => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other}"),
    })
}

fn start(text: &str) -> FreeRun {
    let preset = read(text).unwrap();
    FreeRun::new(preset.network, 3).unwrap().with_task(&preset.task)
}

/// The concentration of the neuromodulator, which hardly decays.
fn concentration(run: &FreeRun) -> f64 {
    run.network().projections()[0].synapses.modulator(run.step().0).unwrap()
}

/// The rate of the actor neuron in Hz.
fn actor_hz() -> f64 {
    lif_rate_hz([20.0, 2.0], [0.0, 15.0], 30.0)
}

#[test]
fn a_maze_is_read_written_and_set() {
    let maze = format!(r#"{MAZE}, obstacles: [("60 cm", "10 cm", "70 cm", "20 cm")], reward: 5, time_limit: "3 s")"#);
    let preset = read(&text("Lif()", &maze)).unwrap();
    assert_eq!(read(&preset.to_ron()), Ok(NetworkPreset { path: Some("t.ron".into()), ..preset.clone() }));
    let own = preset.task.environment().unwrap();
    assert_eq!((own.goal, own.obstacles.as_slice(), own.numbers.reward), ([150.0, 100.0], &[[60.0, 10.0, 70.0, 20.0]][..], 5.0));
    assert_eq!((own.numbers.time_limit_ms, own.numbers.discount_ms), (3000.0, 4000.0));
    let changed = preset.task.with("environment", &own.text().replace("reward: 5", "reward: 7"), 1.0).unwrap();
    assert_eq!(changed.environment().unwrap().numbers.reward, 7.0);
    assert_eq!(Maze::along(121), Some(11));
}

#[test]
fn each_fault_of_a_maze_is_one_sentence_with_its_path() {
    let without = |field: &str| MAZE.split(&format!("{field}: ")).collect::<Vec<_>>().join("other: ");
    for (maze, path, facts) in [
        (format!("{MAZE}, reward: 5000)"), "reward", ["5000", "-1000 to 1000"]),
        (format!(r#"{MAZE}, side: "2 mV")"#), "side", ["mV", "cm"]),
        (format!(r#"{MAZE}, interval: "2.5 ms")"#), "interval", ["2.5 ms", "1 ms"]),
        (format!(r#"{MAZE}, value_rise: "300 ms")"#), "value_rise", ["300 ms", "value_fall"]),
        (format!(r#"{MAZE}, obstacles: [("70 cm", "10 cm", "60 cm", "20 cm")])"#), "obstacles", ["obstacle 0", "left"]),
        (format!(r#"{MAZE}, obstacles: [("70 cm", "10 cm")])"#), "obstacles", ["4 coordinates", "140 cm"]),
        (format!(r#"{MAZE}, obstacles: [("140 cm", "90 cm", "160 cm", "110 cm")])"#), "goal", ["150 cm", "obstacle"]),
        (format!("{MAZE}, food: 3)"), "food", ["food", "fields are"]),
        (format!("{MAZE})").replace("\"critic\"", "\"gone\""), "critic", ["gone", "population"]),
        (format!("{MAZE})").replace("critic: \"critic\"", "critic: \"place\""), "critic", ["place", "source"]),
        (format!("{MAZE})").replace("place_cells: \"place\"", "place_cells: \"actor\""), "place_cells", ["Lif", "Poisson"]),
        (format!("{MAZE})").replace("\"50 cm\"", "\"250 cm\""), "starts", ["250 cm", "200 cm"]),
        (format!("{MAZE})").replace("\"50 cm\"", "\"149 cm\""), "starts", ["149 cm", "goal"]),
        (format!("{MAZE})").replace("\"50 cm\"", "50"), "starts", ["50", "cm"]),
        (without("goal") + ")", "goal", ["missing", "goal"]),
        ("Cage(size: 3)".to_owned(), "", ["Cage", "Maze"]),
    ] {
        let faults = read(&text("Lif()", &maze)).expect_err(&maze);
        let place = format!("task.environment{}{path}", if path.is_empty() { "" } else { "." });
        let own: Vec<&String> = faults.iter().filter(|fault| fault.starts_with(&format!("{place}:"))).collect();
        assert_eq!(own.len(), 1, "{place}: {faults:?}");
        assert!(facts.iter().all(|fact| own[0].contains(fact)), "{place}: {faults:?}");
    }
    let no_square = text("Lif()", &format!("{MAZE})")).replace("size: 25", "size: 26");
    assert!(read(&no_square).unwrap_err()[0].contains("26"));
    let no_rule =
        text("Lif()", &format!("{MAZE})")).replace("RStdp(eta: 0.000000001, tau_d: \"100000 ms\", w_max: \"1 mV\")", "PairStdp()");
    assert!(read(&no_rule).unwrap_err().iter().any(|fault| fault.starts_with("task.environment") && fault.contains("RStdp")));
}

/// The animal moves at speed times rate of the actor: it takes distance over speed to the goal.
#[test]
fn the_latency_is_the_distance_to_the_goal_over_the_speed() {
    let mut run = start(&text("Lif()", &format!("{MAZE})")));
    run.advance(20_000, &mut []).unwrap();
    let speed_cm_s = 0.5 * actor_hz();
    let expected_ms = 90.0 / speed_cm_s * 1000.0;
    let maze = run.maze().unwrap();
    assert!(maze.trials().len() >= 2, "{:?}", maze.trials());
    for (ms, reached) in maze.latencies_ms() {
        // spikes come one by one, and the action of one of them lasts about 70 ms
        assert!(reached && (ms - expected_ms).abs() < 0.02 * expected_ms, "{ms} ms, expected {expected_ms} ms");
    }
    let path = &maze.paths()[0];
    assert!(path.len() as f64 - expected_ms / 100.0 < 3.0 && path.iter().all(|&[_, y]| (y - 100.0).abs() < 1e-3));
}

/// With silent critic neurons the value is `value_at_rest` V: δ = −V/τ during a trial, 0 outside, and the last error is that of the reward
/// without a value after it.
#[test]
fn a_constant_value_gives_the_error_minus_value_over_discount_and_at_the_goal_the_reward_minus_the_value() {
    let maze = format!("{MAZE}, reward: 100)").replace("value_at_rest: 0", "value_at_rest: 8");
    let mut run = start(&text("Lif()", &maze));
    run.advance(500, &mut []).unwrap();
    assert_eq!((concentration(&run), run.maze().unwrap().phase()), (0.0, MazePhase::Hold));
    // the error of an interval is given at its end
    run.advance(1001, &mut []).unwrap();
    let decays = 0.01;
    assert!((concentration(&run) + 8.0 / 4.0).abs() < decays * 2.0, "{}", concentration(&run));
    while run.maze().unwrap().trials().is_empty() {
        run.advance(5, &mut []).unwrap();
    }
    let seconds = run.maze().unwrap().trials()[0].steps as f64 * 1e-3;
    let expected = 100.0 - 8.0 - 8.0 / 4.0 * seconds;
    assert!((concentration(&run) - expected).abs() < 0.05 * expected, "{} against {expected}", concentration(&run));
    let before = concentration(&run);
    run.advance(200, &mut []).unwrap();
    assert!((concentration(&run) - before).abs() < 0.01 * before, "nothing is learned between trials");
}

/// The integral of the error over a trial is, with `discount` long, the change of the value: no reward, no error.
#[test]
fn without_discount_the_errors_of_a_trial_sum_up_to_the_change_of_the_value() {
    let maze = format!(r#"{MAZE}, discount: "10000000 ms")"#);
    let mut run = start(&text("Lif(ri: \"14 mV\", sigma: \"4 mV\")", &maze));
    run.advance(501, &mut []).unwrap();
    let first = run.maze().unwrap().value();
    run.advance(1000, &mut []).unwrap();
    let change = run.maze().unwrap().value() - first;
    assert!(change.abs() > 0.5, "the value moves: {change}");
    // less than an interval apart
    assert!((concentration(&run) - change).abs() < 1.0 + 0.02 * change.abs(), "{} against {change}", concentration(&run));
}

#[test]
fn an_obstacle_in_the_way_ends_a_trial_at_its_limit_with_the_reward_of_the_contact() {
    let maze = format!(r#"{MAZE}, obstacles: [("100 cm", "0 cm", "105 cm", "200 cm")], wall_reward: -3, time_limit: "4 s")"#);
    let mut run = start(&text("Lif()", &maze));
    run.advance(4505, &mut []).unwrap();
    let maze = run.maze().unwrap();
    assert_eq!(maze.latencies_ms().collect::<Vec<_>>(), [(4000.0, false)]);
    assert!(maze.position()[0] <= 100.0 && maze.position()[0] > 99.0, "{:?}", maze.position());
    let contact_s = 4.0 - 50.0 / (0.5 * actor_hz());
    assert!((concentration(&run) + 3.0 * contact_s).abs() < 0.2, "{} after {contact_s} s", concentration(&run));
}

/// Place cells fire at their rate times `exp(−d²/σ²)`, and not at all between trials.
#[test]
fn place_cells_fire_for_the_position() {
    let maze = format!(r#"{MAZE}, field_width: "50 cm")"#).replace("hold: \"500 ms\"", "hold: \"20 s\"");
    let mut run = start(&text("Lif()", &maze));
    run.advance(20_000, &mut []).unwrap();
    let counts = run.network().counts_of(0);
    for (cell, &count) in counts.iter().enumerate() {
        let [x, y] = [cell % 5, cell / 5].map(|k| k as f64 * 50.0);
        let distance = ((x - 50.0).powi(2) + (y - 100.0).powi(2)) / 2500.0;
        let mean = 400.0 * 20.0 * (-distance).exp();
        assert!((f64::from(count) - mean).abs() < 5.0 * mean.sqrt() + 1.0, "cell {cell}: {count} spikes, expected {mean}");
    }
    while run.maze().unwrap().phase() != MazePhase::Pause {
        run.advance(5, &mut []).unwrap();
    }
    run.advance(1, &mut []).unwrap();
    let before: u32 = run.network().counts_of(0).iter().sum();
    run.advance(190, &mut []).unwrap();
    assert_eq!(run.network().counts_of(0).iter().sum::<u32>(), before, "silent between trials");
}

#[test]
fn a_run_in_a_maze_does_not_depend_on_cuts_and_goes_on_from_its_state() {
    let maze = format!("{MAZE})").replace("[(\"50 cm\"", "[(\"60 cm\", \"100 cm\"), (\"50 cm\"");
    let text = text("Lif(ri: \"14 mV\", sigma: \"4 mV\")", &maze).replace("weight: \"0 mV\"", "weight: \"0.5 mV\"");
    let whole = {
        let mut run = start(&text);
        run.advance(12_000, &mut []).unwrap();
        run
    };
    assert!(whole.maze().unwrap().trials().len() >= 2);
    for restores in [false, true] {
        let mut run = start(&text);
        // cuts at and between movements, in trials and between them
        for steps in [3, 1, 1, 495, 2000, 1, 7499, 2000] {
            run.advance(steps, &mut []).unwrap();
            if restores {
                let bytes = run.save();
                run = start(&text);
                run.restore(&bytes).unwrap();
            }
        }
        assert_eq!(run.digest(), whole.digest(), "restored: {restores}");
        assert_eq!(run.maze().unwrap().paths(), whole.maze().unwrap().paths());
    }
    let bytes = start(&text).save();
    assert!(start(&text).restore(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn neurons_of_a_ring_have_their_neighbours_on_both_sides() {
    let network = |wiring: &str, more: &str| {
        NetworkSpec::from_ron(&format!(
            r#"(populations: {{"a": (size: 7, model: Lif()), "b": (size: 8, model: Lif())}},
                projections: {{"a->a": (wiring: {wiring}, weight: "1 mV", delay: "1 ms"{more})}})"#
        ))
    };
    let pairs = |more: &str| -> Vec<(usize, Vec<usize>)> {
        let run = FreeRun::new(network("Ring(2)", more).unwrap(), 1).unwrap();
        let synapses = &run.network().projections()[0].synapses;
        (0..7).map(|post| (post, synapses.onto(post).into_iter().map(|(pre, _)| pre).collect())).collect()
    };
    for (post, mut pres) in pairs("") {
        pres.sort_unstable();
        let mut expected = [1, 2, 5, 6].map(|step| (post + step) % 7);
        expected.sort_unstable();
        assert_eq!(pres, expected);
    }
    assert!(pairs(", self_connections: true").iter().all(|(post, pres)| pres.len() == 5 && pres.contains(post)));
    assert_eq!(network("Ring(2)", "").unwrap().counts().synapses, 28.0);
    assert!(network("Ring(4)", "").unwrap_err().to_string().contains("choose at most 3"));
    assert!(network("Ring(2)", ", to: \"b\"").unwrap_err().to_string().contains("same size"));
}

/// The value of every place is that of the rate that the critic neurons have there.
#[test]
fn the_map_of_the_value_is_that_of_rates_that_are_simulated() {
    let maze = format!("{MAZE}, value_per_hz: 1)").replace("hold: \"500 ms\"", "hold: \"30 s\"");
    let text = text("Lif(sigma: \"4 mV\", tau_syn_exc: \"5 ms\")", &maze)
        .replace("weight: \"0 mV\"", "weight: \"5 mV\"")
        .replace("w_max: \"1 mV\"", "w_max: \"9 mV\"");
    let text = text.replace("value_at_rest: 0", "value_at_rest: 0, field_width: \"50 cm\"");
    let mut run = start(&text);
    run.advance(30_000, &mut []).unwrap();
    let simulated = f64::from(run.network().counts_of(1).iter().sum::<u32>()) / 4.0 / 30.0;
    // a square of 1 cm beside the start
    let map = run.maze().unwrap().value_map(run.network(), run.spec(), 200).unwrap();
    let here = f64::from(map.values[100 * 200 + 50]);
    assert!(simulated > 5.0 && (here - simulated).abs() < 0.15 * simulated, "{here} Hz against {simulated} Hz");
    let policy = run.maze().unwrap().policy_map(run.network(), 4);
    assert_eq!(policy, None, "no place cell reaches the actor");
}
