//! From columns as they come to the network's inputs, in numpy.

use super::precision;
use super::text::{list, literal, number, strings};
use crate::standalone::{common, part_name};
use crate::{DateOrder, InputColumn, InputPart, InputRule, MissingCells, Standalone};

/// The columns, and their scaling where it is one array.
pub(super) fn constants(model: &Standalone) -> String {
    let names: Vec<&str> = model.inputs.iter().map(|input| &input.name[..]).collect();
    let text = strings("COLUMNS", &names);
    let Some(scalings) = model.plain_numbers() else { return text };
    if let Some((centre, spread)) = common(&scalings) {
        let scaled = (centre, spread) != (0.0, 1.0);
        let scaling = format!("CENTRE, SPREAD = {}, {}\n", number(centre), number(infinite(spread)));
        return if scaled { text + &scaling } else { text };
    }
    let (centres, spreads): (Vec<f64>, Vec<f64>) =
        scalings.into_iter().map(|(centre, spread)| (centre, infinite(spread))).unzip();
    let [centres, spreads] = [centres, spreads].map(|numbers| list(&numbers));
    format!("{text}CENTRE = np.array({centres})\nSPREAD = np.array({spreads})\n")
}

/// A column that was constant in training is 0 whatever a row says: infinity as its spread does that.
fn infinite(spread: f64) -> f64 {
    if spread == 0.0 { f64::INFINITY } else { spread }
}

/// What `predict` takes, in words.
pub(super) fn given(model: &Standalone) -> String {
    match model.plain_numbers() {
        Some(numbers) => format!("x of shape [rows, {}], the COLUMNS as they come", numbers.len()),
        None => "x that gives the cells of each of COLUMNS, as texts or numbers".to_owned(),
    }
}

/// The function `prepare`, and those that it calls.
pub(super) fn functions(model: &Standalone) -> String {
    let (inputs, kind) = (model.stack.inputs, precision(model));
    let head = format!(
        "\n\ndef prepare(x):\n    \"\"\"The network's inputs, [rows, {inputs}], for {}.\"\"\"\n",
        given(model)
    );
    if let Some(scalings) = model.plain_numbers() {
        let scaled = common(&scalings) != Some((0.0, 1.0));
        let value = "np.asarray(x, dtype=np.float64)";
        let value = if scaled { format!("(({value} - CENTRE) / SPREAD)") } else { value.to_owned() };
        return format!("{head}    return {value}.astype(np.{kind})\n");
    }
    let columns: String = model.inputs.iter().map(column).collect();
    let dates = if has_times(model) { TIMES } else { "" };
    let head = missing_cells(&model.missing) + HELPERS + dates + &head;
    format!("{head}    inputs = [\n{columns}    ]\n    return np.column_stack(inputs).astype(np.{kind})\n")
}

/// The constants that say which cells are missing.
fn missing_cells(missing: &MissingCells) -> String {
    let texts = |texts: &[String]| texts.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", ");
    let number = |text: &String| text.parse().ok().filter(|value: &f64| value.is_finite()).map(number);
    let values: Vec<String> = missing.everywhere.iter().filter_map(number).collect();
    format!(
        "\n\n# What stands for nothing: in every column, in columns of numbers, and the numbers that do.\n\
         MISSING = [{}]\nMISSING_NUMBERS = [{}]\nMISSING_VALUES = [{}]\n",
        texts(&[&[String::new()], &missing.everywhere[..]].concat()),
        texts(&missing.among_numbers),
        values.join(", ")
    )
}

/// Whether a column has points in time.
pub(super) fn has_times(model: &Standalone) -> bool {
    model.inputs.iter().any(|input| matches!(input.rule, InputRule::Time { .. }))
}

/// The functions of points in time.
const TIMES: &str = r#"

EPOCH = datetime.date(1970, 1, 1)


def times(cells, order):
    """Seconds since 1970-01-01T00:00:00Z; order says where year, month and day stand, such as dmy."""

    def seconds(cell):
        if is_missing(cell):
            return np.nan
        date, time = re.fullmatch(r"([\d./-]+)[Tt ]?\s*(.*)", str(cell).strip()).groups()
        number = dict(zip(order, map(int, re.split(r"[./-]", date))))
        days = (datetime.date(number["y"], number["m"], number["d"]) - EPOCH).days
        clock = re.fullmatch(r"(?:(\d+):(\d+)(?::([\d.]+))?)?\s*(?:[Zz]|([+-])(\d\d):?(\d\d)?)?", time)
        hours, minutes, rest, sign, zone_hours, zone_minutes = clock.groups(default=0)
        offset = int(zone_hours) * 3600 + int(zone_minutes) * 60
        offset = -offset if sign == "-" else offset
        return days * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(rest) - offset

    return np.array([seconds(cell) for cell in cells], dtype=np.float64)


