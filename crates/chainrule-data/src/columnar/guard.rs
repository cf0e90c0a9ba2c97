//! The one place where a panic of another crate becomes an error.
//!
//! The Arrow project does not count a panic on a malformed Parquet file as a bug (apache/arrow-rs, issue 5332). So every call
//! into it goes through [`guarded`]. While it runs, the thread's panics are not printed: the program's panic hook is wrapped
//! once, and asked as before for panics of all other threads and times.
//!
//! It must not know what it guards.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::file_error::FileError;

thread_local! {
    /// Whether this thread is inside of [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`, and makes one kind of error of its error and of its panic; `place` begins the message.
///
/// After an error, what `call` has changed is not to be used again.
pub(super) fn guarded<T, E: std::fmt::Display>(
    place: &str,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, FileError> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                before(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(false);
    let wrong = match result {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => format!("cannot be read; the decoder says: {}", one_line(&error.to_string())),
        Err(panic) => format!("the data are damaged; the decoder gave up: {}", one_line(&words(&*panic))),
    };
    Err(FileError::Columnar { place: place.to_owned(), wrong })
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word").to_owned()
}

/// A message of another crate: its first line, in printable signs, not endless.
fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let error = guarded::<(), String>("Parquet", || panic!("index {} out of range", 7)).unwrap_err();
        insta::assert_snapshot!(error, @"Parquet: the data are damaged; the decoder gave up: index 7 out of range");
        let error = guarded::<(), _>("Parquet", || Err("no\nmore")).unwrap_err();
        insta::assert_snapshot!(error, @"Parquet: cannot be read; the decoder says: no");
        assert_eq!(guarded::<_, String>("Parquet", || Ok(3)).unwrap(), 3);
        assert!(!IS_GUARDED.get());
    }
}
