//! What to say of data that are neither built in nor a file.

use std::fs;
use std::path::Path;

use chainrule_data::builtin;
use chainrule_data::nearest::nearest;

/// The most files of a folder that are compared.
const MOST_FILES: usize = 10_000;

/// The message, with the nearest name among built-in data and the files of the folder.
pub(super) fn message(text: &str) -> String {
    let names = builtin::list().iter().map(|info| info.name.to_owned());
    let known: Vec<String> = names.chain(files_beside(Path::new(text))).collect();
    let meant = nearest(text, known.iter().map(String::as_str));
    let help = match meant {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`chainrule data list` shows the data sets inside the program".to_owned(),
    };
    format!("data `{text}`: not found; expected a built-in data set or a file\nhelp: {help}")
}

/// The files of the folder that `path` would lie in, written as `path` is.
fn files_beside(path: &Path) -> Vec<String> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let folder = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .take(MOST_FILES)
        .map(|entry| parent.join(entry.file_name()).display().to_string())
        .filter(|name| !name.ends_with(".safetensors"))
        .collect();
    names.sort();
    names
}
