//! Where the repository is, and which files belong to it.

use std::path::{Path, PathBuf};

use crate::command::{capture, program};

/// The repository that this program was built from.
pub(crate) struct Repository {
    /// Its top folder.
    pub(crate) root: PathBuf,
}

/// A package of the workspace.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is a library and nothing else.
    pub(crate) is_library: bool,
    /// The names of the packages it needs at run time, sorted.
    pub(crate) dependencies: Vec<String>,
}

impl Repository {
    /// The repository whose folder `xtask` holds this crate.
    pub(crate) fn of_this_crate() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: own.parent().unwrap_or(own).to_owned() }
    }

    /// A program that will run in the top folder.
    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> std::process::Command {
        let mut command = program(name);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The paths of all files of the repository, relative to the top: tracked, or new and not ignored.
    pub(crate) fn files(&self) -> Result<Vec<String>, String> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = capture(&mut self.command("git", &arguments))?;
        let exists = |path: &&str| !path.is_empty() && self.root.join(path).is_file();
        let mut paths: Vec<String> = listed.split('\0').filter(exists).map(str::to_owned).collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// The text of a file, given relative to the top.
    pub(crate) fn read(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(self.root.join(path)).map_err(|error| format!("{path}: {error}"))
    }

    /// The folder that cargo builds into.
    pub(crate) fn target_folder(&self) -> Result<PathBuf, String> {
        let metadata = self.metadata()?;
        let folder = metadata["target_directory"].as_str().ok_or("cargo metadata: no `target_directory`")?;
        Ok(PathBuf::from(folder))
    }

    /// The packages of the folder `crates`, each after those it needs.
    pub(crate) fn packages(&self) -> Result<Vec<Package>, String> {
        let metadata = self.metadata()?;
        let packages = metadata["packages"].as_array().ok_or("cargo metadata: no `packages`")?;
        let waiting = packages.iter().filter_map(read_package).filter(|package| package.name != "xtask");
        Ok(in_order_of_need(waiting.collect()))
    }

    fn metadata(&self) -> Result<serde_json::Value, String> {
        let text = capture(&mut self.command("cargo", &["metadata", "--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))
    }
}

/// A package of cargo's metadata, if it is described as expected.
fn read_package(package: &serde_json::Value) -> Option<Package> {
    let kinds: Vec<&str> =
        package["targets"].as_array()?.iter().filter_map(|target| target["kind"][0].as_str()).collect();
    let at_run_time = |dependency: &&serde_json::Value| dependency["kind"].is_null();
    let dependencies = package["dependencies"].as_array()?.iter().filter(at_run_time);
    let mut dependencies: Vec<String> =
        dependencies.filter_map(|dependency| Some(dependency["name"].as_str()?.to_owned())).collect();
    dependencies.sort();
    dependencies.dedup();
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        is_library: kinds.contains(&"lib") && !kinds.contains(&"bin"),
        dependencies,
    })
}

/// Sorts packages so that each stands after those it needs, by name where that leaves a choice.
fn in_order_of_need(mut waiting: Vec<Package>) -> Vec<Package> {
    waiting.sort_by(|a, b| a.name.cmp(&b.name));
    let mut placed: Vec<Package> = Vec::new();
    while !waiting.is_empty() {
        let is_waiting = |name: &String| waiting.iter().any(|other| other.name == *name);
        let ready = waiting.iter().position(|package| !package.dependencies.iter().any(is_waiting));
        // Cargo allows no circle, so some package is always ready.
        placed.push(waiting.remove(ready.unwrap_or(0)));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_stand_after_those_they_need() {
        let package = |name: &str, needs: &[&str]| Package {
            name: name.to_owned(),
            is_library: true,
            dependencies: needs.iter().map(|need| (*need).to_owned()).collect(),
        };
        let ordered =
            in_order_of_need(vec![package("a", &["c", "serde"]), package("b", &[]), package("c", &["b"])]);
        let names: Vec<String> = ordered.into_iter().map(|package| package.name).collect();
        assert_eq!(names, ["b", "c", "a"]);
    }

    #[test]
    fn this_repository_lists_its_own_files_and_packages() {
        let repository = Repository::of_this_crate();
        assert!(repository.files().unwrap().contains(&"xtask/src/repository.rs".to_owned()));
        let packages = repository.packages().unwrap();
        let place = |name: &str| packages.iter().position(|package| package.name == name).unwrap();
        assert!(place("chainrule-kernels") < place("chainrule-engine"));
    }
}
