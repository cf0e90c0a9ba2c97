//! Numbers that are written one after the other to a file without a name, and then read as one slice.
//!
//! The system maps the file into memory: pages are loaded when they are read and dropped when memory is short, so a slice may
//! be many times larger than memory. The file was unlinked before the first number was written. So it is gone when the
//! program ends, however it ends, and nobody else can open, change or shorten it.
//!
//! ```
//! use chainrule_mapped::Writer;
//!
//! let mut writer = Writer::<f32>::in_folder(&std::env::temp_dir())?;
//! writer.write(&[1.0, 2.0])?;
//! writer.write(&[3.0])?;
//! assert_eq!(&writer.finish()?[..], [1.0, 2.0, 3.0]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What this crate must not know
//!
//! What the numbers mean; how much memory there is. It holds the only `unsafe` block outside of `chainrule-kernels`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// Numbers that may lie in a file: `f32` and `f64`, of any bits, in the byte order of the machine.
pub trait Number: bytemuck::Pod {}

impl Number for f32 {}
impl Number for f64 {}

/// Bytes that wait for the next call of the system.
const BUFFER: usize = 1 << 18;

/// Numbers on their way into a file.
#[derive(Debug)]
pub struct Writer<T> {
    file: BufWriter<File>,
    written: usize,
    numbers: PhantomData<T>,
}

impl<T: Number> Writer<T> {
    /// A new file without a name on the disk of `folder`.
    ///
    /// # Errors
    /// If the folder does not exist or cannot be written to.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?);
        Ok(Self { file, written: 0, numbers: PhantomData })
    }

    /// Writes numbers behind those that are there.
    ///
    /// # Errors
    /// If the disk is full or fails.
    pub fn write(&mut self, numbers: &[T]) -> io::Result<()> {
        self.written += numbers.len();
        self.file.write_all(bytemuck::cast_slice(numbers))
    }

    /// How many numbers were written.
    pub fn len(&self) -> usize {
        self.written
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// All numbers, to be read.
    ///
    /// # Errors
    /// If the disk is full or fails, or the system cannot map the file.
    pub fn finish(self) -> io::Result<Mapped<T>> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let expected = self.written * size_of::<T>();
        if file.metadata()?.len() != expected as u64 {
            return Err(io::Error::other(format!("the file was changed; expected {expected} bytes")));
        }
        // The system maps no empty file.
        let map = if expected == 0 { None } else { Some(map(&file)?) };
        Ok(Mapped { map, numbers: PhantomData })
    }
}

/// Maps a file that this crate made, wrote and never shows.
#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: a mapping is sound as long as nobody changes or shortens the file. This one was created by `Writer::in_folder`
    // and unlinked at once, so no path leads to it; the only handle is `file`, which is dropped after this call without
    // another write; and the mapping itself is read-only. (Whoever may debug this process can reach the file through it, but
    // could change its memory as well.)
    unsafe { Mmap::map(file) }
}

/// Numbers in a file, as a slice. The file is gone when this value is.
#[derive(Debug)]
pub struct Mapped<T> {
    map: Option<Mmap>,
    numbers: PhantomData<T>,
}

impl<T: Number> Deref for Mapped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // A mapping begins at a page, and its length was checked: neither alignment nor length can be wrong.
        self.map.as_ref().map_or(&[], |map| bytemuck::cast_slice(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_to_the_bit() {
        let mut writer = Writer::<f64>::in_folder(&std::env::temp_dir()).unwrap();
        let numbers: Vec<f64> =
            (0..100_000).map(|number| f64::from(number) / 3.0).chain([f64::NAN]).collect();
        numbers.chunks(777).for_each(|part| writer.write(part).unwrap());
        assert_eq!(writer.len(), numbers.len());
        let mapped = writer.finish().unwrap();
        assert!(mapped.iter().zip(&numbers).all(|(read, written)| read.to_bits() == written.to_bits()));
        assert_eq!(mapped.len(), numbers.len());
    }

    #[test]
    fn no_numbers_are_an_empty_slice() {
        let writer = Writer::<f32>::in_folder(&std::env::temp_dir()).unwrap();
        assert!(writer.is_empty());
        assert!(writer.finish().unwrap().is_empty());
    }

    #[test]
    fn the_file_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::<f32>::in_folder(folder.path()).unwrap();
        writer.write(&[1.0; 1000]).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mapped = writer.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        folder.close().unwrap();
        assert_eq!(mapped[999], 1.0);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let missing = Path::new("/no/such/folder");
        assert_eq!(Writer::<f32>::in_folder(missing).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
