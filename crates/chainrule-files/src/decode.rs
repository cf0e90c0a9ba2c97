//! The bytes of a file to a model.
//!
//! Two readers must agree on the container: our own strict pass (`header`, `layout`), which refuses with names and
//! numbers, and the safetensors library, which has the last word on what the format allows and gives the metadata. Must not know: which tensors a network needs.

use safetensors::SafeTensors;

use crate::entry::{self, METADATA_KEY, Sealed};
use crate::header::Declared;
use crate::{Error, ModelFile, NonFinite, Tensor, Values, header, layout};

/// The model in the bytes of a file, its tensors in the order of their names.
///
/// Never panics. Memory grows with the bytes that are there, never with a declared size: about twice the bytes of the
/// tensors, and for the longest header, filled with empty names to cost the most, 215 MB (measured on x86-64).
///
/// # Errors
///
/// Says which byte, tensor or field is not as it should be; see [`Error`]. Refuses files of other programs, of newer
/// formats, with a wrong checksum, and with NaN or an infinity among the weights.
///
/// # Examples
///
/// ```
/// let error = chainrule_files::decode(b"x,y\n1,2\n").unwrap_err();
/// assert!(error.to_string().ends_with("help: it looks like a text; expected a .safetensors file"));
/// ```
pub fn decode(bytes: &[u8]) -> Result<ModelFile, Error> {
    decode_with(bytes, NonFinite::Refuse)
}

/// Like [`decode`], with a choice about NaN and infinities among the weights.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with(bytes: &[u8], non_finite: NonFinite) -> Result<ModelFile, Error> {
    let (mut header, data) = header::read(bytes)?;
    if !header.metadata_keys.contains(METADATA_KEY) {
        return Err(Error::NotChainrule { tensors: header.tensors.len() });
    }
    layout::check(&mut header.tensors, data.len())?;
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|source| Error::Container { source })?;
    let text = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
    let text = text.ok_or(Error::NotChainrule { tensors: header.tensors.len() })?;
    let mut sealed = seal(&header.tensors, data)?;
    let record = entry::read(text, &mut sealed)?;
    let mut tensors =
        sealed.iter().map(|tensor| read_tensor(tensor, non_finite)).collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(ModelFile { record, tensors })
}

/// The declared tensors with their bytes.
fn seal<'a>(declared: &'a [Declared], data: &'a [u8]) -> Result<Vec<Sealed<'a>>, Error> {
    let seal = |Declared { name, dtype, shape, data_offsets: (begin, end) }: &'a Declared| {
        let beyond = || Error::RangeBeyondFile { name: name.clone(), end: *end, available: data.len() };
        let bytes = data.get(*begin..*end).ok_or_else(beyond)?;
        Ok(Sealed { name, dtype, shape, bytes, frozen: false })
    };
    declared.iter().map(seal).collect()
}

fn read_tensor(sealed: &Sealed, non_finite: NonFinite) -> Result<Tensor, Error> {
    let Sealed { name, dtype, shape, bytes, frozen } = *sealed;
    let values = match dtype {
        "F32" => Values::F32(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        "F64" => Values::F64(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect()),
        other => return Err(Error::Dtype { name: name.to_owned(), dtype: other.to_owned() }),
    };
    let tensor = Tensor { trainable: !frozen, ..Tensor::new(name, shape, values) };
    tensor.check(non_finite)?;
    Ok(tensor)
}
