//! From Arrow's arrays to cells: a table of types.
//!
//! Numbers of every width, booleans (0 and 1), decimals and times of day (seconds) become numbers, points in time seconds since
//! 1970, texts and dictionaries of them texts. Whole numbers beyond 2^53 are rounded. Null is a missing cell, and so is NaN.
//!
//! It must not know files.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType,
    Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayAccessor};
use arrow_schema::{DataType, TimeUnit};

use crate::frame::{Cells, Texts};

/// Whether [`cells`] knows a type.
pub(super) fn is_known(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => !matches!(**values, DataType::Dictionary(..)) && is_known(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => true,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => true,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => true,
        kind => kind.is_numeric(),
    }
}

/// What a type that is not known is called in messages: its first word.
pub(super) fn name(kind: &DataType) -> String {
    let name = format!("{kind:?}");
    name.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

/// The cells of an array; `None` for a type that is not known.
pub(super) fn cells(array: &dyn Array) -> Option<Cells> {
    Some(match array.data_type() {
        DataType::Boolean => Cells::Numbers(
            array
                .as_boolean()
                .iter()
                .map(|value| value.map_or(f64::NAN, |is| f64::from(u8::from(is))))
                .collect(),
        ),
        DataType::Utf8 => texts(array.as_string::<i32>()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>()),
        DataType::Utf8View => texts(array.as_string_view()),
        DataType::Dictionary(..) => return dictionary(array),
        DataType::Date32 => Cells::Times(numbers::<Date32Type>(array, |days| f64::from(days) * 86_400.0)),
        DataType::Date64 => Cells::Times(numbers::<Date64Type>(array, |count| count as f64 / 1e3)),
        DataType::Timestamp(unit, _) => Cells::Times(timestamps(array, *unit)),
        _ => Cells::Numbers(plain(array)?),
    })
}

fn timestamps(array: &dyn Array, unit: TimeUnit) -> Vec<f64> {
    match unit {
        TimeUnit::Second => numbers::<TimestampSecondType>(array, |count| count as f64),
        TimeUnit::Millisecond => numbers::<TimestampMillisecondType>(array, |count| count as f64 / 1e3),
        TimeUnit::Microsecond => numbers::<TimestampMicrosecondType>(array, |count| count as f64 / 1e6),
        TimeUnit::Nanosecond => numbers::<TimestampNanosecondType>(array, |count| count as f64 / 1e9),
    }
}

/// Everything that is a number and no more: a table.
fn plain(array: &dyn Array) -> Option<Vec<f64>> {
    Some(match array.data_type() {
        DataType::Int8 => numbers::<Int8Type>(array, f64::from),
        DataType::Int16 => numbers::<Int16Type>(array, f64::from),
        DataType::Int32 => numbers::<Int32Type>(array, f64::from),
        DataType::Int64 => numbers::<Int64Type>(array, |number| number as f64),
        DataType::UInt8 => numbers::<UInt8Type>(array, f64::from),
        DataType::UInt16 => numbers::<UInt16Type>(array, f64::from),
        DataType::UInt32 => numbers::<UInt32Type>(array, f64::from),
        DataType::UInt64 => numbers::<UInt64Type>(array, |number| number as f64),
        DataType::Float16 => numbers::<Float16Type>(array, |number| number.to_f64()),
        DataType::Float32 => numbers::<Float32Type>(array, f64::from),
        DataType::Float64 => numbers::<Float64Type>(array, |number| number),
        DataType::Decimal32(_, scale) => numbers::<Decimal32Type>(array, |number| decimal(number, *scale)),
        DataType::Decimal64(_, scale) => numbers::<Decimal64Type>(array, |number| decimal(number, *scale)),
        DataType::Decimal128(_, scale) => numbers::<Decimal128Type>(array, |number| decimal(number, *scale)),
        DataType::Decimal256(_, scale) => numbers::<Decimal256Type>(array, |number| decimal(number, *scale)),
        DataType::Time32(TimeUnit::Second) => numbers::<Time32SecondType>(array, f64::from),
        DataType::Time32(_) => numbers::<Time32MillisecondType>(array, |count| f64::from(count) / 1e3),
        DataType::Time64(TimeUnit::Microsecond) => {
            numbers::<Time64MicrosecondType>(array, |count| count as f64 / 1e6)
        }
        DataType::Time64(_) => numbers::<Time64NanosecondType>(array, |count| count as f64 / 1e9),
        DataType::Duration(TimeUnit::Second) => numbers::<DurationSecondType>(array, |count| count as f64),
        DataType::Duration(TimeUnit::Millisecond) => {
            numbers::<DurationMillisecondType>(array, |count| count as f64 / 1e3)
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            numbers::<DurationMicrosecondType>(array, |count| count as f64 / 1e6)
        }
        DataType::Duration(TimeUnit::Nanosecond) => {
            numbers::<DurationNanosecondType>(array, |count| count as f64 / 1e9)
        }
        _ => return None,
    })
}

fn numbers<T: ArrowPrimitiveType>(array: &dyn Array, number: impl Fn(T::Native) -> f64) -> Vec<f64> {
    array.as_primitive::<T>().iter().map(|value| value.map_or(f64::NAN, &number)).collect()
}

/// The number nearest to `digits / 10^scale`: written out and read, so that it is rounded once.
fn decimal(digits: impl std::fmt::Display, scale: i8) -> f64 {
    format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)
}

