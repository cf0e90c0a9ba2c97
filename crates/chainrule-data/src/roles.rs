//! Which columns of a table are not features: targets, weights, groups and times.
//!
//! It must not know cells.

use std::collections::HashSet;

use crate::Error;
use crate::nearest::nearest;

/// The columns that have a role of their own, by name.
///
/// ```
/// use chainrule_data::Roles;
///
/// let names = ["size", "price"].map(str::to_owned);
/// let roles = Roles { target: vec!["price".into()], ..Roles::default() };
/// roles.check(&names)?;
/// assert!(roles.has("price") && !roles.has("size"));
/// # Ok::<(), chainrule_data::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// What is to be predicted: one column, or several of numbers; empty if nothing is.
    pub target: Vec<String>,
    /// How much each row counts.
    pub weight: Option<String>,
    /// Rows of one group stay together in splits.
    pub group: Option<String>,
    /// Rows are ordered by it in splits.
    pub time: Option<String>,
}

impl Roles {
    /// Whether a column has any role. The time column has one as well, but may also be a feature: see
    /// [`Roles::is_feature`].
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|role| role == name)
    }

    /// Whether a column may be a feature: all but target, weight and group. A time is no leak, so it stays one.
    pub fn is_feature(&self, name: &str) -> bool {
        let is = |role: &Option<String>| role.as_deref() == Some(name);
        !(self.target.iter().any(|target| target == name) || is(&self.weight) || is(&self.group))
    }

    /// All names, the time last.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let single = [&self.weight, &self.group, &self.time].into_iter().flatten();
        self.target.iter().chain(single).map(String::as_str)
    }

    /// Checks that every column is there and that none has two roles.
    ///
    /// # Errors
    /// [`Error::MissingColumns`] with all that are missing, and the name nearest to the first;
    /// [`Error::TwoRoles`] for a column that is named twice.
    pub fn check(&self, names: &[String]) -> Result<(), Error> {
        check_known(self.names(), names)?;
        let all: Vec<&str> = self.names().collect();
        match (1..all.len()).find(|at| all[..*at].contains(&all[*at])) {
            Some(at) => Err(Error::TwoRoles { column: all[at].to_owned() }),
            None => Ok(()),
        }
    }
}

/// Refuses names that are not among the columns, all at once.
pub(crate) fn check_known<'a>(
    wanted: impl Iterator<Item = &'a str>,
    columns: &[String],
) -> Result<(), Error> {
    let known: HashSet<&str> = columns.iter().map(String::as_str).collect();
    let missing: Vec<String> = wanted.filter(|name| !known.contains(name)).map(str::to_owned).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let nearest = nearest(first, columns.iter().map(String::as_str)).map(str::to_owned);
    Err(Error::MissingColumns { missing, columns: columns.to_vec(), nearest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["size", "price", "year"].map(str::to_owned).to_vec()
    }

    #[test]
    fn names_that_are_not_there_are_refused_with_the_nearest() {
        let roles = Roles { target: vec!["prize".into()], weight: Some("w".into()), ..Roles::default() };
        insta::assert_snapshot!(roles.check(&names()).unwrap_err(), @"
        header: column `prize`, `w` is missing; expected it among `size`, `price`, `year`
        help: did you mean `price`?
        ");
    }

    #[test]
    fn a_column_has_one_role() {
        let roles = Roles { target: vec!["price".into()], weight: Some("price".into()), ..Roles::default() };
        insta::assert_snapshot!(roles.check(&names()).unwrap_err(), @"column `price`: two roles; expected it as target, weight, group or time, got it twice");
    }

    #[test]
    fn a_time_stays_a_feature() {
        let roles = Roles { target: vec!["price".into()], time: Some("year".into()), ..Roles::default() };
        let features: Vec<String> = names().into_iter().filter(|name| roles.is_feature(name)).collect();
        assert_eq!(features, ["size", "year"]);
        assert!(roles.has("year"));
    }
}
