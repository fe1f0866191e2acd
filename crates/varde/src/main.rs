//! The program `varde`.

use std::process::ExitCode;

fn main() -> ExitCode {
    varde::cli::main()
}
