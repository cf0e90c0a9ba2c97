//! A table as text, so that built-in data can be looked at in a spreadsheet, or changed and read again.
//!
//! It must not know files.

use ::csv::Writer;

use crate::describe::words;
use crate::{Dataset, Error};

/// Writes a table as comma separated text: a header, then features and target of each row.
///
/// Numbers are written in the shortest form that reads back to the same `f64`. Fields are quoted where they must be.
///
/// # Errors
/// None in practice: memory does not fail to be written; [`Error::Records`] otherwise.
///
/// ```
/// use chainrule_data::{builtin, csv};
///
/// assert_eq!(csv::write(&builtin::xor()?)?, "x1,x2,xor\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn write(dataset: &Dataset) -> Result<String, Error> {
    let mut writer = Writer::from_writer(Vec::new());
    writer
        .write_record(dataset.feature_names().iter().map(String::as_str).chain(dataset.target().columns()))?;
    for row in 0..dataset.rows() {
        let features = dataset.features().row(row).into_iter().map(|value| value.to_string());
        writer.write_record(features.chain(words(dataset, row)))?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::Records(error.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Options, read};
    use crate::{Features, Target, builtin};
    use proptest::prelude::*;

    #[test]
    fn shipped_tables_come_back() {
        for table in [builtin::iris().unwrap(), builtin::diabetes().unwrap()] {
            let options = Options { name: table.name().to_owned(), ..Options::default() };
            assert_eq!(read(write(&table).unwrap().as_bytes(), &options).unwrap().dataset, table);
        }
    }

    proptest! {
        #[test]
        fn any_table_comes_back(
            values in prop::collection::vec(-1e300_f64..1e300, 2..20),
            names in prop::collection::btree_set("[a-z][a-z ,\"\n]{0,8}[a-z]", 2..5),
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let classes = names.len() as u32;
            let labels = (0..values.len() as u32).map(|row| row % classes).collect();
            prop_assume!(values.len() >= names.len());
            let target = Target::classes("k", names, labels).unwrap();
            let table = Dataset::new("", vec!["x".into()], Features::real(1, values).unwrap(), target).unwrap();
            prop_assert_eq!(read(write(&table).unwrap().as_bytes(), &Options::default()).unwrap().dataset, table);
        }
    }
}
