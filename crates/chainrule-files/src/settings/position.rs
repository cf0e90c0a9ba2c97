//! Places in a text as people count them.

use crate::Error;

/// A place in a text: line and column from 1, a column being a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

impl Position {
    /// The place of the character of the byte at `offset` of `text`; of its end for one beyond.
    ///
    /// ```
    /// use chainrule_files::settings::Position;
    /// assert_eq!(Position::of("é = 1\nb = 2\n", 7), Position { line: 2, column: 1 });
    /// ```
    pub fn of(text: &str, offset: usize) -> Self {
        let start = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let before = &text[..start.unwrap_or(0)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// What is wrong here.
    pub(super) fn fault(self, fault: impl Into<String>) -> Error {
        Error::Settings { line: self.line, column: self.column, fault: fault.into() }
    }
}
