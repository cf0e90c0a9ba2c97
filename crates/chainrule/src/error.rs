//! Everything that can go wrong in the library crate.

/// What kept a setting, a name or a saved state from being used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number outside the range in which it has a meaning.
    #[error("{owner}: `{setting}` is out of range; expected {expected}, got {got}")]
    InvalidSetting {
        /// The thing that is configured, by its name: `adam`.
        owner: &'static str,
        /// The setting's name: `beta1`.
        setting: &'static str,
        /// The range in words.
        expected: &'static str,
        /// The number given.
        got: f64,
    },
    /// A name that is not in the list of its kind.
    #[error("{kind}: unknown name; expected one of {}, got `{name}`", listed(.known))]
    UnknownName {
        /// What was to be named: `optimizer`.
        kind: &'static str,
        /// The name given.
        name: String,
        /// All names that exist.
        known: &'static [&'static str],
    },
    /// Saved numbers that do not fit the optimizer and the network.
    #[error("{owner}: the saved state does not fit; expected {expected} numbers, got {got}")]
    StateLength {
        /// The optimizer's name.
        owner: &'static str,
        /// How many numbers its moments have.
        expected: usize,
        /// How many were saved.
        got: usize,
    },
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn messages_name_the_place_the_range_and_the_value() {
        let error = Error::InvalidSetting {
            owner: "adam",
            setting: "beta1",
            expected: "a number in [0, 1)",
            got: 1.0,
        };
        assert_eq!(error.to_string(), "adam: `beta1` is out of range; expected a number in [0, 1), got 1");
        let error = Error::UnknownName { kind: "optimizer", name: "adm".into(), known: &["sgd", "adam"] };
        assert_eq!(error.to_string(), "optimizer: unknown name; expected one of `sgd`, `adam`, got `adm`");
    }
}
