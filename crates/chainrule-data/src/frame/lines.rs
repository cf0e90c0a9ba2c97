//! Which line of a file each row stood in, in little memory: rows below each other share one entry.
//!
//! It must not know cells.

/// The lines of rows: runs of rows that stand in lines that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowLines {
    /// The first row of a run and its line, in rising order of the rows.
    runs: Vec<(usize, u64)>,
    rows: usize,
}

impl RowLines {
    /// Adds a row that stands in `line`.
    pub(crate) fn push(&mut self, line: u64) {
        if self.line(self.rows) != Some(line) {
            self.runs.push((self.rows, line));
        }
        self.rows += 1;
    }

    /// The line of a row; for the row behind the last one, the line that would continue the last run.
    pub(crate) fn line(&self, row: usize) -> Option<u64> {
        let at = self.runs.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        let (first, line) = self.runs[at];
        (row <= self.rows).then(|| line + (row - first) as u64)
    }

    /// The lines of the given rows.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let mut lines = Self::default();
        rows.iter().filter_map(|row| self.line(*row)).for_each(|line| lines.push(line));
        lines
    }

    /// Adds the rows of `other` below.
    pub(crate) fn append(&mut self, other: &Self) {
        for (first, line) in &other.runs {
            let row = self.rows + first;
            if self.runs.last().map(|(first, above)| above + (row - first) as u64) != Some(*line) {
                self.runs.push((row, *line));
            }
        }
        self.rows += other.rows;
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(lines: &[u64]) -> RowLines {
        let mut all = RowLines::default();
        lines.iter().for_each(|line| all.push(*line));
        all
    }

    #[test]
    fn rows_below_each_other_take_no_memory() {
        assert_eq!(lines(&[2, 3, 4, 5]).runs.len(), 1);
        assert_eq!(lines(&[2, 3, 7, 8]).runs.len(), 2);
        assert_eq!(lines(&[]).line(0), None);
    }

    proptest! {
        #[test]
        fn lines_are_kept(above in prop::collection::vec(1_u64..9, 0..9), below in prop::collection::vec(1_u64..9, 0..9)) {
            let mut all = lines(&above);
            all.append(&lines(&below));
            let both: Vec<u64> = above.iter().chain(&below).copied().collect();
            for (row, line) in both.iter().enumerate() {
                prop_assert_eq!(all.line(row), Some(*line));
            }
            prop_assert_eq!(&all, &lines(&both));
            let backwards: Vec<usize> = (0..both.len()).rev().collect();
            let turned: Vec<u64> = both.iter().rev().copied().collect();
            prop_assert_eq!(all.select(&backwards), lines(&turned));
        }
    }
}
