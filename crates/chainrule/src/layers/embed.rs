//! Embedding: blocks of columns, one for each level of a category, become a few trained numbers.

use core::fmt::Write;
use core::ops::Range;
use core::str::FromStr;

use chainrule_engine::{Dim, Shape, Tensor};

use super::{Layer, Parameter, Role, Scope};
use crate::Error;
use crate::initializers::{Fans, Initializer};

/// Replaces each block of columns by its product with a matrix; other columns stay as they are, in their place.
///
/// ```text
/// y = (x_0..a, x_a..b E1, x_b..c, x_c..d E2, ...)
/// ```
///
/// Shapes: `x: [batch, inputs]`; a block of `levels` columns and its `weight<k>: [levels, width]` give `width` columns. Where a
/// block has a single 1, as the one-hot columns of a category have, the product is the row of that level: PyTorch's `Embedding`
/// and its layout. A block of zeros gives zeros, any other block a sum of rows by its numbers, so nothing is refused. Written as a
/// product it is differentiated, split among threads and exported like any other; zeros are skipped by the kernels.
///
/// Rows start as normal numbers with mean 0 and deviation 1, whatever rule is chosen for weights: as in PyTorch and as in
/// `RealMLP` (Holzmüller, Grinsztajn and Steinwart, "Better by default", NeurIPS 2024, whose code calls it `normal`), so that
/// they are of the size of standardised numbers beside them. Their role is [`Role::Embedding`].
///
/// In text: `embed(4..16:8+20..50:8)`, first column, column after the last, width; columns are counted from 0.
///
/// Source: Bengio, Ducharme, Vincent and Jauvin, "A neural probabilistic language model", JMLR 3, 2003; for categories Guo and
/// Berkhahn, "Entity embeddings of categorical variables", arXiv 1604.06737.
///
/// ```
/// use chainrule::layers::{Embed, Layer};
/// let layer = Embed::new([(4..16, 8), (20..50, 8)]);
/// assert_eq!(layer.spec(), "embed(4..16:8+20..50:8)");
/// assert_eq!(layer.outputs(60)?, 4 + 8 + 4 + 8 + 10);
/// assert_eq!(layer.parameters(60)[1].shape.to_string(), "[30, 8]");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    columns: Range<usize>,
    width: usize,
}

/// What the text of the layer looks like.
const FORM: &str =
    "blocks of columns with their widths, such as `embed(0..12:8)` or `embed(4..16:8+20..50:8)`";

impl Embed {
    /// Embeds blocks of columns, each given with its width, from left to right.
    pub fn new(blocks: impl IntoIterator<Item = (Range<usize>, usize)>) -> Self {
        Embed { blocks: blocks.into_iter().map(|(columns, width)| Block { columns, width }).collect() }
    }

    /// The blocks of columns and the widths that they become, from left to right.
    pub fn blocks(&self) -> impl Iterator<Item = (Range<usize>, usize)> {
        self.blocks.iter().map(|block| (block.columns.clone(), block.width))
    }

    /// Refuses blocks that overlap, are out of order, empty or beyond the input.
    fn check(&self, inputs: usize) -> Result<(), Error> {
        let wrong = |setting, expected, got: usize| {
            Err(Error::InvalidSetting { owner: "embed", setting, expected, got: got as f64 })
        };
        if self.blocks.is_empty() {
            return wrong("blocks", "at least one block of columns", 0);
        }
        let mut before = 0;
        for Block { columns, width } in &self.blocks {
            if columns.start < before {
                return wrong("first column", "blocks from left to right that do not overlap", columns.start);
            }
            if columns.end <= columns.start {
                return wrong("end column", "a column after the first of its block", columns.end);
            }
            if columns.end > inputs {
                return wrong("end column", "at most the width of the rows before it", columns.end);
            }
            if *width == 0 {
                return wrong("width", "at least 1", 0);
            }
            before = columns.end;
        }
        Ok(())
    }
}

impl Layer for Embed {
    fn kind(&self) -> &'static str {
        "embed"
    }

    fn spec(&self) -> String {
        let mut text = String::from("embed(");
        for (number, Block { columns, width }) in self.blocks.iter().enumerate() {
            let plus = if number == 0 { "" } else { "+" };
            // A String takes everything.
            let _ = write!(text, "{plus}{}..{}:{width}", columns.start, columns.end);
        }
        text + ")"
    }

    fn describe(&self, _: usize) -> String {
        let levels: usize = self.blocks.iter().map(|block| block.columns.len()).sum();
        let width: usize = self.blocks.iter().map(|block| block.width).sum();
        match self.blocks.len() {
            1 => format!("embedding of {levels} columns in {width}"),
            count => format!("{count} embeddings of {levels} columns in {width}"),
        }
    }

    fn outputs(&self, inputs: usize) -> Result<usize, Error> {
        self.check(inputs)?;
        let kept = self.blocks.iter().fold(inputs, |left, block| left - block.columns.len());
        Ok(self.blocks.iter().fold(kept, |width, block| width.saturating_add(block.width)))
    }

    fn parameters(&self, _: usize) -> Vec<Parameter> {
        let parameter = |(number, block): (usize, &Block)| Parameter {
            name: format!("weight{number}"),
            shape: Shape::from([block.columns.len(), block.width]),
            role: Role::Embedding,
            initializer: Initializer::Normal { deviation: 1.0 },
            fans: Fans { inputs: block.columns.len(), outputs: block.width },
        };
        (1..).zip(&self.blocks).map(parameter).collect()
    }

    fn forward<'t>(&self, scope: &mut Scope<'t>, x: Tensor<'t>) -> Tensor<'t> {
        // The network has checked that `x` has as many columns as the blocks were checked against.
        let Some(Dim::Fixed(width)) = x.shape().last() else { return x };
        let (mut parts, mut done) = (Vec::new(), 0);
        for (number, Block { columns, .. }) in (1..).zip(&self.blocks) {
            if done < columns.start {
                parts.push(x.slice(1, done..columns.start));
            }
            let whole = *columns == (0..width);
            let block = if whole { x } else { x.slice(1, columns.clone()) };
            parts.push(block.matmul(scope.parameter(&format!("weight{number}"))));
            done = columns.end;
        }
        if done < width {
            parts.push(x.slice(1, done..width));
        }
        match &parts[..] {
            [] => x,
            [only] => *only,
            [first, others @ ..] => first.concat(others, 1),
        }
    }
}

