//! `export-network`: a script and its arrays that build a described network in another simulator.

use super::args::{ExportNetworkArgs, RunArgs, Target, Trains};
use super::failure::Failure;
use super::output::Reporter;
use super::stop::Stop;
use super::{locate, npz, run};
use crate::exchange::{Simulator, Subject, export};
use crate::files::write_with;
use crate::preset::{Opened, open};
use serde::Serialize;

/// The line of `--json`.
#[derive(Serialize)]
struct Written<'a> {
    event: &'static str,
    preset: &'a str,
    to: &'static str,
    seed: u64,
    steps: u64,
    neurons: u64,
    synapses: u64,
    version: &'static str,
    out: String,
}

/// Export a network. All faults are found before anything is written.
pub(super) fn export_network(args: &ExportNetworkArgs) -> Result<(), Failure> {
    let _stop = Stop::listen()?;
    let path = locate::preset(&args.preset).map_err(Failure::input)?;
    if let Opened::Experiment(_) = open(&path)? {
        let path = path.display();
        return Err(Failure::input(format!("{path} does not run freely and cannot be exported; name a preset for `spikescope run`")));
    }
    let run::RunPlan { preset, session, out, .. } = run::plan(&of_a_run(args))?;
    let (simulator, to) = match args.to {
        Target::Nest => (Simulator::Nest, "nest"),
        Target::Brian2 => (Simulator::Brian2, "brian2"),
    };
    let subject = Subject {
        name: &session.preset,
        title: &preset.title,
        network: &preset.network,
        task: &preset.task,
        seed: session.seed,
        poisson_given: args.poisson == Trains::Given,
    };
    let exported = export(&subject, simulator)?;
    let wanted = out.wanted().display().to_string();
    let (folder, _) =
        out.make().map_err(|error| Failure::input(format!("cannot write {wanted}: {error}; name another folder with --out")))?;
    let cannot = |error: std::io::Error| Failure::run(format!("cannot write to {wanted}: {error}"));
    write_with(&folder.join("network.npz"), |target| npz::arrays(target, &exported.arrays)).map_err(cannot)?;
    write_with(&folder.join("network.py"), |target| target.write_all(exported.script.as_bytes())).map_err(cannot)?;
    let mut reporter = Reporter::plain(args.json, args.quiet);
    let (neurons, synapses) = (preset.network.populations.iter().map(|one| u64::from(one.size())).sum(), exported.synapses);
    reporter.say(&format!("{neurons} neurons and {synapses} synapses written to {wanted}; run them with: python {wanted}/network.py"));
    let version = env!("CARGO_PKG_VERSION");
    let (preset, seed, steps) = (session.preset.as_str(), session.seed, session.steps);
    reporter.event(&Written { event: "exported", preset, to, seed, steps, neurons, synapses, version, out: wanted });
    reporter.end()
}

/// The run of which this is the network.
fn of_a_run(args: &ExportNetworkArgs) -> RunArgs {
    RunArgs {
        preset: Some(args.preset.clone()),
        resume: None,
        duration: args.duration.clone(),
        seed: args.seed,
        set: args.set.clone(),
        out: Some(args.out.clone()),
        record: None,
        checkpoint_every: None,
        json: args.json,
        quiet: args.quiet,
    }
}
