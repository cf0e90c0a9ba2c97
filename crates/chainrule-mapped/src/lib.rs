//! Numbers that are written one after the other to a file without a name, and then read as one slice.
//!
//! The system maps the file into memory: pages are loaded when they are read and dropped when memory is short, so a slice may
//! be many times larger than memory. The file has no name when the first number is written, which is looked at where the system
//! tells (Unix): a file system that keeps names is refused. So the file is gone when the program ends, however it ends, and nobody
//! else can open, change or shorten it. On Windows nobody else may open it, and it is removed when it is closed.
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
    /// If the folder does not exist or cannot be written to, or its file system keeps a name for the file.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        Self::new(tempfile::tempfile_in(folder)?)
    }

    fn new(file: File) -> io::Result<Self> {
        // Now, and not only when all is written.
        check_nameless(&file)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), written: 0, numbers: PhantomData })
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
    /// If the disk is full or fails, the system cannot map the file, or the file has got a name.
    pub fn finish(self) -> io::Result<Mapped<T>> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let expected = self.written * size_of::<T>();
        if file.metadata()?.len() != expected as u64 {
            return Err(io::Error::other(format!("the file was changed; expected {expected} bytes")));
        }
        check_nameless(&file)?;
        // The system maps no empty file.
        let map = if expected == 0 { None } else { Some(map(&file)?) };
        Ok(Mapped { map, numbers: PhantomData })
    }
}

/// Refuses a file to which a path leads. Where the system has no files without names, one is made and its name removed, and whether
/// that failed is not told by who did it.
#[cfg(unix)]
fn check_nameless(file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    match file.metadata()?.nlink() {
        0 => Ok(()),
        names => {
            let text =
                format!("the file for numbers can be reached by others; expected 0 names, got {names}");
            Err(io::Error::other(text))
        }
    }
}

/// Elsewhere files that are removed when they are closed have a name until then; on Windows nobody else may open them.
#[cfg(not(unix))]
fn check_nameless(_: &File) -> io::Result<()> {
    Ok(())
}

/// Maps a file that this crate made, wrote and never shows.
#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: a mapping is sound as long as nobody changes or shortens the file. This one was created by `Writer::in_folder`, and
    // `check_nameless` has just found no name of it (Unix), or it was opened so that nobody else can (Windows): no path leads to
    // it. The only handle is `file`, which is dropped after this call without another write; and the mapping itself is read-only.
    // (Whoever may debug this process can reach the file through it, but could change its memory as well.)
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

    /// As where the system has no files without names and the name cannot be removed.
    #[cfg(unix)]
    #[test]
    fn a_file_with_a_name_is_not_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("named");
        let open =
            || File::options().read(true).write(true).create(true).truncate(false).open(&path).unwrap();
        let error = Writer::<f32>::new(open()).unwrap_err().to_string();
        assert_eq!(error, "the file for numbers can be reached by others; expected 0 names, got 1");
        let file = BufWriter::new(open());
        let mut writer = Writer::<f32> { file, written: 0, numbers: PhantomData };
        writer.write(&[1.0]).unwrap();
        assert!(writer.finish().is_err());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let missing = Path::new("/no/such/folder");
        assert_eq!(Writer::<f32>::in_folder(missing).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