/// Texts; an empty one is missing, as in a text table.
fn texts<'a>(array: impl ArrayAccessor<Item = &'a str>) -> Cells {
    let cell = |row| (!array.is_null(row)).then(|| array.value(row)).filter(|text| !text.is_empty());
    Cells::Texts(Texts::from_cells((0..array.len()).map(cell)))
}

fn dictionary(array: &dyn Array) -> Option<Cells> {
    let array = array.as_any_dictionary_opt()?;
    let values = cells(array.values())?;
    let keys = if array.values().is_empty() { vec![0; array.len()] } else { array.normalized_keys() };
    let key = |row: usize| (array.keys().is_valid(row) && !array.values().is_empty()).then(|| keys[row]);
    let rows = 0..array.len();
    let pick =
        |values: &[f64]| rows.clone().map(|row| key(row).map_or(f64::NAN, |key| values[key])).collect();
    Some(match &values {
        Cells::Numbers(numbers) => Cells::Numbers(pick(numbers)),
        Cells::Times(times) => Cells::Times(pick(times)),
        Cells::Texts(texts) => {
            Cells::Texts(Texts::from_cells(rows.clone().map(|row| key(row).and_then(|key| texts.text(key)))))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int8Array, StringArray, StringViewArray,
    };

    use super::*;

    #[test]
    fn decimals_are_rounded_once() {
        let array: ArrayRef = Arc::new(
            Decimal128Array::from(vec![Some(-123_456_789_012_345_678_901_234_567), None, Some(1)])
                .with_precision_and_scale(38, 20)
                .unwrap(),
        );
        let Some(Cells::Numbers(numbers)) = cells(&array) else { panic!() };
        assert_eq!((numbers[0], numbers[1].is_nan(), numbers[2]), (-1_234_567.890_123_456_8, true, 1e-20));
    }

    #[test]
    fn dictionaries_may_have_texts_twice_and_nulls() {
        let keys = Int8Array::from(vec![Some(0), None, Some(1), Some(2), Some(3)]);
        let values = StringArray::from(vec![Some("a"), Some("b"), Some("a"), None]);
        let array: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
        let expected = Texts::from_cells([Some("a"), None, Some("b"), Some("a"), None]);
        assert_eq!(cells(&array), Some(Cells::Texts(expected)));
        let none: ArrayRef =
            Arc::new(DictionaryArray::new(Int8Array::from(vec![None]), Arc::new(StringArray::new_null(0))));
        assert_eq!(cells(&none), Some(Cells::Texts(Texts::from_cells([None]))));
    }

    #[test]
    fn booleans_are_numbers_and_views_are_texts() {
        let booleans: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
        assert_eq!(cells(&booleans), Some(Cells::Numbers(vec![1.0, 0.0])));
        let views: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a longer text than twelve"), None]));
        assert_eq!(
            cells(&views),
            Some(Cells::Texts(Texts::from_cells([Some("a longer text than twelve"), None])))
        );
        assert!(!is_known(&DataType::Binary) && cells(&arrow_array::NullArray::new(2)).is_none());
    }
}
