//! What the user says about columns, which overrules what they look like.
//!
//! It must not know cells.

use crate::Error;
use crate::roles::check_known;

/// What the user says about columns, by name. Empty lists, the default, say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Columns to be read as categories, numbers among them.
    pub categorical: Vec<String>,
    /// Columns to be read as numbers.
    pub numeric: Vec<String>,
    /// Columns that are not used.
    pub drop: Vec<String>,
    /// If not empty, the only columns that are used, also where they look like identifiers.
    pub features: Vec<String>,
}

impl Wishes {
    /// Checks that every column is there, and that none is wished to be two things.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all that are missing, and the name nearest to the first;
    /// [`Error::TwoWishes`] for a column in two lists that exclude each other.
    pub fn check(&self, names: &[String]) -> Result<(), Error> {
        let all = [&self.categorical, &self.numeric, &self.drop, &self.features];
        check_known(all.into_iter().flatten().map(String::as_str), names)?;
        let both =
            |first: &[String], second: &[String]| first.iter().find(|name| second.contains(name)).cloned();
        let clash = both(&self.categorical, &self.numeric).map(|name| (name, "categorical", "numeric"));
        let clash = clash.or_else(|| both(&self.features, &self.drop).map(|name| (name, "features", "drop")));
        match clash {
            Some((column, first, second)) => Err(Error::TwoWishes { column, first, second }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_exclude_each_other_are_refused() {
        let names = ["size", "zip"].map(str::to_owned);
        let zip = || vec!["zip".to_owned()];
        let wishes = Wishes { categorical: zip(), numeric: zip(), ..Wishes::default() };
        insta::assert_snapshot!(wishes.check(&names).unwrap_err(), @"column `zip`: two wishes; expected it in one list, got it in `categorical` and `numeric`");
        let wishes = Wishes { categorical: zip(), features: zip(), ..Wishes::default() };
        assert!(wishes.check(&names).is_ok());
        let wishes = Wishes { drop: vec!["zap".into()], ..Wishes::default() };
        insta::assert_snapshot!(wishes.check(&names).unwrap_err(), @"
        header: column `zap` is missing; expected it among `size`, `zip`
        help: did you mean `zip`?
        ");
    }
}
