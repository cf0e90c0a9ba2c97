//! The file of settings: found, read within bounds, its language told by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use chainrule_files::settings::{Setting, parse_json, parse_toml};

/// The longest file that is read, in bytes; settings take a few thousand.
const LONGEST: u64 = 1 << 18;

/// The settings of the file at `path`.
///
/// # Errors
/// If it cannot be read, is too long, is not UTF-8, or is neither TOML nor, with the ending `.json`, JSON.
pub(super) fn settings(path: &Path) -> anyhow::Result<Vec<Setting>> {
    let mut bytes = Vec::new();
    let file = File::open(path).context("cannot be read")?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).context("cannot be read")?;
    if bytes.len() as u64 > LONGEST {
        bail!("too long for settings; expected at most {LONGEST} bytes, got more");
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => bail!(
            "byte {}: not UTF-8; expected a text in TOML or JSON\nhelp: save the file as UTF-8",
            error.valid_up_to()
        ),
    };
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    Ok(if is_json { parse_json(text)? } else { parse_toml(text)? })
}
