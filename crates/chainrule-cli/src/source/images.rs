//! Images and labels in IDX files, which find each other by the names of the MNIST distribution.
//!
//! `train-images-idx3-ubyte` goes with `train-labels-idx1-ubyte`, `t10k-...` is the test part; each may end in `.gz`, and
//! a point may stand before `idx`.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use chainrule_data::{Dataset, Split, idx};

use super::{first_bytes, read, stem};

/// Whether a file is one of images: by its name, or by its first bytes. What is read of a pipe is gone, so nothing is.
pub(super) fn looks_like(path: &Path) -> bool {
    let name = name_of(path);
    let named = name.contains("idx1") || name.contains("idx3") || name.contains("ubyte");
    named || path.is_file() && matches!(first_bytes(path)[..], [0, 0, 0x08..=0x0e, 1..=4])
}

/// The file of labels beside a file of images.
pub(super) fn labels_of(path: &Path) -> Option<PathBuf> {
    label_paths(path).into_iter().find(|path| path.is_file())
}

/// Where the labels of a file of images may lie.
fn label_paths(path: &Path) -> Vec<PathBuf> {
    let name = name_of(path);
    if !name.contains("images") {
        return Vec::new();
    }
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let labels = plain.replace("images", "labels").replace("idx3", "idx1").replace("idx2", "idx1");
    let swapped = if labels.contains("-idx1") {
        labels.replace("-idx1", ".idx1")
    } else {
        labels.replace(".idx1", "-idx1")
    };
    let names = [labels.clone(), format!("{labels}.gz"), swapped.clone(), format!("{swapped}.gz")];
    names.into_iter().map(|name| path.with_file_name(name)).collect()
}

/// Images with their labels; the classes are those given, or `0` to the highest label.
pub(super) fn with_labels(path: &Path, classes: Option<&[String]>) -> anyhow::Result<Dataset> {
    let labels_path = labels_of(path).ok_or_else(|| no_labels(path))?;
    let images = array(path)?;
    let labels = array(&labels_path)?;
    let place = || format!("{} with {}", path.display(), labels_path.display());
    let classes = match classes {
        Some(classes) => classes.to_vec(),
        None => idx::class_names(&labels).with_context(place)?,
    };
    idx::dataset(&stem(path), images, labels, &classes).with_context(place)
}

/// Images alone, with a label that means nothing.
pub(super) fn without_labels(path: &Path) -> anyhow::Result<Dataset> {
    let images = array(path)?;
    let count = images.dims.first().copied().unwrap_or(0);
    let labels = idx::Array { dims: vec![count], values: idx::Values::Bytes(vec![0; count]) };
    idx::dataset(&stem(path), images, labels, &["none".into()]).with_context(|| path.display().to_string())
}

/// The training part and, if it is there, the test part of a folder.
pub(super) fn folder(path: &Path) -> anyhow::Result<Split> {
    let train = find(path, "train").ok_or_else(|| {
        anyhow!(
            "{}: no images in this folder; expected `train-images-idx3-ubyte` (or .gz) with its labels\n\
             help: for a table, give the file itself",
            path.display()
        )
    })?;
    let train = with_labels(&train, None)?.with_name(stem(path));
    let classes = train.target().class_names().map(<[String]>::to_vec);
    let test = test_images(path).map(|images| with_labels(&images, classes.as_deref())).transpose()?;
    Ok(Split { train, test: test.map(|test| test.with_name(stem(path))) })
}

/// Whether a folder has a test part.
pub(super) fn has_test(path: &Path) -> bool {
    test_images(path).is_some()
}

fn test_images(path: &Path) -> Option<PathBuf> {
    find(path, "t10k").or_else(|| find(path, "test"))
}

fn find(folder: &Path, part: &str) -> Option<PathBuf> {
    let names = ["-images-idx3-ubyte", "-images.idx3-ubyte"].map(|end| format!("{part}{end}"));
    let paths = names.iter().flat_map(|name| [folder.join(name), folder.join(format!("{name}.gz"))]);
    paths.into_iter().find(|path| path.is_file())
}

fn array(path: &Path) -> anyhow::Result<idx::Array> {
    idx::read(&read(path)?).with_context(|| path.display().to_string())
}

fn no_labels(path: &Path) -> anyhow::Error {
    let tried: Vec<String> = label_paths(path).iter().map(|path| format!("`{}`", path.display())).collect();
    if tried.is_empty() {
        let place = path.display();
        return anyhow!("{place}: not a file of images; expected a name such as `train-images-idx3-ubyte`");
    }
    anyhow!("{}: the labels are missing; expected one of {}", path.display(), tried.join(", "))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::label_paths;

    #[test]
    fn labels_are_looked_for_packed_and_plain() {
        let names: Vec<String> = label_paths(Path::new("a/t10k-images-idx3-ubyte.gz"))
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let expected = [
            "a/t10k-labels-idx1-ubyte",
            "a/t10k-labels-idx1-ubyte.gz",
            "a/t10k-labels.idx1-ubyte",
            "a/t10k-labels.idx1-ubyte.gz",
        ];
        assert_eq!(names, expected);
        assert!(label_paths(Path::new("digits.idx")).is_empty());
    }
}
