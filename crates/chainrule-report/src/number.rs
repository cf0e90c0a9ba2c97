//! Numbers as people read them.

/// Four significant digits: `0.9333`, `55.21`, `12345`; very large and very small ones with an exponent, `–` for none.
///
/// ```
/// use chainrule_report::show;
/// assert_eq!([0.93333, 55.2099, 12345.6, 0.0, -1.5].map(show), ["0.9333", "55.21", "12346", "0", "-1.5"]);
/// assert_eq!([1.5e-7, 2e9, f64::NAN].map(show), ["1.5e-7", "2e9", "–"]);
/// ```
pub fn show(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        return "–".to_owned();
    }
    if value == 0.0 {
        // Without the sign that a zero may have.
        return "0".to_owned();
    }
    if value.is_infinite() {
        return value.to_string();
    }
    if !(1e-4..1e7).contains(&size) {
        let text = format!("{value:.3e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", without_zeros(digits));
    }
    let before = size.log10().floor() as i32;
    let decimals = usize::try_from(3 - before).unwrap_or(0);
    without_zeros(&format!("{value:.decimals$}")).to_owned()
}

/// A share as parts of a hundred, one decimal: `93.3 %`; `–` for none.
///
/// ```
/// assert_eq!(chainrule_report::percent(0.93333), "93.3 %");
/// assert_eq!([1.0, 0.9999, 0.0004].map(chainrule_report::percent), ["100 %", "> 99.9 %", "< 0.1 %"]);
/// ```
pub fn percent(share: f64) -> String {
    if share.is_nan() {
        return "–".to_owned();
    }
    let text = format!("{:.1}", share * 100.0);
    match without_zeros(&text) {
        "0" if share > 0.0 => "< 0.1 %".to_owned(),
        "100" if share < 1.0 => "> 99.9 %".to_owned(),
        text => format!("{text} %"),
    }
}

/// A whole number in groups of three: `1 000 000`.
pub(crate) fn count(value: usize) -> String {
    let digits = value.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let first = digits.len() % 3;
    let groups =
        digits.as_bytes()[first..].chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (first > 0).then(|| digits[..first].to_owned());
    // A narrow space that does not break.
    head.into_iter().chain(groups).collect::<Vec<_>>().join("\u{202f}")
}

/// A number of things: `1 row`, `2 rows`.
pub(crate) fn counted(value: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(value), if value == 1 { "" } else { "s" })
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::{count, counted, show};

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(
            [999, 1000, 10_000, 1_234_567].map(count),
            ["999", "1000", "10\u{202f}000", "1\u{202f}234\u{202f}567"]
        );
        assert_eq!((counted(1, "row"), counted(2, "row")), ("1 row".into(), "2 rows".into()));
    }

    #[test]
    fn borders_between_the_forms_are_read_well() {
        assert_eq!(
            [9_999_999.0, 1e7, 1e-4, 9.99e-5, 0.99996, -0.0].map(show),
            ["9999999", "1e7", "0.0001", "9.99e-5", "1", "0"]
        );
        assert_eq!([f64::INFINITY, f64::NEG_INFINITY].map(show), ["inf", "-inf"]);
    }
}
