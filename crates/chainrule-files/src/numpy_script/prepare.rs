//! From columns as they come to the network's inputs, in numpy.

use super::precision;
use super::text::{list, literal, number, strings};
use crate::standalone::{common, time};
use crate::{DateOrder, InputColumn, InputRule, Standalone, TimePart};

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
    let more: String = model.missing.iter().map(|text| format!(", {}", literal(text))).collect();
    let dates = if has_times(model) { TIMES } else { "" };
    let head = HELPERS.replace("\".\"}", &format!("\".\"{more}}}")) + dates + &head;
    format!("{head}    inputs = [\n{columns}    ]\n    return np.column_stack(inputs).astype(np.{kind})\n")
}

/// Whether a column has points in time.
pub(super) fn has_times(model: &Standalone) -> bool {
    model.inputs.iter().any(|input| matches!(input.rule, InputRule::Time { .. }))
}

/// The functions of points in time.
const TIMES: &str = r#"

EPOCH = datetime.date(1970, 1, 1)


def times(cells, order, missing):
    """Seconds since 1970-01-01T00:00:00Z; order says where year, month and day stand, such as dmy."""

    def seconds(cell):
        if is_missing(cell):
            return missing
        date, time = re.fullmatch(r"([\d./-]+)[Tt ]?\s*(.*)", str(cell).strip()).groups()
        number = dict(zip(order, map(int, re.split(r"[./-]", date))))
        days = (datetime.date(number["y"], number["m"], number["d"]) - EPOCH).days
        clock = re.fullmatch(r"(?:(\d+):(\d+)(?::([\d.]+))?)?\s*(?:[Zz]|([+-])(\d\d):?(\d\d)?)?", time)
        hours, minutes, rest, sign, zone_hours, zone_minutes = clock.groups(default=0)
        offset = int(zone_hours) * 3600 + int(zone_minutes) * 60
        offset = -offset if sign == "-" else offset
        return days * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(rest) - offset

    return np.array([seconds(cell) for cell in cells])


def part(times, kind, origin):
    """One number of each point in time."""
    if kind == "elapsed_days":
        return (times - origin) / 86400
    days = np.floor(times / 86400)
    if kind == "hour":
        return np.floor((times - days * 86400) / 3600)
    dates = [EPOCH + datetime.timedelta(days=int(day)) for day in days]
    parts = {"year": lambda date: date.year, "month": lambda date: date.month}
    parts |= {"day_of_week": lambda date: date.weekday(), "day_of_year": lambda date: date.timetuple().tm_yday}
    return np.array([parts[kind](date) for date in dates], dtype=np.float64)
"#;

/// The lines for one column.
fn column(input: &InputColumn) -> String {
    let cells = format!("x[{}]", literal(&input.name));
    let flag = |indicator: bool, known: &str| {
        if indicator { format!("        indicator({cells}, {known}),\n") } else { String::new() }
    };
    match &input.rule {
        InputRule::Number { missing, indicator, centre, spread } => {
            let [missing, centre, spread] =
                [missing.unwrap_or(f64::NAN), *centre, infinite(*spread)].map(number);
            format!("        (numbers({cells}, {missing}) - {centre}) / {spread},\n")
                + &flag(*indicator, "None")
        }
        InputRule::Boolean { no, yes, missing, indicator } => {
            let pair = format!("[{}, {}]", literal(no), literal(yes));
            format!("        booleans({cells}, {pair}, {}),\n", number(*missing)) + &flag(*indicator, &pair)
        }
        InputRule::Time { order, origin, missing, indicator, parts } => {
            let order = match order {
                DateOrder::YearMonthDay => "ymd",
                DateOrder::DayMonthYear => "dmy",
                DateOrder::MonthDayYear => "mdy",
            };
            let times = format!("times({cells}, \"{order}\", {})", number(*missing));
            let part = |part: &TimePart| {
                let (kind, origin) = (literal(time::name(part.part)), number(*origin));
                let [centre, spread] = [part.centre, infinite(part.spread)].map(number);
                format!("        (part({times}, {kind}, {origin}) - {centre}) / {spread},\n")
            };
            parts.iter().map(part).collect::<String>() + &flag(*indicator, "None")
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

/// The functions of columns.
const HELPERS: &str = r#"

MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", "."}


def is_missing(cell):
    return cell is None or str(cell).strip() in MISSING


def numbers(cells, missing):
    """Numbers, with one that stands for those that are missing."""
    return np.array([missing if is_missing(cell) else float(cell) for cell in cells])


def booleans(cells, pair, missing):
    """0 for the first of a pair of texts, 1 for the second, whatever their case."""
    cells = [str(cell).strip().lower() for cell in cells]
    return np.array([pair.index(cell) if cell in pair else missing for cell in cells])


def indicator(cells, pair):
    """1 where a cell is missing or, if there is a pair of texts, is none of them; else 0."""
    known = [not is_missing(cell) and (pair is None or str(cell).strip().lower() in pair) for cell in cells]
    return 1.0 - np.array(known, dtype=np.float64)


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
    """The text of a cell; a number in another form, such as 1.0 for 1, is the same level."""
    text = str(cell).strip()
    if text in known:
        return text
    try:
        number = float(text)
        return str(int(number)) if number == int(number) else repr(number)
    except (ValueError, OverflowError):
        return text
"#;
