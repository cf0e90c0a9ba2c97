//! `chainrule export`: a model in the form of another program.
//!
//! One file a format: each makes its products, bytes with the names of their files, and this one writes them. Must not
//! know: what is in a product.

mod c_header;
mod npz;
mod numpy;
mod onnx;
mod pytorch;
mod standalone;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::atomic::write_atomically;
use crate::failure::Outcome;
use crate::model::Model;
use crate::{output, places};

/// The arguments of `export`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A model file
    model: PathBuf,
    /// The form to write.
    #[command(flatten)]
    format: Format,
    /// The type of numbers in the C header [default: float, or double for a model of 64 bits]
    #[arg(long, value_name = "TYPE", value_enum, requires = "c")]
    c_type: Option<c_header::CType>,
    /// How a graph is written.
    #[command(flatten)]
    onnx_settings: onnx::Settings,
}

/// The form to write: exactly one.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct Format {
    /// A graph for onnxruntime and others
    #[arg(long, value_name = "FILE")]
    onnx: Option<PathBuf>,
    /// A PyTorch state dict as safetensors, and the Python text that loads it
    #[arg(long, value_name = "FILE")]
    pytorch: Option<PathBuf>,
    /// Arrays by name for numpy, with the record of the model as a JSON text
    #[arg(long, value_name = "FILE")]
    npz: Option<PathBuf>,
    /// One C99 header without dependencies, for small devices
    #[arg(long, value_name = "FILE.h")]
    c: Option<PathBuf>,
    /// A short Python program with numpy alone, to read and to run
    #[arg(long, value_name = "FILE.py")]
    numpy: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  chainrule export flowers.safetensors --onnx flowers.onnx --preprocessing
  chainrule export flowers.safetensors --pytorch dict.safetensors
  chainrule export flowers.safetensors --npz flowers.npz        numpy.load opens it
  chainrule export flowers.safetensors --c flowers.h            compile it into your program
  chainrule export flowers.safetensors --numpy flowers.py       the forward pass, line by line";

/// What an export makes.
#[derive(Debug)]
struct Product {
    /// The files, the one that was asked for first.
    files: Vec<(PathBuf, Vec<u8>)>,
    /// What is to be said about them beside their names and sizes, a line each.
    notes: Vec<String>,
}

/// Reads the model and writes its other form.
///
/// # Errors
/// What is wrong with the model's file, or cannot be said in the other form, or what the file system refuses.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let model = Model::read(&arguments.model)?;
    let product = product(arguments, &model)?;
    for (path, _) in &product.files {
        refuse_to_replace(&arguments.model, path)?;
    }
    let mut lines = Vec::new();
    for (path, bytes) in &product.files {
        write_atomically(path, bytes).with_context(|| path.display().to_string())?;
        lines.push(format!("{}: {} bytes", path.display(), bytes.len()));
    }
    output::result(&[lines, product.notes].concat().join("\n"))?;
    Ok(Outcome::Done)
}

/// Makes the form that was asked for.
fn product(arguments: &Arguments, model: &Model) -> anyhow::Result<Product> {
    let Format { onnx, pytorch, npz, c, numpy } = &arguments.format;
    if let Some(path) = onnx {
        return onnx::product(model, path, arguments.onnx_settings);
    }
    arguments.onnx_settings.refuse()?;
    if let Some(path) = pytorch {
        return pytorch::product(model, path);
    }
    if let Some(path) = npz {
        return npz::product(model, path);
    }
    if let Some(path) = c {
        return c_header::product(model, path, arguments.c_type);
    }
    if let Some(path) = numpy {
        return numpy::product(model, path);
    }
    bail!("export: expected the name of a file in one of the forms\nhelp: chainrule export --help lists them")
}

/// A model is not replaced by its own export, from which it could not be made again.
fn refuse_to_replace(model: &Path, product: &Path) -> anyhow::Result<()> {
    if places::is_same(model, product) {
        bail!("{}: this is the model itself; expected another file to write to", product.display());
    }
    Ok(())
}
