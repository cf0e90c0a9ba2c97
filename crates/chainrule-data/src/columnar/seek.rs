//! Any source that can seek, as the Parquet reader wants it: ranges of bytes, and readers from a place on.
//!
//! It must not know what the bytes mean.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes that are read ahead: page headers are short.
const AHEAD: u64 = 4096;

/// A source, shared by the readers of several columns.
pub(super) struct Seekable<R> {
    source: Arc<Mutex<R>>,
    length: u64,
}

impl<R> Clone for Seekable<R> {
    fn clone(&self) -> Self {
        Self { source: Arc::clone(&self.source), length: self.length }
    }
}

impl<R: Read + Seek> Seekable<R> {
    pub(super) fn new(mut source: R) -> io::Result<Self> {
        let length = source.seek(SeekFrom::End(0))?;
        Ok(Self { source: Arc::new(Mutex::new(source)), length })
    }

    fn lock(&self) -> MutexGuard<'_, R> {
        // A panic while it was held leaves a position, which every use sets first.
        self.source.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The number of bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// So many bytes, or fewer at the end of the source.
    pub(super) fn read_at(&self, start: u64, count: u64) -> io::Result<Vec<u8>> {
        let count = count.min(self.length.saturating_sub(start));
        let mut bytes = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        let mut source = self.lock();
        source.seek(SeekFrom::Start(start))?;
        source.by_ref().take(count).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl<R: Read + Seek + Send> Length for Seekable<R> {
    fn len(&self) -> u64 {
        self.length
    }
}

impl<R: Read + Seek + Send> ChunkReader for Seekable<R> {
    type T = From<R>;

    fn get_read(&self, start: u64) -> Result<From<R>> {
        Ok(From { source: self.clone(), next: start, ahead: io::Cursor::new(Vec::new()) })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.read_at(start, length as u64)?;
        match bytes.len() == length {
            true => Ok(bytes.into()),
            false => Err(ParquetError::EOF(format!(
                "expected {length} bytes at byte {start}, got the end of the file at byte {}",
                self.length
            ))),
        }
    }
}

/// A reader from a place on.
pub(super) struct From<R> {
    source: Seekable<R>,
    next: u64,
    ahead: io::Cursor<Vec<u8>>,
}

impl<R: Read + Seek> Read for From<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ahead.position() == self.ahead.get_ref().len() as u64 {
            let ahead = self.source.read_at(self.next, AHEAD)?;
            self.next += ahead.len() as u64;
            self.ahead = io::Cursor::new(ahead);
        }
        self.ahead.read(buffer)
    }
}
