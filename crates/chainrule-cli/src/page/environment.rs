//! Where a command ran.

use chainrule::engine::Level;

use crate::commands::bench::processor;

/// Version, processor, threads, system.
pub(crate) fn environment(threads: usize) -> Vec<(String, String)> {
    let build = if cfg!(debug_assertions) { " (debug build)" } else { "" };
    let system = format!("{}, {}", std::env::consts::OS, std::env::consts::ARCH);
    [
        ("chainrule", format!("{}{build}", env!("CARGO_PKG_VERSION"))),
        ("processor", processor::name()),
        ("vector instructions", format!("{:?}", Level::detected()).to_lowercase()),
        ("threads", format!("at most {threads}")),
        ("system", system),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
