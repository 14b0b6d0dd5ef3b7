//! The command line: arguments (`args`) -> plan (`plan`) -> subcommand. Without a subcommand the window opens.
//!
//! Results go to standard output; progress, notices and errors to standard error. Exit codes: 0 done; 1 the run failed
//! or a check did not pass; 2 invalid usage or input, in which case nothing was changed; 130 stopped by Ctrl-C.

mod args;
mod characterise;
mod check;
mod clock;
mod compare;
mod describe;
mod diagnostics;
mod doctor;
mod eval;
mod events;
mod export;
mod export_network;
mod failure;
mod list;
mod locate;
mod machine;
mod new;
mod npz;
mod output;
mod plan;
mod progress;
mod quantities;
mod recording;
mod reopen;
mod replay;
mod report;
mod reproduce;
mod rerun;
mod run;
mod stop;
mod streams;
mod study;
mod train;
mod window;

use args::{Cli, Verb};
use clap::Parser;
use std::process::ExitCode;

/// Run the subcommand.
pub fn main() -> ExitCode {
    let Cli { verb, window } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match args::beside_resume(&error) {
            Some(message) => {
                streams::complain(&format!("error: {message}"));
                return ExitCode::from(2);
            }
            None => error.exit(),
        },
    };
    diagnostics::start();
    let outcome = match &verb {
        None => window::open(&window),
        Some(Verb::New(args)) => new::new(args),
        Some(Verb::Train(args)) => train::train(args),
        Some(Verb::Run(args)) => run::run(args),
        Some(Verb::Eval(args)) => eval::eval(args),
        Some(Verb::Compare(args)) => compare::compare_runs(args),
        Some(Verb::Ablate(args)) => study::ablate(args),
        Some(Verb::Sweep(args)) => study::sweep(args),
        Some(Verb::StudyJob(args)) => study::job(args),
        Some(Verb::Replay(args)) => replay::replay(args),
        Some(Verb::Export(args)) => export::export(args),
        Some(Verb::ExportNetwork(args)) => export_network::export_network(args),
        Some(Verb::Report(args)) => report::report(args),
        Some(Verb::Reproduce(args)) => reproduce::reproduce(args),
        Some(Verb::Characterise(args)) => characterise::characterise(args),
        Some(Verb::Presets(args)) => list::presets(args),
        Some(Verb::Params(args)) => list::params(args),
        Some(Verb::Describe(args)) => describe::describe(args),
        Some(Verb::Check(args)) => check::check(args),
        Some(Verb::Doctor(args)) => doctor::doctor(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            streams::complain(&failure.message(verb.as_ref().is_some_and(Verb::json)));
            failure.code()
        }
    }
}
