//! The shipped text tables: iris, wine, breast-cancer, diabetes. They are read by [`crate::csv`], like any other.
//!
//! Classes are numbered as scikit-learn numbers them, so that results compare. Sources and licences: `assets/README.md`.

use crate::csv::{self, Options};
use crate::{Dataset, Error};

const IRIS: &str = include_str!("../../assets/iris.csv");
const WINE: &str = include_str!("../../assets/wine.csv");
const BREAST_CANCER: &str = include_str!("../../assets/breast-cancer.csv");
const DIABETES: &str = include_str!("../../assets/diabetes.csv");

/// Iris as text, with the header `sepallength,sepalwidth,petallength,petalwidth,class`. Cannot fail.
///
/// Line 35 and line 38 of the data hold Fisher's values, as scikit-learn has them; UCI's copy errs there.
pub fn iris_csv() -> &'static str {
    IRIS
}

/// Iris: 150 flowers, 4 lengths in cm, 3 species of 50 rows each, in the published order.
///
/// # Errors
/// None in practice; the shipped file is read as any other.
///
/// Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936).
///
/// ```
/// let iris = chainrule_data::builtin::iris()?;
/// assert_eq!(iris.features().row(0), [5.1, 3.5, 1.4, 0.2]);
/// assert_eq!(iris.target().class_names().unwrap()[2], "Iris-virginica");
/// # Ok::<(), chainrule_data::Error>(())
/// ```
pub fn iris() -> Result<Dataset, Error> {
    read("iris", IRIS)
}

/// Wine: 178 Italian wines, 13 chemical measurements, 3 cultivars.
///
/// # Errors
/// None in practice; the shipped file is read as any other.
///
/// Source: S. Aeberhard, M. Forina, "Wine", UCI machine learning repository (1991).
pub fn wine() -> Result<Dataset, Error> {
    read("wine", WINE)
}

/// Breast cancer (Wisconsin, diagnostic): 569 tumours, 30 measurements of cell nuclei; class 0 is malignant, 1 benign.
///
/// # Errors
/// None in practice; the shipped file is read as any other.
///
/// Source: W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI machine learning repository (1995).
pub fn breast_cancer() -> Result<Dataset, Error> {
    let table = read("breast-cancer", BREAST_CANCER)?;
    let target = table.target().clone().with_classes(&["malignant".into(), "benign".into()])?;
    table.with_target(target)
}

/// Diabetes: 442 patients, 10 measurements as taken (not scaled), progression after one year: a regression.
///
/// # Errors
/// None in practice; the shipped file is read as any other.
///
/// Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, "Least angle regression", Annals of Statistics 32 (2004).
pub fn diabetes() -> Result<Dataset, Error> {
    read("diabetes", DIABETES)
}

fn read(name: &str, text: &str) -> Result<Dataset, Error> {
    let options = Options { name: name.to_owned(), ..Options::default() };
    csv::read(text.as_bytes(), &options).map(|table| table.dataset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iris_has_the_documents_header_and_lines() {
        let lines: Vec<&str> = iris_csv().lines().collect();
        assert_eq!(lines.len(), 151);
        assert_eq!(lines[0], "sepallength,sepalwidth,petallength,petalwidth,class");
        assert_eq!(lines[1], "5.1,3.5,1.4,0.2,Iris-setosa");
        assert_eq!(lines[51], "7.0,3.2,4.7,1.4,Iris-versicolor");
        assert_eq!(lines[101], "6.3,3.3,6.0,2.5,Iris-virginica");
        assert_eq!(lines[35], "4.9,3.1,1.5,0.2,Iris-setosa");
        assert_eq!(lines[38], "4.9,3.6,1.4,0.1,Iris-setosa");
        assert_eq!(iris().unwrap().target().class_counts().unwrap(), [50, 50, 50]);
    }

    #[test]
    fn tables_have_the_published_class_counts() {
        assert_eq!(wine().unwrap().target().class_counts().unwrap(), [59, 71, 48]);
        assert_eq!(breast_cancer().unwrap().target().class_counts().unwrap(), [212, 357]);
        assert_eq!(breast_cancer().unwrap().target().class_names().unwrap(), ["malignant", "benign"]);
    }

    #[test]
    fn diabetes_keeps_its_units() {
        let table = diabetes().unwrap();
        assert_eq!(table.features().row(0), [59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0]);
        let crate::Target::Values { values, .. } = table.target() else { panic!("a regression") };
        assert_eq!((values[0], values.iter().sum::<f64>()), (151.0, 67243.0));
    }
}
