//! An Arrow IPC stream: messages one behind the other, up to an end mark.

use std::io::{self, Read};

use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;

use super::super::columns::{Columns, Waiting};
use super::super::guard::guarded;
use super::message::Message;
use super::{LONGEST_DESCRIPTION, PLACE, rows_at_once, wrong};
use crate::frame::check_wanted;
use crate::{Error, Frame, TableReader, Wanted};

/// A table in an Arrow IPC stream.
///
/// Batches are decoded one at a time, whatever columns are wanted. A stream must have its end mark, without which it might be
/// cut off.
pub struct ArrowStreamReader<R> {
    messages: Messages<R>,
    decoder: StreamDecoder,
    columns: Columns,
    all: Vec<usize>,
    waiting: Waiting,
    next_row: usize,
    is_done: bool,
}

impl<R: Read> ArrowStreamReader<R> {
    /// Reads the schema.
    ///
    /// # Errors
    /// [`Error::File`] if it is damaged, or has no column that can be read; [`Error::DuplicateColumn`]; [`Error::Source`].
    pub fn new(source: R) -> Result<Self, Error> {
        let mut messages = Messages { source };
        let first =
            messages.next()?.ok_or_else(|| wrong("no schema; expected one, got the end of the stream"))?;
        let schema = guarded(PLACE, || first.schema())?;
        let columns = Columns::of(&schema, PLACE)?;
        let mut decoder = StreamDecoder::new();
        guarded(PLACE, || decoder.decode(&mut Buffer::from_vec(first.bytes)))?;
        let all = (0..schema.fields().len()).collect();
        Ok(Self { messages, decoder, columns, all, waiting: Waiting::default(), next_row: 0, is_done: false })
    }

    /// A sentence on each column that is set aside.
    pub fn notes(&self) -> &[String] {
        &self.columns.notes
    }

    /// Decodes messages until a batch waits or the end has come.
    fn fill(&mut self) -> Result<(), Error> {
        while self.waiting.is_empty() && !self.is_done {
            let message = self.messages.next()?;
            self.is_done = message.is_none();
            let bytes = message.map_or(END.to_vec(), |message| message.bytes);
            let (decoder, waiting) = (&mut self.decoder, &mut self.waiting);
            guarded(PLACE, || {
                let mut buffer = Buffer::from_vec(bytes);
                while !buffer.is_empty() {
                    if let Some(batch) = decoder.decode(&mut buffer)? {
                        waiting.push(batch);
                    }
                }
                Ok::<(), arrow_schema::ArrowError>(())
            })?;
        }
        Ok(())
    }

    fn next(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        self.fill()?;
        let most = most_rows.clamp(1, rows_at_once(self.all.len()));
        let Some(batch) = self.waiting.take(most) else { return Ok(None) };
        let first = self.next_row;
        self.next_row += batch.num_rows();
        let frame = guarded(PLACE, || Ok::<_, String>(self.columns.frame(&batch, &self.all, wanted, first)))?;
        frame.map(Some)
    }
}

impl<R: Read> TableReader for ArrowStreamReader<R> {
    fn names(&self) -> &[String] {
        &self.columns.names
    }

    fn next_frame(&mut self, wanted: &[Wanted], most_rows: usize) -> Result<Option<Frame>, Error> {
        check_wanted(wanted, self.columns.names.len())?;
        let next = self.next(wanted, most_rows);
        if next.is_err() {
            // What the decoder has done in part is not to be used.
            (self.is_done, self.waiting) = (true, Waiting::default());
        }
        next
    }
}

/// The end mark of a stream.
const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Messages off a stream.
struct Messages<R> {
    source: R,
}

impl<R: Read> Messages<R> {
    fn four(&mut self) -> Result<[u8; 4], Error> {
        let mut four = [0; 4];
        self.source.read_exact(&mut four).map_err(cut_off)?;
        Ok(four)
    }

    /// The next message, or `None` at the end mark.
    fn next(&mut self) -> Result<Option<Message>, Error> {
        let mut bytes = self.four()?.to_vec();
        // Before version 0.15 there was the length alone.
        if bytes == END[..4] {
            bytes.extend(self.four()?);
        }
        let length = bytes.last_chunk().map_or(0, |last| u32::from_le_bytes(*last)) as usize;
        if length == 0 {
            return Ok(None);
        }
        if length > LONGEST_DESCRIPTION {
            let text = format!(
                "a description is too long; expected at most {LONGEST_DESCRIPTION} bytes, got {length}"
            );
            return Err(wrong(&text).into());
        }
        let start = bytes.len();
        self.append(&mut bytes, length as u64)?;
        let mut message = Message { description: start..bytes.len(), bytes };
        let body = guarded(PLACE, || message.read().map(|header| header.bodyLength()))?;
        let body = u64::try_from(body).map_err(|_| wrong("the body of a message has a negative length"))?;
        self.append(&mut message.bytes, body)?;
        match guarded(PLACE, || message.are_sizes_believable())? {
            true => Ok(Some(message)),
            false => Err(wrong("a packed part declares a size that it cannot have").into()),
        }
    }

    /// Appends so many bytes; memory grows with what is there, not with what was declared.
    fn append(&mut self, bytes: &mut Vec<u8>, count: u64) -> Result<(), Error> {
        let read = self.source.by_ref().take(count).read_to_end(bytes).map_err(Error::from_source)?;
        if read as u64 == count { Ok(()) } else { Err(cut_off(io::ErrorKind::UnexpectedEof.into())) }
    }
}

fn cut_off(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            wrong("cut off; expected another message or the end mark, got the end of the file").into()
        }
        _ => Error::from_source(error),
    }
}
