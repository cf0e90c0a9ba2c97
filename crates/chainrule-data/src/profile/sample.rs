//! Rows spread evenly over a table of unknown length, in memory that does not grow with it.
//!
//! Every row is taken until there are too many; then every second one is dropped, and from then on every second one is taken;
//! and so on. No chance is involved, so the same table gives the same sample.

use crate::{Error, Frame};

/// The most rows that are kept.
pub(super) const MOST_ROWS: usize = 20_000;

/// The rows that were kept.
pub(super) struct Sample {
    frame: Option<Frame>,
    /// Rows from one that is kept to the next.
    every: u64,
    most: usize,
}

impl Sample {
    pub(super) fn new(most: usize) -> Self {
        Self { frame: None, every: 1, most }
    }

    /// Takes rows of a part, whose first row has the number `first`.
    pub(super) fn add(&mut self, part: &Frame, first: u64) -> Result<(), Error> {
        let rows: Vec<usize> =
            (0..part.rows()).filter(|row| (first + *row as u64).is_multiple_of(self.every)).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let chosen = part.select(&rows)?;
        match &mut self.frame {
            Some(frame) => frame.append(chosen)?,
            None => self.frame = Some(chosen),
        }
        while let Some(frame) = self.frame.as_ref().filter(|frame| frame.rows() > self.most) {
            let even: Vec<usize> = (0..frame.rows()).step_by(2).collect();
            self.frame = Some(frame.select(&even)?);
            self.every *= 2;
        }
        Ok(())
    }

    /// Which rows were kept: every so many-th.
    pub(super) fn every(&self) -> u64 {
        self.every
    }

    pub(super) fn into_frame(self) -> Frame {
        self.frame.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Cells, Column};

    #[test]
    fn the_sample_is_spread_evenly_whatever_the_parts() {
        for part in [1_u64, 3, 10, 1000] {
            let mut sample = Sample::new(8);
            for first in (0..100).step_by(part as usize) {
                let rows = (first..(first + part).min(100)).map(|row| row as f64).collect();
                sample.add(&Frame::new(vec![Column::numbers("a", rows)]).unwrap(), first).unwrap();
            }
            assert_eq!(sample.every(), 16);
            let frame = sample.into_frame();
            assert_eq!(
                frame.columns()[0].cells(),
                &Cells::Numbers((0..7).map(|row| f64::from(row * 16)).collect())
            );
        }
    }
}
