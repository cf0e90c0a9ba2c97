//! Compiles the fuzz targets with coverage counters, on whatever compiler builds this program.

use std::path::PathBuf;

use super::FOLDER;
use crate::command::{capture, run};
use crate::repository::Repository;

/// What cargo-fuzz passes to the compiler, but for the sanitizer: counters of edges and their places, and the operands of
/// comparisons, by which libFuzzer finds magic numbers.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
                     -Ccodegen-units=1";

/// Builds all targets; gives the folder of the programs.
pub(super) fn build(repository: &Repository) -> Result<PathBuf, String> {
    let host = host(repository)?;
    let folder = repository.target_folder()?.join(FOLDER);
    // With a target named, the flags are not used for build scripts, which have no fuzzer to link.
    let manifest = "fuzz/Cargo.toml";
    let arguments =
        ["build", "--release", "--locked", "--bins", "--manifest-path", manifest, "--target", &host];
    let mut command = repository.command("cargo", &arguments);
    command.env("RUSTFLAGS", FLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_TARGET_DIR", &folder);
    run(&mut command)?;
    Ok(folder.join(host).join("release"))
}

/// The name of this machine's target.
fn host(repository: &Repository) -> Result<String, String> {
    let version = capture(&mut repository.command("rustc", &["--version", "--verbose"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "`rustc --version --verbose`: no line `host: `".to_owned())
}
