//! The state of reading a graph: names, stages, functions, and what was learnt on the way.
//!
//! Must not know: what an operation means; see the other files of this folder.

use std::collections::HashMap;
use std::rc::Rc;

use super::attributes::Node;
use super::constant::{Constant, Data};
use super::function::{Expression, FunctionId, Functions, Unary, VARIABLE};
use super::identify::{Found, identify};
use super::layer::Layer;
use super::stage::{Affine, Rows, Stage, StageId, Value, Work};
use crate::Function;

/// The most layers of a network that is read.
const MAX_STAGES: usize = 2_000;

/// The most numbers in a list of axes or lengths.
const MOST_AXES: usize = 8;

/// How many bytes of numbers a file may give beyond those in it: single slopes and factors that hold for a whole row.
const SPARE_BYTES: usize = 16 << 20;

/// What one step of reading gives, or the sentence that says why it cannot be made.
pub(super) type Step<T> = Result<T, String>;

/// The state.
#[derive(Debug)]
pub(super) struct Reader {
    /// The version of ONNX's operations.
    pub(super) opset: i64,
    /// Whether the input's batch is a fixed number.
    pub(super) fixed_batch: bool,
    /// The functions between stages.
    pub(super) functions: Functions,
    /// Names of classes, if an operation told them.
    pub(super) classes: Option<Vec<String>>,
    /// Remarks for the user.
    pub(super) notes: Vec<String>,
    stages: Vec<Stage>,
    values: HashMap<String, Value>,
    settled: HashMap<Rows, StageId>,
    /// Which node each function ends in, for messages.
    origins: HashMap<FunctionId, String>,
    spare: usize,
}

impl Reader {
    /// The state before the first node, for a graph whose input `name` has rows of `width`; `file` is the length of the file.
    pub(super) fn new(opset: i64, name: String, width: usize, file: usize) -> Self {
        let input = Stage { parent: None, work: Work::Input, width };
        let rows = Value::Rows(Rows { stage: StageId(0), function: VARIABLE });
        Reader {
            opset,
            fixed_batch: false,
            functions: Functions::new(),
            classes: None,
            notes: Vec::new(),
            stages: vec![input],
            values: HashMap::from([(name, rows)]),
            settled: HashMap::new(),
            origins: HashMap::new(),
            spare: file.saturating_add(SPARE_BYTES),
        }
    }

    /// Makes the input one of more axes than two, which has to be flattened.
    pub(super) fn fold_input(&mut self) {
        self.values.values_mut().for_each(|value| *value = Value::Folded);
    }

    /// What a name stands for.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Gives a name to a value; returns whether it had one.
    pub(super) fn define(&mut self, name: String, value: Value) -> bool {
        self.values.insert(name, value).is_some()
    }

    /// A stage.
    pub(super) fn stage(&self, id: StageId) -> &Stage {
        &self.stages[id.0]
    }

    /// Takes what a stage does out of the list.
    pub(super) fn take_work(&mut self, id: StageId) -> Work {
        std::mem::replace(&mut self.stages[id.0].work, Work::Input)
    }

    /// The width of rows.
    pub(super) fn width(&self, rows: Rows) -> usize {
        self.stage(rows.stage).width
    }

