//! The highest set of vector instructions to use, which whoever starts the program may name in the environment.

use std::env;

use anyhow::bail;
use chainrule::engine::Level;

/// Looks whether the name is one, since the library takes a name that is none for no wish at all.
///
/// # Errors
/// If it is not.
pub(crate) fn check() -> anyhow::Result<()> {
    match env::var(Level::VARIABLE) {
        Ok(name) if Level::named(&name).is_none() => {
            let names = Level::ALL.map(Level::name).join(", ");
            bail!("environment: `{}` is not a level; expected one of {names}, got `{name}`", Level::VARIABLE)
        }
        _ => Ok(()),
    }
}
