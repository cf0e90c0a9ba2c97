//! The bytes of a file to a model.
//!
//! Two readers must agree on the container: our own strict pass (`header`, `layout`), which refuses with names and
//! numbers, and the safetensors library, which has the last word on what the format allows and gives the metadata. Must not know: which tensors a network needs.

use safetensors::SafeTensors;

use crate::checkpoint::CHECKPOINT_KEY;
use crate::entry::{self, METADATA_KEY, Sealed};
use crate::header::{Declared, Header};
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
    let container = Container::open(bytes, METADATA_KEY)?;
    let mut sealed = container.sealed()?;
    let record = entry::read(&container.text, &mut sealed)?;
    let mut tensors = sealed.iter().map(|tensor| tensor.read(non_finite)).collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(ModelFile { record, tensors })
}

/// A file whose header is sound, with the text of one entry of its metadata.
pub(crate) struct Container<'a> {
    tensors: Vec<Declared>,
    data: &'a [u8],
    pub(crate) text: String,
}

impl<'a> Container<'a> {
    /// Reads the header of a file that has an entry `key`.
    pub(crate) fn open(bytes: &'a [u8], key: &'static str) -> Result<Self, Error> {
        let (mut header, data) = header::read(bytes)?;
        let missing = Error::missing(key, &header);
        if !header.metadata_keys.contains(key) {
            return Err(missing);
        }
        layout::check(&mut header.tensors, data.len())?;
        let (_, metadata) =
            SafeTensors::read_metadata(bytes).map_err(|source| Error::Container { source })?;
        let text = metadata.metadata().as_ref().and_then(|entries| entries.get(key)).cloned();
        Ok(Container { tensors: header.tensors, data, text: text.ok_or(missing)? })
    }

    /// The declared tensors with their bytes, in the order of the file.
    pub(crate) fn sealed(&self) -> Result<Vec<Sealed<'_>>, Error> {
        self.tensors.iter().map(|declared| self.seal(declared)).collect()
    }

    fn seal<'c>(&'c self, declared: &'c Declared) -> Result<Sealed<'c>, Error> {
        let Declared { name, dtype, shape, data_offsets: (begin, end) } = declared;
        let available = self.data.len();
        let beyond = || Error::RangeBeyondFile { name: name.clone(), end: *end, available };
        let bytes = self.data.get(*begin..*end).ok_or_else(beyond)?;
        Ok(Sealed { name, dtype, shape, bytes, frozen: false })
    }
}

impl Error {
    /// The error for a sound file without our entry `key`, which may be the other kind of file of ours.
    fn missing(key: &'static str, header: &Header) -> Self {
        let has = |key| header.metadata_keys.contains(key);
        match key {
            METADATA_KEY if has(CHECKPOINT_KEY) => Error::IsCheckpoint,
            CHECKPOINT_KEY if has(METADATA_KEY) => Error::IsModel,
            _ => Error::NotChainrule { key, tensors: header.tensors.len() },
        }
    }
}

impl Sealed<'_> {
    /// The tensor with its numbers.
    pub(crate) fn read(&self, non_finite: NonFinite) -> Result<Tensor, Error> {
        read_tensor(self, non_finite)
    }
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