impl FromStr for Embed {
    type Err = Error;

    /// Reads `embed(4..16:8+20..50:8)`; whether the columns exist is seen when the layer is put into a network.
    ///
    /// # Errors
    /// [`Error::Argument`] for any other text.
    fn from_str(text: &str) -> Result<Self, Error> {
        let inner = text.trim().strip_prefix("embed").map(str::trim);
        let inner = inner.and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
        let blocks = inner.and_then(|inner| inner.split('+').map(block).collect::<Option<Vec<_>>>());
        let wrong = || Error::Argument { kind: "layer", text: text.trim().into(), expected: FORM };
        blocks.map(Embed::new).ok_or_else(wrong)
    }
}

/// Reads `4..16:8`.
fn block(text: &str) -> Option<(Range<usize>, usize)> {
    let (columns, width) = text.split_once(':')?;
    let (start, end) = columns.split_once("..")?;
    let number = |text: &str| text.trim().parse().ok();
    Some((number(start)?..number(end)?, number(width)?))
}

#[cfg(test)]
mod tests {
    use super::Embed;
    use crate::layers::testing::{Case, golden_case};
    use crate::layers::{Layer, Mode};
    use crate::testing::{assert_close, numbers};

    #[test]
    fn a_single_one_takes_its_row_and_other_columns_stay() {
        let parameters = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let case = Case::new(&Embed::new([(1..4, 2), (5..7, 1)]), 8, &parameters);
        let x = [
            [-1.0, 0.0, 1.0, 0.0, -2.0, 1.0, 0.0, -3.0],
            [-1.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, -3.0],
            [-1.0, 1.0, 0.0, 0.5, -2.0, 0.0, 1.0, -3.0],
        ];
        let expected = [-1.0, 3.0, 4.0, -2.0, 7.0, -3.0, -1.0, 0.0, 0.0, -2.0, 0.0, -3.0]
            .into_iter()
            .chain([-1.0, 3.5, 5.0, -2.0, 8.0, -3.0]);
        assert_eq!(case.forward(Mode::Predict, x.as_flattened()), expected.collect::<Vec<_>>());
        assert!(case.forward(Mode::Train, &[]).is_empty());
    }

    #[test]
    fn agrees_with_torch() {
        let (case, file) = golden_case(&Embed::new([(0..3, 2), (4..9, 4)]), "embed");
        assert_close("y", &case.forward(Mode::Train, &numbers(&file["x"])), &numbers(&file["y"]));
    }

    #[test]
    fn gradients_agree_with_differences() {
        for blocks in
            [vec![(0..4, 2)], vec![(0..2, 3), (2..4, 1)], vec![(1..3, 2)], vec![(0..1, 1), (3..4, 2)]]
        {
            let layer = Embed::new(blocks);
            for batch in [1, 3] {
                Case::random(&layer, 4).check_gradients(Mode::Train, batch);
            }
        }
    }

    #[test]
    fn the_text_is_read_and_written() {
        for text in ["embed(0..12:8)", "embed(4..16:8+20..50:1)"] {
            assert_eq!(text.parse::<Embed>().unwrap().spec(), text);
        }
        assert_eq!("embed( 0 .. 3 : 2 + 4..6 :1)".parse::<Embed>().unwrap().spec(), "embed(0..3:2+4..6:1)");
        let bad = ["embed", "embed()", "embed(0..3)", "embed(0..3:2", "embed(3:2)", "embed(-1..3:2)"];
        for text in
            bad.into_iter().chain(["embed(0..3:2+)", "embed(0..3:2):8", "embed(0..3:2:2)", "embe(0..3:2)"])
        {
            assert!(text.parse::<Embed>().is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_that_cannot_be_are_refused() {
        let error = |blocks: Vec<(core::ops::Range<usize>, usize)>| {
            Embed::new(blocks).outputs(9).unwrap_err().to_string()
        };
        insta::assert_snapshot!(error(vec![]), @"embed: `blocks` is out of range; expected at least one block of columns, got 0");
        insta::assert_snapshot!(error(vec![(0..3, 2), (2..4, 2)]), @"embed: `first column` is out of range; expected blocks from left to right that do not overlap, got 2");
        insta::assert_snapshot!(error(vec![(3..3, 2)]), @"embed: `end column` is out of range; expected a column after the first of its block, got 3");
        insta::assert_snapshot!(error(vec![(3..10, 2)]), @"embed: `end column` is out of range; expected at most the width of the rows before it, got 10");
        insta::assert_snapshot!(error(vec![(3..9, 0)]), @"embed: `width` is out of range; expected at least 1, got 0");
    }
}