    /// Adds a note once.
    pub(super) fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|other| other == note) {
            self.notes.push(note.to_owned());
        }
    }

    /// Counts memory for numbers of layers, since a small file can use one matrix a thousand times.
    ///
    /// # Errors
    /// That there are too many.
    pub(super) fn take(&mut self, numbers: usize, bytes_each: usize) -> Step<()> {
        let bytes = numbers.saturating_mul(bytes_each);
        let left = self.spare.checked_sub(bytes);
        self.spare = left.ok_or(
            "the layers together have more numbers than the file; expected each matrix to be used once",
        )?;
        Ok(())
    }

    /// Rows of a value.
    ///
    /// # Errors
    /// What came instead.
    pub(super) fn rows(&self, value: &Value) -> Step<Rows> {
        match value {
            Value::Rows(rows) => Ok(*rows),
            Value::Constant(constant) => Err(format!(
                "expected rows from the graph's input, got a constant of shape {}",
                constant.shape()
            )),
            Value::Folded => {
                Err("the input has more than two axes; expected it to be flattened first".to_owned())
            }
            Value::BothSides(_) => {
                Err("it computes with [1 - p, p]; expected them to be the output of the graph".to_owned())
            }
            Value::Answer => Err("its input is a class or label, not numbers; expected rows".to_owned()),
        }
    }

    /// A constant of a value.
    ///
    /// # Errors
    /// That it is none; `what` says what it should be.
    pub(super) fn constant(&self, value: Option<&Value>, what: &str) -> Step<Rc<Constant>> {
        match value {
            Some(Value::Constant(constant)) => Ok(Rc::clone(constant)),
            Some(_) => Err(format!("{what} is computed; expected a constant")),
            None => Err(format!("{what} is missing; expected a constant")),
        }
    }

    /// One number for all columns, or one for each, of a constant; counts the memory.
    pub(super) fn columns(&mut self, constant: &Constant, width: usize, what: &str) -> Step<Vec<f64>> {
        let values = constant.numbers().map_err(|fault| format!("{what}: {fault}"))?;
        let count = values.len();
        let along_rows = constant.dims.last().is_none_or(|last| *last == count);
        self.take(width, size_of::<f64>())?;
        // A long list is copied only where it is one of columns.
        match count {
            1 => Ok(values.to_f64().repeat(width)),
            _ if count == width && along_rows => Ok(values.to_f64()),
            _ => Err(format!(
                "{what} does not fit the rows; expected shape [{width}], got {}",
                constant.shape()
            )),
        }
    }

    /// The rows after one more stage.
    pub(super) fn push(&mut self, parent: StageId, work: Work, width: usize) -> Step<StageId> {
        if self.stages.len() >= MAX_STAGES {
            return Err(format!("the network is too deep; expected at most {MAX_STAGES} layers"));
        }
        self.stages.push(Stage { parent: Some(parent), work, width });
        Ok(StageId(self.stages.len() - 1))
    }

    /// The value after a layer is put behind these rows.
    pub(super) fn layer(&mut self, rows: Rows, layer: Layer, width: usize) -> Step<Value> {
        let parent = self.settle(rows)?;
        self.work(parent, Work::Layer(layer), width)
    }

    /// The value after an affine map of columns.
    pub(super) fn affine(&mut self, rows: Rows, affine: Affine) -> Step<Value> {
        let parent = self.settle(rows)?;
        let width = self.stage(parent).width;
        self.work(parent, Work::Affine(affine), width)
    }

    fn work(&mut self, parent: StageId, work: Work, width: usize) -> Step<Value> {
        let stage = self.push(parent, work, width)?;
        Ok(Value::Rows(Rows { stage, function: VARIABLE }))
    }

    /// The value of a function of rows that are there already.
    pub(super) fn function(&mut self, stage: StageId, function: Expression) -> Value {
        Value::Rows(Rows { stage, function: self.functions.push(function) })
    }

    /// The stage whose rows these are: a function that stands between becomes a stage of its own.
    ///
    /// # Errors
    /// If the function is no activation.
    pub(super) fn settle(&mut self, rows: Rows) -> Step<StageId> {
        if rows.function == VARIABLE {
            return Ok(rows.stage);
        }
        if let Some(stage) = self.settled.get(&rows) {
            return Ok(*stage);
        }
        let stage = self.settle_function(rows)?;
        self.settled.insert(rows, stage);
        Ok(stage)
    }

    fn settle_function(&mut self, Rows { stage, function }: Rows) -> Step<StageId> {
        if let Some(scalars) = self.functions.affine(function) {
            return self.scalar_affine(stage, scalars);
        }
        if let Some(activation) = self.of_softmax(stage, function) {
            let Stage { parent, width, .. } = *self.stage(stage);
            return self.push(parent.unwrap_or(stage), Work::Layer(Layer::Activation(activation)), width);
        }
        let Found { activation, inner } =
            identify(&self.functions, function).ok_or_else(|| self.no_activation(function))?;
        let stage = match inner {
            Some(scalars) => self.scalar_affine(stage, scalars)?,
            None => stage,
        };
        let width = self.stage(stage).width;
        self.push(stage, Work::Layer(Layer::Activation(activation)), width)
    }

    fn no_activation(&self, function: FunctionId) -> String {
        let origin = self.origins.get(&function).map_or("a node", String::as_str);
        let names: Vec<&str> = Function::ALL.iter().map(|function| function.name()).collect();
        format!(
            "{origin} ends a function that is no activation known here; expected one of {}",
            names.join(", ")
        )
    }

    /// Notes which node made a value.
    pub(super) fn made_by(&mut self, value: &Value, node: &Node) {
        if let Value::Rows(rows) = value
            && rows.function != VARIABLE
        {
            self.origins
                .entry(rows.function)
                .or_insert_with(|| format!("`{}` ({})", node.name, node.op.escape_debug()));
        }
    }

    /// The same factor and term for all columns.
    fn scalar_affine(&mut self, stage: StageId, (factor, term): (f64, f64)) -> Step<StageId> {
        let width = self.stage(stage).width;
        self.take(2 * width, size_of::<f64>())?;
        let affine = Affine { factor: vec![factor; width], term: vec![term; width] };
        self.push(stage, Work::Affine(affine), width)
    }

    /// The logarithm of a softmax, or the exponential of a log-softmax.
    fn of_softmax(&self, stage: StageId, function: FunctionId) -> Option<Function> {
        match (&self.stage(stage).work, self.functions.get(function)) {
            (Work::Layer(Layer::Activation(Function::Softmax)), Expression::Unary(Unary::Log, VARIABLE)) => {
                Some(Function::LogSoftmax)
            }
            (
                Work::Layer(Layer::Activation(Function::LogSoftmax)),
                Expression::Unary(Unary::Exp, VARIABLE),
            ) => Some(Function::Softmax),
            _ => None,
        }
    }

    /// The rows that a node takes at this place.
    ///
    /// # Errors
    /// That there are none.
    pub(super) fn rows_of(&self, node: &Node, place: usize) -> Step<Rows> {
        self.rows(self.operand(node, place).ok_or("its input is missing")?)
    }

    /// What a node takes at this place; `None` if it is left out.
    pub(super) fn operand(&self, node: &Node, place: usize) -> Option<&Value> {
        node.inputs.get(place).filter(|name| !name.is_empty()).and_then(|name| self.value(name))
    }

    /// A constant list of whole numbers that a node takes at this place, such as axes; `None` if it is left out.
    pub(super) fn integers(&self, node: &Node, place: usize, what: &str) -> Step<Option<Vec<i64>>> {
        match self.operand(node, place) {
            None => Ok(None),
            value => {
                let constant = self.constant(value, what)?;
                let values = constant.integers().map_err(|fault| format!("{what}: {fault}"))?;
                if values.len() > MOST_AXES {
                    let got = values.len();
                    return Err(format!("{what}: expected at most {MOST_AXES} numbers, got {got}"));
                }
                Ok(Some(values.iter().collect()))
            }
        }
    }

    /// Notes the names of classes that a constant lists, the first time that one does.
    pub(super) fn learn_classes(&mut self, data: &Data) {
        if self.classes.is_some() {
            return;
        }
        match data {
            Data::Texts(texts) => self.classes = Some(texts.clone()),
            Data::Integers(numbers) => {
                self.classes = Some(numbers.iter().map(|number| number.to_string()).collect());
            }
            Data::Numbers(_) | Data::Other(_) => {}
        }
    }
}
