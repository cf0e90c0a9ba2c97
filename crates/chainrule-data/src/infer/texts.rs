//! What a column of texts is for.
//!
//! It must not know other columns.

use super::{Kind, dates};
use crate::error::shorten;
use crate::frame::Texts;
use crate::number::{DecimalMark, NumberFormat, any_number, formatted, is_code, plain_number};
use crate::preparation::MOST_LEVELS;

/// From how many rows on texts that are nearly all different identify their rows; below, it is chance.
const DISTINCT_ROWS: usize = 20;

/// From which share of distinct texts on a column identifies its rows. Names of people repeat now and then.
const IDENTIFIER_SHARE: f64 = 0.9;

/// From which share of distinct texts on a column of long texts is prose.
const PROSE_SHARE: f64 = 0.5;

/// From how many words on, on average, a text is prose and not the name of a level.
const PROSE_WORDS: f64 = 4.0;

/// From which share of numbers on a column is one of numbers with a few texts between them.
const NUMBERS_SHARE: f64 = 0.9;

/// The most distinct texts of a category that looks like numbers, such as `0`, `1`, `2`, `3+`.
const FEW_LEVELS: usize = 20;

/// Texts that mean no and yes.
const BOOLEANS: [(&str, &str); 6] =
    [("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t"), ("off", "on"), ("0", "1")];

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// A kind, and why.
    Kind(Kind, String),
    /// Numbers with a few texts, the first of them in this row.
    TextAmongNumbers(usize),
}

/// What the texts are for; `chosen` if the user named the column as a feature.
pub(super) fn kind(texts: &Texts, mark: DecimalMark, chosen: bool) -> Found {
    let used = texts.used();
    let present: usize = used.iter().map(|(_, count)| count).sum();
    let missing = present < texts.codes().len();
    let found = |kind, reason: String| Found::Kind(kind, reason);
    match &used[..] {
        [] => return found(Kind::SetAside, "no value in any row".into()),
        [(text, _)] if !missing => {
            return found(Kind::SetAside, format!("the value is `{}` in every row", shorten(text)));
        }
        _ => {}
    }
    if let Some((no, yes)) = boolean(&used) {
        let reason = format!("`{no}` and `{yes}`");
        return found(Kind::Boolean { no, yes }, reason);
    }
    if let Some((kind, reason)) = dates::kind_of_texts(&used) {
        return found(kind, reason);
    }
    if let Some(row) = text_among_numbers(texts, &used, mark) {
        return Found::TextAmongNumbers(row);
    }
    let (kind, reason) = levels(&used, mark, chosen);
    found(kind, reason)
}

/// Whether all texts of a column, at least one, are plain numbers.
pub(crate) fn are_numbers(texts: &Texts, mark: DecimalMark) -> bool {
    let used = texts.used();
    !used.is_empty() && used.iter().all(|(text, _)| plain_number(text, mark).is_some())
}

/// 0 for any text that means no, 1 for any that means yes, upper case or lower; such numbers among them.
pub(crate) fn boolean_value(text: &str) -> Option<f64> {
    let lower = text.to_lowercase();
    let word = BOOLEANS.iter().find_map(|(no, yes)| match &lower {
        lower if lower == no => Some(0.0),
        lower if lower == yes => Some(1.0),
        _ => None,
    });
    word.or_else(|| plain_number(text, DecimalMark::Point).filter(|number| [0.0, 1.0].contains(number)))
}

fn boolean(used: &[(&str, usize)]) -> Option<(String, String)> {
    let mut lower: Vec<String> = used.iter().take(9).map(|(text, _)| text.to_lowercase()).collect();
    lower.sort_unstable();
    lower.dedup();
    let [first, second] = &lower[..] else { return None };
    let (no, yes) = BOOLEANS.iter().find(|(no, yes)| first == no && second == yes)?;
    (used.len() <= 8).then(|| ((*no).to_owned(), (*yes).to_owned()))
}

/// The row of the first text, if nearly all are numbers, at least to people, and too many for levels; levels of codes such
/// as `207a` may have numbers between them. Decimal commas and separators of thousands are numbers however few there are.
fn text_among_numbers(texts: &Texts, used: &[(&str, usize)], mark: DecimalMark) -> Option<usize> {
    let is_plain = |text: &str| plain_number(text, mark).is_some();
    let format = |text: &str| formatted(text).filter(|_| !is_plain(text));
    let is_number = |text: &str| is_plain(text) || format(text).is_some();
    let rows =
        |is: &dyn Fn(&str) -> bool| used.iter().filter(|(text, _)| is(text)).map(|(_, count)| count).sum();
    let (present, numbers): (usize, usize) = (rows(&|_| true), rows(&is_number));
    let distinct = used.iter().filter(|(text, _)| is_number(text)).count();
    let grouped = |text: &str| matches!(format(text), Some(NumberFormat::Comma | NumberFormat::Thousands));
    let all_grouped = numbers == present && used.iter().any(|(text, _)| grouped(text));
    let nearly = numbers as f64 >= NUMBERS_SHARE * present as f64 && distinct > FEW_LEVELS;
    if !(nearly && !are_codes(used, mark) || all_grouped) {
        return None;
    }
    (0..texts.codes().len()).find(|row| texts.text(*row).is_some_and(|text| !is_plain(text)))
}

/// Whether texts are codes: some have a leading zero, or whole numbers stand beside letters with digits.
fn are_codes(used: &[(&str, usize)], mark: DecimalMark) -> bool {
    let number = |text: &str| any_number(text, mark);
    let is_mixed = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_digit())
    };
    let whole = |text: &str| number(text).map_or_else(|| is_mixed(text), |number| number.fract() == 0.0);
    let zeros = used.iter().any(|(text, _)| is_code(text) && number(text).is_some());
    zeros || used.iter().all(|(text, _)| whole(text))
}

