//! Builds and starts the contestants.

use std::path::{Path, PathBuf};

use super::contestant::Contestant;
use super::options::Options;
use crate::command::run;
use crate::python::environment;
use crate::repository::Repository;

/// The folder of the peers, relative to the top.
const PEERS: &str = "bench/peers";

/// The scripts in Python: the name on the page, the file, and an argument.
const SCRIPTS: [(&str, &[&str]); 4] = [
    ("jax", &["peer_jax.py"]),
    ("jax without gather", &["peer_jax.py", "resident"]),
    ("pytorch", &["peer_pytorch.py"]),
    ("scikit-learn", &["peer_scikit_learn.py"]),
];

/// The program `chainrule`, as it is shipped.
pub(super) fn build_ours(repository: &Repository) -> Result<PathBuf, String> {
    run(&mut repository.command("cargo", &["build", "--quiet", "--release", "--package", "chainrule-cli"]))?;
    Ok(program(&repository.target_folder()?, "chainrule"))
}

/// The crate `gemm`, whose rate ours is held against, and the peers if they were asked for.
pub(super) fn contestants(repository: &Repository, options: &Options) -> Result<Vec<Contestant>, String> {
    let names: &[&str] = if options.peers { &["gemm", "burn", "candle"] } else { &["gemm"] };
    let programs = build_rust(repository, names)?;
    let mut contestants = Vec::new();
    if options.peers {
        contestants = start_python(repository, options)?;
    }
    for (name, program) in names.iter().zip(programs) {
        contestants.push(Contestant::start(name, &mut repository.command(&program.to_string_lossy(), &[]))?);
    }
    Ok(contestants)
}

/// Builds peers in their own workspace, with their own lock file and target folder.
fn build_rust(repository: &Repository, names: &[&str]) -> Result<Vec<PathBuf>, String> {
    let target = repository.target_folder()?.join("peers");
    let manifest = format!("{PEERS}/rust/Cargo.toml");
    let mut build = repository.command("cargo", &["build", "--quiet", "--locked", "--release"]);
    build.args(["--manifest-path", &manifest, "--target-dir"]).arg(&target);
    for name in names {
        build.args(["--package", &format!("peer-{name}")]);
    }
    run(&mut build)?;
    Ok(names.iter().map(|name| program(&target, &format!("peer-{name}"))).collect())
}

fn start_python(repository: &Repository, options: &Options) -> Result<Vec<Contestant>, String> {
    let python = match &options.python {
        Some(python) => python.clone(),
        None => {
            let packages = repository.read(&format!("{PEERS}/python/requirements.txt"))?;
            environment(repository, "peers-python", &packages.lines().collect::<Vec<_>>())?
        }
    };
    let start = |(name, words): &(&str, &[&str])| {
        let mut command = repository.command(&python.to_string_lossy(), words);
        Contestant::start(name, command.current_dir(repository.root.join(PEERS).join("python")))
    };
    SCRIPTS.iter().map(start).collect()
}

fn program(target: &Path, name: &str) -> PathBuf {
    target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
