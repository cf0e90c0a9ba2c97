//! Whether a stored rule can be followed.
//!
//! It must not know where rules are stored.

use std::collections::BTreeSet;

use super::{Category, Number, Prepared, Rule, Scale, Times};
use crate::Error;
use crate::error::shorten;

/// Checks every field of a rule.
pub(super) fn check(prepared: &Prepared) -> Result<(), Error> {
    let fault = match &prepared.rule {
        Rule::Number(number) => number_fault(number),
        Rule::Boolean { no, yes, fill, .. } => boolean_fault(no, yes, *fill),
        Rule::Category(category) => category_fault(category),
        Rule::Times(times) => times_fault(times),
    };
    let empty = (prepared.rule.width() == 0).then(|| ("it makes no input".to_owned(), "at least one"));
    match fault.or(empty) {
        Some((what, expected)) => Err(Error::Rule { column: shorten(&prepared.column), what, expected }),
        None => Ok(()),
    }
}

type Fault = Option<(String, &'static str)>;

fn number_fault(number: &Number) -> Fault {
    finite("`fill`", number.fill).or_else(|| scale_fault(&number.scale))
}

fn boolean_fault(no: &str, yes: &str, fill: f64) -> Fault {
    if no == yes {
        return Some((format!("both texts are `{}`", shorten(no)), "two texts"));
    }
    (fill != 0.0 && fill != 1.0).then(|| (format!("`fill` is {fill}"), "0 or 1"))
}

fn category_fault(category: &Category) -> Fault {
    let mut seen = BTreeSet::new();
    let twice = category.levels.iter().find(|level| !seen.insert(level.as_str()));
    twice.map(|level| (format!("the level `{}` is there twice", shorten(level)), "distinct levels"))
}

fn times_fault(times: &Times) -> Fault {
    let twice = (1..times.parts.len())
        .find(|at| times.parts[..*at].iter().any(|(part, _)| *part == times.parts[*at].0))
        .map(|at| (format!("the part `{}` is there twice", times.parts[at].0.name()), "distinct parts"));
    let scales = || times.parts.iter().find_map(|(_, scale)| scale_fault(scale));
    finite("`origin`", times.origin).or_else(|| finite("`fill`", times.fill)).or(twice).or_else(scales)
}

fn scale_fault(scale: &Scale) -> Fault {
    let negative = (scale.spread < 0.0).then(|| (format!("`spread` is {}", scale.spread), "at least 0"));
    finite("`centre`", scale.centre).or_else(|| finite("`spread`", scale.spread)).or(negative)
}

fn finite(name: &str, value: f64) -> Fault {
    (!value.is_finite()).then(|| (format!("{name} is {value}"), "a finite number"))
}

#[cfg(test)]
mod tests {
    use super::super::{Encoding, Preparation, TimePart};
    use super::*;

    fn message(rule: Rule) -> String {
        Preparation::new(vec![Prepared { column: "x".into(), rule }]).unwrap_err().to_string()
    }

    fn number(fill: f64, centre: f64, spread: f64) -> Rule {
        Rule::Number(Number { fill, indicator: false, scale: Scale { centre, spread } })
    }

    fn category(levels: &[&str]) -> Rule {
        let levels = levels.iter().map(|level| (*level).to_owned()).collect();
        Rule::Category(Category { levels, other: false, missing: false, encoding: Encoding::OneHot })
    }

    #[test]
    fn rules_that_cannot_be_followed_are_refused() {
        insta::assert_snapshot!(message(number(f64::NAN, 0.0, 1.0)), @"preparation of column `x`: `fill` is NaN; expected a finite number");
        insta::assert_snapshot!(message(number(0.0, 0.0, -1.0)), @"preparation of column `x`: `spread` is -1; expected at least 0");
        insta::assert_snapshot!(message(category(&["a", "b", "a"])), @"preparation of column `x`: the level `a` is there twice; expected distinct levels");
        insta::assert_snapshot!(message(category(&[])), @"preparation of column `x`: it makes no input; expected at least one");
        let boolean = Rule::Boolean { no: "n".into(), yes: "y".into(), fill: 0.5, indicator: false };
        insta::assert_snapshot!(message(boolean), @"preparation of column `x`: `fill` is 0.5; expected 0 or 1");
        let scale = Scale { centre: 0.0, spread: 1.0 };
        let parts = vec![(TimePart::Year, scale), (TimePart::Year, scale)];
        let times = Times { order: None, origin: 0.0, fill: 0.0, indicator: false, parts };
        insta::assert_snapshot!(message(Rule::Times(times)), @"preparation of column `x`: the part `year` is there twice; expected distinct parts");
        insta::assert_snapshot!(Preparation::new(vec![]).unwrap_err(), @"columns: no feature is left; expected at least one");
    }
}
