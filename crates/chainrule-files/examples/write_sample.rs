//! Writes a small model file, and a JSON text of what must be in it, for readers in other languages to agree with:
//! `cargo run -p chainrule-files --example write_sample -- MODEL.safetensors EXPECTED.json`.

use std::collections::BTreeMap;
use std::error::Error;

use chainrule_files::{
    Feature, FeatureKind, ModelFile, ModelRecord, Outputs, Scaling, Target, Task, Tensor, TrainingSummary,
    Values, encode,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model_path, expected_path] = arguments.as_slice() else {
        return Err("expected two paths: MODEL.safetensors EXPECTED.json".into());
    };
    let model = ModelFile { record: record(), tensors: tensors() };
    std::fs::write(model_path, encode(&model)?)?;
    std::fs::write(expected_path, serde_json::to_string(&expected(&model))?)?;
    Ok(())
}

fn record() -> ModelRecord {
    let feature = |name: &str| Feature { name: name.to_owned(), width: 1, kind: FeatureKind::Real };
    let names = ["low", "middle", "high \"ü\""].map(str::to_owned).to_vec();
    ModelRecord {
        features: vec![feature("length"), feature("width")],
        scaling: Scaling::Standard { mean: vec![0.1 + 0.2, -1e-300], deviation: vec![1.0, 5e-324] },
        target: Some(Target { name: "size".to_owned(), outputs: Outputs::Classes { names } }),
        training: Some(TrainingSummary {
            epochs: 20,
            steps: 940,
            seed: 7,
            optimizer: "adam".to_owned(),
            learning_rate: 1e-3,
            batch_size: 32,
            final_loss: 0.25,
            metrics: BTreeMap::from([("validation_accuracy".to_owned(), 0.98)]),
        }),
        ..ModelRecord::new("identity:2,softmax:3", Task::Multiclass, "cross_entropy")
    }
}

fn tensors() -> Vec<Tensor> {
    vec![
        Tensor::new("0.bias", &[3], Values::F32(vec![-0.0, f32::from_bits(1), f32::MAX])),
        Tensor::new("0.weight", &[3, 2], Values::F32(vec![1.0, -2.5, 3.0, f32::MIN_POSITIVE, 0.1, 7.0])),
        Tensor::new("1.running_mean", &[2], Values::F64(vec![-0.0, f64::from_bits(1)])).frozen(),
        Tensor::new("temperature", &[], Values::F64(vec![0.1])),
    ]
}

/// Each tensor's type, shape, bits and whether it is trainable, by name, and the record.
fn expected(model: &ModelFile) -> serde_json::Value {
    let describe = |tensor: &Tensor| {
        let (dtype, bits): (&str, Vec<u64>) = match &tensor.values {
            Values::F32(values) => ("float32", values.iter().map(|v| u64::from(v.to_bits())).collect()),
            Values::F64(values) => ("float64", values.iter().map(|v| v.to_bits()).collect()),
        };
        let fields = serde_json::json!({
            "dtype": dtype, "shape": tensor.shape, "bits": bits, "trainable": tensor.trainable,
        });
        (tensor.name.clone(), fields)
    };
    let tensors: BTreeMap<_, _> = model.tensors.iter().map(describe).collect();
    serde_json::json!({ "tensors": tensors, "model": model.record })
}
