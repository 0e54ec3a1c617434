//! `cargo xtask …`: the command line of the launcher.

#[cfg(target_os = "linux")]
mod cli;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    cli::main()
}

/// The launcher is made of what only Linux has; containers run everywhere.
#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("cargo xtask needs Linux: run `docker compose -f deploy/compose.yaml up` instead");
    std::process::ExitCode::FAILURE
}
