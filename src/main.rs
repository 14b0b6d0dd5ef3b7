//! Entry point; all functions are in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    spikescope::cli::main()
}
