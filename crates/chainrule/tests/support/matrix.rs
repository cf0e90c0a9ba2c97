//! Matrices as a textbook has them: no speed, every sum written out.

/// A matrix of numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f64>,
}

impl Matrix {
    pub(crate) fn new(rows: usize, columns: usize, values: &[f64]) -> Self {
        assert_eq!(values.len(), rows * columns, "a matrix of {rows} x {columns}");
        Matrix { rows, columns, values: values.to_vec() }
    }

    pub(crate) fn from_fn(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..rows * columns).map(|place| value(place / columns, place % columns)).collect();
        Matrix { rows, columns, values }
    }

    pub(crate) fn column(values: &[f64]) -> Self {
        Matrix::new(values.len(), 1, values)
    }

    pub(crate) fn ones(rows: usize, columns: usize) -> Self {
        Matrix::from_fn(rows, columns, |_, _| 1.0)
    }

    /// The square matrix with a column's numbers on its diagonal.
    pub(crate) fn diagonal(column: &Matrix) -> Self {
        Matrix::from_fn(column.rows, column.rows, |i, j| if i == j { column.values[i] } else { 0.0 })
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// The matrix product.
    pub(crate) fn times(&self, other: &Matrix) -> Self {
        assert_eq!(self.columns, other.rows, "a product of {} columns and {} rows", self.columns, other.rows);
        let sum = |i: usize, j: usize| (0..self.columns).map(|k| self.at(i, k) * other.at(k, j)).sum();
        Matrix::from_fn(self.rows, other.columns, sum)
    }

    pub(crate) fn transposed(&self) -> Self {
        Matrix::from_fn(self.columns, self.rows, |i, j| self.at(j, i))
    }

    pub(crate) fn map(&self, function: impl Fn(f64) -> f64) -> Self {
        Matrix { values: self.values.iter().map(|x| function(*x)).collect(), ..*self }
    }

    /// Element by element.
    pub(crate) fn with(&self, other: &Matrix, function: impl Fn(f64, f64) -> f64) -> Self {
        assert_eq!((self.rows, self.columns), (other.rows, other.columns), "matrices of one shape");
        let values = self.values.iter().zip(&other.values).map(|(a, b)| function(*a, *b)).collect();
        Matrix { values, ..*self }
    }

    pub(crate) fn plus(&self, other: &Matrix) -> Self {
        self.with(other, |a, b| a + b)
    }

    pub(crate) fn minus(&self, other: &Matrix) -> Self {
        self.with(other, |a, b| a - b)
    }

    /// The elementwise product.
    pub(crate) fn masked(&self, other: &Matrix) -> Self {
        self.with(other, |a, b| a * b)
    }

    /// The sum of the rows.
    pub(crate) fn sum_of_rows(&self) -> Vec<f64> {
        (0..self.columns).map(|j| (0..self.rows).map(|i| self.at(i, j)).sum()).collect()
    }
}