def part(times, kind, origin):
    """One number of each point in time."""
    if kind == "elapsed_days":
        return (times - origin) / 86400
    days = np.floor(times / 86400)
    if kind == "hour":
        return np.floor((times - days * 86400) / 3600)
    dates = [None if np.isnan(day) else EPOCH + datetime.timedelta(days=int(day)) for day in days]
    parts = {"year": lambda date: date.year, "month": lambda date: date.month}
    parts |= {"day_of_week": lambda date: date.weekday(), "day_of_year": lambda date: date.timetuple().tm_yday}
    return np.array([np.nan if date is None else parts[kind](date) for date in dates], dtype=np.float64)
"#;

/// The lines for one column.
fn column(input: &InputColumn) -> String {
    let cells = format!("x[{}]", literal(&input.name));
    let flag = |indicator: bool, values: &str| {
        if indicator { format!("        indicator({values}),\n") } else { String::new() }
    };
    match &input.rule {
        InputRule::Number { missing, indicator, centre, spread } => {
            let values = format!("numbers({cells})");
            scaled(&values, *missing, *centre, *spread) + &flag(*indicator, &values)
        }
        InputRule::Boolean { no, yes, missing, indicator } => {
            let values = format!("booleans({cells}, [{}, {}])", literal(no), literal(yes));
            format!("        filled({values}, {}),\n", number(*missing)) + &flag(*indicator, &values)
        }
        InputRule::Time { order, origin, indicator, parts } => {
            let order = match order {
                DateOrder::YearMonthDay => "ymd",
                DateOrder::DayMonthYear => "dmy",
                DateOrder::MonthDayYear => "mdy",
            };
            let times = format!("times({cells}, \"{order}\")");
            let part = |part: &InputPart| {
                let (kind, origin) = (literal(part_name(part.part)), number(*origin));
                let values = format!("part({times}, {kind}, {origin})");
                scaled(&values, Some(part.missing), part.centre, part.spread)
            };
            parts.iter().map(part).collect::<String>() + &flag(*indicator, &times)
        }
        InputRule::Category { levels, other, missing } => {
            let levels: Vec<String> = levels.iter().map(|level| literal(level)).collect();
            let mut known = format!("[{}]", levels.join(", "));
            // The places of what is not a level: after the levels, or nowhere.
            known += if *other { ", other=True" } else { "" };
            known += if *missing { ", missing=True" } else { "" };
            format!("        levels({cells}, {known}),\n")
        }
    }
}

/// The line for numbers, with what stands for those that are missing.
fn scaled(values: &str, missing: Option<f64>, centre: f64, spread: f64) -> String {
    let values = match missing {
        Some(missing) => format!("filled({values}, {})", number(missing)),
        None => values.to_owned(),
    };
    let [centre, spread] = [centre, infinite(spread)].map(number);
    format!("        ({values} - {centre}) / {spread},\n")
}

/// The functions of columns.
const HELPERS: &str = r#"

def is_missing(cell):
    """Whether a cell of any column is missing; a number that is no number is."""
    return cell is None or cell != cell or str(cell).strip() in MISSING


def number(cell):
    """The number of a cell, NaN if it is missing."""
    if is_missing(cell) or str(cell).strip() in MISSING_NUMBERS:
        return np.nan
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(f"expected a finite number, got {cell}")
    return np.nan if value in MISSING_VALUES else value


def numbers(cells):
    """The numbers of the cells, NaN for those that are missing."""
    return np.array([number(cell) for cell in cells], dtype=np.float64)


def booleans(cells, pair):
    """0 for the first of a pair of texts, 1 for the second, whatever their case; NaN for all others."""
    texts = ["" if is_missing(cell) else str(cell).strip().lower() for cell in cells]
    return np.array([pair.index(text) if text in pair else np.nan for text in texts], dtype=np.float64)


def filled(values, missing):
    """The values, with one that stands for those that are NaN."""
    return np.where(np.isnan(values), missing, values)


def indicator(values):
    """1 where a value is NaN, else 0."""
    return np.isnan(values).astype(np.float64)


def levels(cells, known, other=False, missing=False):
    """A column for each level with 1 where the cell is that level; then one for others, then one for missing cells."""
    columns = np.zeros((len(cells), len(known) + other + missing))
    for row, cell in enumerate(cells):
        if is_missing(cell):
            if missing:
                columns[row, len(known) + other] = 1
        elif as_level(cell, known) in known:
            columns[row, known.index(as_level(cell, known))] = 1
        elif other:
            columns[row, len(known)] = 1
    return columns


def as_level(cell, known):
    """The text of a cell; a number in another form, such as 1.0 for 1, is the same level, but 01 is a code."""
    text = str(cell).strip()
    digits = text.lstrip("+-")
    if text in known or digits.startswith("0") and "0" <= digits[1:2] <= "9":
        return text
    try:
        return np.format_float_positional(float(text) + 0.0, trim="-")
    except ValueError:
        return text
"#;
