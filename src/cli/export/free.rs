//! `export` of a free run: spikes and potentials by recomputing it, weights from its checkpoint.

use super::table::Table;
use super::{Stoppable, folder_of, rows, size};
use crate::cli::args::{ExportArgs, FileFormat};
use crate::cli::events::FreeExported;
use crate::cli::failure::Failure;
use crate::cli::npz::{self, Field, Number};
use crate::cli::output::Reporter;
use crate::cli::recording::Record;
use crate::cli::run::{Milestone, Quantity, Reopened, Selection, Tape, names};
use crate::cli::stop::Stop;
use crate::cli::streams;
use crate::engine::monitor::Monitor;
use crate::engine::network::Network;
use crate::engine::projection::Synapse;
use crate::files::is_stream;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Steps between two checks for Ctrl-C.
const SLICE: u64 = 100;

/// Export one quantity of a free run.
pub(super) fn export(args: &ExportArgs, stop: &Stop) -> Result<(), Failure> {
    let ExportArgs { run_dir, what, format, out, .. } = args;
    let folder = folder_of(out, args.force)?;
    let given = [("--trials", args.trials.is_some()), ("--every", args.every.is_some()), ("--data", args.data.is_some())];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(Failure::input(format!("{option} does not apply to {}, a free run without trials; leave it out", run_dir.display())));
    }
    let to_stdout = streams::is_stdout(out);
    let reopened = Reopened::open(run_dir)?;
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let unwritable = |error: io::Error| {
        let out = out.display();
        Failure::run(format!("cannot write {out}: {error}; no file was left; name another path with --out or free disk space"))
    };
    let stopped = || Failure::Interrupted("stopped; nothing was written".to_owned());
    let dt_ms = reopened.preset.network.dt_ms;
    let quantity = match what {
        Record::Spikes => Some(Quantity::Spikes),
        Record::Potentials => Some(Quantity::Potentials),
        Record::Weights => None,
        Record::Rewards => {
            return Err(Failure::input(format!(
                "{} is a free run, which has no rewards; export spikes, potentials or weights",
                run_dir.display()
            )));
        }
    };
    stop.set_graceful(true);
    let (table, source, records, proven) = if let Some(quantity) = quantity {
        let selection = Selection::of(quantity, args.neurons.as_deref(), &reopened.preset.network)
            .map_err(|faults| Failure::input(faults.join("; ")))?;
        let table = Table::of_free(quantity.fields(), (&["population"], "population_names", names(&reopened.preset)), dt_ms);
        let milestones = reopened.milestones()?;
        // invariant: there is at least one
        let Some(end) = milestones.last() else { return Ok(()) };
        let records = (quantity == Quantity::Potentials).then(|| selection.neurons().saturating_mul(end.step));
        size::check_room(what.name(), &table, records, *format, (&folder, "fewer neurons with --neurons, or "), &reporter)?;
        let (_, neurons) = &selection.quantities[0];
        let mut tape = Tape::new(quantity, neurons, tempfile::tempfile_in(&folder).map_err(unwritable)?, 0);
        reporter.start_bar("recomputed ms", 0, (end.step as f64 * dt_ms) as u64);
        let done = recompute(&reopened, end, &mut tape, &mut |step| {
            reporter.advance_bar((step as f64 * dt_ms) as u64);
            !stop.asked()
        });
        reporter.end_bar();
        if !done? {
            return Err(stopped());
        }
        let (source, records) = tape.finish().map_err(unwritable)?;
        (table, source, records, true)
    } else {
        if args.neurons.is_some() {
            return Err(Failure::input("--neurons does not apply to weights, which are exported completely; leave it out"));
        }
        let Some((free, ..)) = reopened.last()? else {
            let path = run_dir.display();
            return Err(Failure::input(format!(
                "{path} has no checkpoint to read weights from; resume it with `spikescope run --resume {path}`"
            )));
        };
        let fields =
            [("pre", Number::U32), ("post", Number::U32), ("weight", Number::F32), ("unit", Number::U32), ("delay_ms", Number::F64)];
        let fields = std::iter::once(("projection", Number::U32)).chain(fields).map(|(name, number)| Field::new(name, number, &[]));
        let projections = reopened.preset.network.projections.iter().map(|projection| projection.name.clone()).collect();
        let mut table = Table::of_free(fields.collect(), (&["projection"], "projection_names", projections), dt_ms);
        let spec = &reopened.preset.network;
        let units: Vec<&str> = spec.projections.iter().map(|projection| spec.weight_unit(projection)).collect();
        let mut names = units.clone();
        names.sort_unstable();
        names.dedup();
        // invariant: every unit is among the names
        let units: Vec<u32> = units.iter().map(|unit| names.iter().position(|name| name == unit).unwrap_or(0) as u32).collect();
        table.name(&["unit"], "unit_names", names.into_iter().map(str::to_owned).collect());
        let network = free.present();
        let synapses: u64 =
            network.projections().iter().map(|p| (0..p.synapses.n_pre()).map(|pre| p.synapses.fan_out(pre) as u64).sum::<u64>()).sum();
        size::check_room(what.name(), &table, Some(synapses), *format, (&folder, ""), &reporter)?;
        let source = weights(&network, &units, dt_ms, tempfile::tempfile_in(&folder).map_err(unwritable)?).map_err(unwritable)?;
        (table, source, synapses, false)
    };
    let mut source = Stoppable { source, stop };
    // a pipe may wait for its reader for ever, and there is nothing to clean up
    stop.set_graceful(!to_stdout && !is_stream(out));
    let written = streams::write_out(out, |file| match format {
        FileFormat::Npz => npz::write(file, &mut source, &table.fields(), records, table.dt_ms, &table.legends()),
        FileFormat::Csv => rows::write(file, &mut source, &table, records),
    });
    match written {
        Err(_) if stop.asked() => return Err(stopped()),
        other => other.map_err(unwritable)?,
    }
    let (name, bytes) = (what.name(), std::fs::metadata(out).map_or(0, |meta| meta.len()));
    let proof = if proven { "; the recomputed run equals the recorded one" } else { "" };
    let words = format!("{name} of {}: {}, {}{proof}", run_dir.display(), size::plural(records), out.display());
    if to_stdout {
        reporter.note(&words);
    } else {
        reporter.say(&words);
    }
    let (format, out) = (format.name(), out.display().to_string());
    reporter.event(&FreeExported { event: "exported", what: name, format, records, bytes, proven, out });
    reporter.end()
}

