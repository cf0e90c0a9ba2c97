//! What is encoded is decoded, bit for bit.

mod common;

use chainrule_files::{ModelFile, NonFinite, Tensor, Values, decode, decode_with, encode, encode_with};
use common::{full_model, small_model, table_model};
use proptest::prelude::*;

/// The bits of all values, so that -0 and 0, and NaN and NaN, compare as they should.
fn bits(model: &ModelFile) -> Vec<(String, Vec<u64>)> {
    let of = |values: &Values| match values {
        Values::F32(values) => values.iter().map(|v| u64::from(v.to_bits())).collect(),
        Values::F64(values) => values.iter().map(|v| v.to_bits()).collect(),
    };
    model.tensors.iter().map(|tensor| (tensor.name.clone(), of(&tensor.values))).collect()
}

#[test]
fn a_model_with_every_field_comes_back_whole() {
    let model = full_model();
    let back = decode(&encode(&model).unwrap()).unwrap();
    assert_eq!(back, model);
    assert_eq!(bits(&back), bits(&model));
}

#[test]
fn a_model_of_a_table_comes_back_whole() {
    let model = table_model();
    assert_eq!(model.record.input_width(), Some(11));
    assert_eq!(decode(&encode(&model).unwrap()).unwrap(), model);
}

/// The model of a table in format 1, stored for ever as the other one.
#[test]
fn the_bytes_of_a_table_in_format_1_do_not_change() {
    let stored = include_bytes!("format_1_table.safetensors");
    let mut model = decode(stored).unwrap();
    assert_eq!(model.record.written_by, "0.1.0");
    assert_eq!(encode(&model).unwrap(), stored);
    model.record.written_by = table_model().record.written_by;
    assert_eq!(model, table_model());
}

#[test]
fn a_model_without_tensors_comes_back() {
    let model = ModelFile { tensors: Vec::new(), ..small_model() };
    assert_eq!(decode(&encode(&model).unwrap()).unwrap(), model);
}

#[test]
fn the_order_of_the_tensors_does_not_change_the_bytes() {
    let model = full_model();
    let mut turned = model.clone();
    turned.tensors.reverse();
    assert_eq!(encode(&turned).unwrap(), encode(&model).unwrap());
}

#[test]
fn decoding_and_encoding_again_gives_the_same_bytes() {
    let bytes = encode(&full_model()).unwrap();
    assert_eq!(encode(&decode(&bytes).unwrap()).unwrap(), bytes);
}

/// Format 1, stored for ever: what was once written must always be read, and written the same.
#[test]
fn the_bytes_of_format_1_do_not_change() {
    let stored = include_bytes!("format_1.safetensors");
    let mut model = decode(stored).unwrap();
    assert_eq!(model.record.written_by, "0.1.0");
    assert_eq!(encode(&model).unwrap(), stored);
    model.record.written_by = full_model().record.written_by;
    assert_eq!(model, full_model());
}

#[test]
fn values_that_are_not_finite_come_back_on_request_only() {
    let mut model = small_model();
    let odd_nan = f32::from_bits(0x7fc1_2345);
    model.tensors[1].values = Values::F32(vec![f32::NEG_INFINITY, odd_nan]);
    let bytes = encode_with(&model, NonFinite::Allow).unwrap();
    assert!(decode(&bytes).is_err());
    assert_eq!(bits(&decode_with(&bytes, NonFinite::Allow).unwrap()), bits(&model));
}

fn any_values(length: usize) -> impl Strategy<Value = Values> {
    let narrow = proptest::collection::vec(any::<u32>(), length)
        .prop_map(|bits| Values::F32(bits.into_iter().map(f32::from_bits).collect()));
    let wide = proptest::collection::vec(any::<u64>(), length)
        .prop_map(|bits| Values::F64(bits.into_iter().map(f64::from_bits).collect()));
    prop_oneof![narrow, wide]
}

fn any_tensor() -> impl Strategy<Value = Tensor> {
    let shape = proptest::collection::vec(1_usize..5, 0..4);
    let parts = shape.prop_flat_map(|shape| {
        let length = shape.iter().product();
        (any_values(length), Just(shape), any::<bool>())
    });
    parts.prop_map(|(values, shape, trainable)| Tensor { name: String::new(), shape, values, trainable })
}

fn any_tensors() -> impl Strategy<Value = Vec<Tensor>> {
    proptest::collection::btree_map("[a-zé0-9. \"\\\\]{1,12}", any_tensor(), 0..6)
        .prop_map(|named| named.into_iter().map(|(name, tensor)| Tensor { name, ..tensor }).collect())
}

proptest! {
    #[test]
    fn any_tensors_come_back_bit_for_bit(tensors in any_tensors()) {
        let model = ModelFile { tensors, ..small_model() };
        let bytes = encode_with(&model, NonFinite::Allow).unwrap();
        let back = decode_with(&bytes, NonFinite::Allow).unwrap();
        prop_assert_eq!(bits(&back), bits(&model));
        prop_assert_eq!(encode_with(&back, NonFinite::Allow).unwrap(), bytes);
    }

    #[test]
    fn any_number_of_a_rule_comes_back_bit_for_bit(bits in prop::array::uniform4(any::<u64>())) {
        let [fill, centre, spread, origin] = bits.map(f64::from_bits);
        let spread = spread.abs();
        prop_assume!([fill, centre, spread, origin].iter().all(|number| number.is_finite()));
        let mut model = table_model();
        let preparation = model.record.preparation.as_mut().unwrap();
        preparation.columns[0].rule = chainrule_files::ColumnRule::Number { fill, indicator: false, centre, spread };
        let part = chainrule_files::TimePart { part: chainrule_files::TimePartKind::Year, centre, spread };
        preparation.columns[4].rule = chainrule_files::ColumnRule::DateTime {
            order: None, origin, fill, indicator: false, parts: vec![part],
        };
        prop_assert_eq!(decode(&encode(&model).unwrap()).unwrap().record, model.record);
    }

    #[test]
    fn any_scaling_comes_back_bit_for_bit(bits in any::<u64>(), above in any::<u64>()) {
        let (mean, deviation) = (f64::from_bits(bits), f64::from_bits(above >> 1));
        prop_assume!(mean.is_finite() && deviation.is_finite() && deviation > 0.0);
        let mut model = small_model();
        model.record.scaling =
            chainrule_files::Scaling::Standard { mean: vec![mean], deviation: vec![deviation] };
        prop_assert_eq!(decode(&encode(&model).unwrap()).unwrap().record, model.record);
    }
}
