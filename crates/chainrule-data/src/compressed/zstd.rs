//! The frames of a Zstandard file, one behind the other.
//!
//! The decoder knows one frame; here are what lies between frames, and the checks behind each: the length that a frame
//! declares, and its check sum (XXH64, lower half).
//!
//! Source: Y. Collet, M. Kucherawy, RFC 8878, sections 3.1 and 3.1.2.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::file_error::FileError;

/// The largest window: what level 20 of the packer uses. The levels above want four times as much memory here.
const LARGEST_WINDOW: u64 = 32 << 20;

/// A reader of what the frames hold.
pub(super) struct Zstd<R> {
    source: R,
    frame: FrameDecoder,
    is_open: bool,
    /// Bytes of the open frame that were handed on.
    given: u64,
}

impl<R: BufRead> Zstd<R> {
    pub(super) fn new(source: R) -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(LARGEST_WINDOW);
        Self { source, frame, is_open: false, given: 0 }
    }

    /// Opens the next frame that holds something; `false` at the end of the file.
    fn open(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.init(&mut self.source) {
                Ok(()) => {
                    (self.is_open, self.given) = (true, 0);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(u64::from(length))?,
                Err(error) => return Err(translate(error)),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        match io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? {
            skipped if skipped == length => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Checks the frame whose last byte was handed on.
    fn close(&mut self) -> io::Result<()> {
        self.is_open = false;
        let declared = self.frame.content_size();
        if declared != 0 && declared != self.given {
            let given = self.given;
            return Err(io::Error::other(format!("a frame declares {declared} bytes and holds {given}")));
        }
        match self.frame.get_checksum_from_data() {
            Some(sum) if Some(sum) != self.frame.get_calculated_checksum() => {
                Err(io::Error::other("the check sum of a frame differs"))
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open && !self.open()? {
                return Ok(0);
            }
            if self.frame.can_collect() > 0 {
                let count = self.frame.read(buffer)?;
                self.given += count as u64;
                return Ok(count);
            }
            if self.frame.is_finished() {
                self.close()?;
            } else {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                self.frame.decode_blocks(&mut self.source, step).map_err(translate)?;
            }
        }
    }
}

/// The decoder's error as one of reading: what the source said, where it is the source's, else the decoder's words.
fn translate(error: FrameDecoderError) -> io::Error {
    if let FrameDecoderError::WindowSizeTooBig { requested, max } = error {
        return FileError::Window { most: max, got: requested }.into_io();
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(found) = cause {
        if let Some(found) = found.downcast_ref::<io::Error>() {
            return match found.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(found.kind(), error.to_string()),
            };
        }
        cause = found.source();
    }
    io::Error::other(error)
}