/// Simulate the run again up to a recorded moment; false if it was stopped. `go_on` receives the step.
fn recompute(reopened: &Reopened, end: &Milestone, tape: &mut Tape, go_on: &mut dyn FnMut(u64) -> bool) -> Result<bool, Failure> {
    let mut free = reopened.start()?;
    while free.step().0 < end.step && !tape.is_broken() {
        if !go_on(free.step().0) {
            return Ok(false);
        }
        let steps = SLICE.min(end.step - free.step().0);
        let monitors: &mut [&mut dyn Monitor] = &mut [tape];
        free.advance(steps, monitors).map_err(|fault| Failure::run(format!("the recomputed run halted: {fault}")))?;
    }
    let different = if tape.is_broken() { Vec::new() } else { end.differing(&free) };
    if different.is_empty() {
        return Ok(true);
    }
    let what = different.join(", ");
    Err(Failure::run(format!(
        "the recomputed run differs from the recorded one in: {what}; nothing was written; use the version that made it"
    )))
}

/// Every synapse: index of the projection, both neurons, weight, index of its unit, delay.
fn weights(network: &Network, units: &[u32], dt_ms: f64, file: File) -> Result<File, io::Error> {
    let mut out = BufWriter::with_capacity(1 << 18, file);
    for ((index, projection), unit) in (0u32..).zip(network.projections()).zip(units) {
        let mut put = |pre: u32, post: u32, weight: f32, delay: usize| {
            out.write_all(&index.to_le_bytes())?;
            out.write_all(&pre.to_le_bytes())?;
            out.write_all(&post.to_le_bytes())?;
            out.write_all(&weight.to_le_bytes())?;
            out.write_all(&unit.to_le_bytes())?;
            out.write_all(&(delay as f64 * dt_ms).to_le_bytes())
        };
        // currents have none, other than the list of their synapses says
        let delay = projection.source.population().map_or(0, |(_, delay)| delay);
        if let Some(sparse) = projection.synapses.sparse() {
            let delayed = |synapse: &Synapse| if delay == 0 { 0 } else { synapse.delay.into() };
            sparse.triplets().try_for_each(|(pre, synapse)| put(pre, synapse.post, synapse.weight_mv, delayed(&synapse)))?;
            continue;
        }
        projection.synapses.to_array().indexed_iter().try_for_each(|((pre, post), w)| put(pre as u32, post as u32, *w, delay))?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)
}