fn levels(used: &[(&str, usize)], mark: DecimalMark, chosen: bool) -> (Kind, String) {
    let present: usize = used.iter().map(|(_, count)| count).sum();
    let distinct = used.len();
    let share = distinct as f64 / present as f64;
    let words: usize = used.iter().map(|(text, _)| text.split_whitespace().count()).sum();
    let long = words as f64 >= PROSE_WORDS * distinct as f64;
    let many = present >= DISTINCT_ROWS && !chosen;
    if many && share >= PROSE_SHARE && long {
        return (Kind::SetAside, format!("free text: {distinct} distinct in {present} rows"));
    }
    if many && share >= IDENTIFIER_SHARE {
        return (
            Kind::SetAside,
            format!("nearly every row has its own text: {distinct} distinct in {present} rows"),
        );
    }
    let codes = used.iter().all(|(text, _)| any_number(text, mark).is_some());
    let what = match (codes, distinct) {
        (true, 1) => "code with leading zeros",
        (true, _) => "codes with leading zeros",
        (false, 1) => "text",
        (false, _) => "texts",
    };
    let kept = if distinct > MOST_LEVELS { ", the rarer ones together as `other`" } else { "" };
    (Kind::Category, format!("{distinct} distinct {what}{kept}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> String {
        let cells = cells.iter().map(|cell| (!cell.is_empty()).then_some(*cell));
        match kind(&Texts::from_cells(cells), DecimalMark::Point, false) {
            Found::Kind(kind, reason) => format!("{}: {reason}", kind.name()),
            Found::TextAmongNumbers(row) => format!("text in row {row}"),
        }
    }

    fn rows(count: usize, text: impl Fn(usize) -> String) -> String {
        let cells: Vec<String> = (0..count).map(text).collect();
        of(&cells.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn two_texts_for_no_and_yes_are_a_boolean() {
        assert_eq!(of(&["Yes", "no", "", "YES"]), "boolean: `no` and `yes`");
        assert_eq!(of(&["True", "False"]), "boolean: `false` and `true`");
        assert_eq!(of(&["male", "female"]), "category: 2 distinct texts");
        assert_eq!(of(&["yes", "true"]), "category: 2 distinct texts");
    }

    #[test]
    fn texts_that_say_nothing_are_set_aside() {
        assert_eq!(of(&["", ""]), "set aside: no value in any row");
        assert_eq!(of(&["x", "x"]), "set aside: the value is `x` in every row");
        assert_eq!(of(&["x", ""]), "category: 1 distinct text");
        assert_eq!(
            rows(30, |row| format!("name{row}")),
            "set aside: nearly every row has its own text: 30 distinct in 30 rows"
        );
        assert_eq!(
            rows(30, |row| format!("a long text of row {}", row * 2 / 3)),
            "set aside: free text: 20 distinct in 30 rows"
        );
        assert_eq!(rows(19, |row| format!("name{row}")), "category: 19 distinct texts");
    }

    #[test]
    fn a_few_texts_among_numbers_are_not_levels() {
        assert_eq!(
            rows(100, |row| if row == 7 { "unknown".into() } else { row.to_string() }),
            "text in row 7"
        );
        assert_eq!(
            rows(100, |row| if row % 20 == 7 { "3+".into() } else { (row % 3).to_string() }),
            "category: 4 distinct texts"
        );
        assert_eq!(
            rows(100, |row| if row % 2 == 0 { format!("A{}", row % 8) } else { (row % 60).to_string() }),
            "category: 34 distinct texts"
        );
    }

    #[test]
    fn numbers_that_people_would_read_are_not_levels() {
        assert_eq!(of(&["1", "1,5", "2,25"]), "text in row 1");
        assert_eq!(of(&["999", "1,234", ""]), "text in row 1");
        assert_eq!(rows(60, |row| format!("${row}")), "text in row 0");
        assert_eq!(rows(60, |row| format!("{}%", row % 3)), "category: 3 distinct texts");
        let comma = Texts::from_cells([Some("1,5"), Some("2,5"), Some("x")]);
        assert!(matches!(kind(&comma, DecimalMark::Comma, false), Found::Kind(Kind::Category, _)));
    }

    #[test]
    fn codes_may_be_whole_numbers_beside_others() {
        let code = |row: usize| if row % 50 == 7 { "c168".into() } else { (5000 + row / 2).to_string() };
        assert_eq!(rows(100, code), "category: 51 distinct texts");
        assert_eq!(rows(100, |row| if row == 7 { "c1".into() } else { format!("{row}.5") }), "text in row 7");
    }

    #[test]
    fn words_for_no_and_yes_are_known_one_by_one() {
        for (text, value) in [("No", Some(0.0)), ("TRUE", Some(1.0)), ("1.0", Some(1.0)), ("0", Some(0.0))] {
            assert_eq!(boolean_value(text), value, "{text}");
        }
        for text in ["maybe", "", "2", "01", "0,0"] {
            assert_eq!(boolean_value(text), None, "{text}");
        }
    }

    #[test]
    fn codes_and_many_levels_are_categories() {
        assert_eq!(of(&["01", "7", "01"]), "category: 2 distinct codes with leading zeros");
        assert_eq!(
            rows(300, |row| format!("town {}", row % 100)),
            "category: 100 distinct texts, the rarer ones together as `other`"
        );
    }
}
