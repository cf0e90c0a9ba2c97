//! Model files that cannot be used: what the user is told.

use crate::common::Folder;
use chainrule_files::{ModelFile, ModelRecord, NonFinite, Task, Tensor, Values, encode_with};

/// The message about a file.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    Folder::new().write("m.safetensors", bytes).refused("predict m.safetensors xor")
}

/// A safetensors file with this header and these bytes of tensors.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// A file whose metadata has our key, so that its tensors are looked at.
fn with_tensors(tensors: &str, data: &[u8]) -> Vec<u8> {
    file(&format!("{{\"__metadata__\":{{\"chainrule\":\"{{}}\"}},{tensors}}}"), data)
}

/// A whole model of two inputs and one output with these tensors, whose checksum is right.
fn model(tensors: Vec<Tensor>) -> Vec<u8> {
    let record = ModelRecord::new("identity:2,sigmoid:1", Task::Binary, "binary_cross_entropy");
    encode_with(&ModelFile { record, tensors }, NonFinite::Allow).unwrap()
}

fn weight(values: [f32; 2]) -> Tensor {
    Tensor::new("layer1.weight", &[1, 2], Values::F32(values.to_vec()))
}

fn bias() -> Tensor {
    Tensor::new("layer1.bias", &[1], Values::F32(vec![0.0]))
}

#[test]
fn a_whole_model_is_used() {
    let folder = Folder::new();
    folder.write("m.safetensors", model(vec![weight([1.0, 2.0]), bias()]));
    folder.write("t.csv", "column_1,column_2\n0,0\n");
    assert_eq!(
        folder.done("predict m.safetensors t.csv"),
        "prediction,probability_0,probability_1\n0,0.5,0.5\n"
    );
}

#[test]
fn entry_38_a_header_that_does_not_fit() {
    insta::assert_snapshot!(refused("abc"), @"error: m.safetensors: model file: too short; expected at least 8 bytes, got 3");
    insta::assert_snapshot!(refused("x,y\n1,2\n3,4\n"), @"
    error: m.safetensors: model file, byte 0: the header does not fit; expected at most 4 bytes, got 734698278355545208
    help: it looks like a text; expected a .safetensors file
    ");
    insta::assert_snapshot!(refused([&(200_u64 << 20).to_le_bytes()[..], b"{}"].concat()), @"error: m.safetensors: model file, byte 0: the header does not fit; expected at most 2 bytes, got 209715200");
}

#[test]
fn entry_39_bytes_of_tensors_that_overlap_or_leave_holes() {
    let tensor = |name: &str, begin: i64, end: i64| {
        format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{begin},{end}]}}")
    };
    let two = |a: String, b: String| refused(with_tensors(&format!("{a},{b}"), &[0; 8]));
    insta::assert_snapshot!(two(tensor("a", 0, 4), tensor("b", 2, 6)), @"error: m.safetensors: tensor `b`: its bytes overlap another tensor's; expected them to begin at 4, got 2");
    insta::assert_snapshot!(two(tensor("a", 0, 2), tensor("b", 4, 8)), @"error: m.safetensors: tensor `a`: its bytes do not fill F32 [1]; expected 4, got 2");
    insta::assert_snapshot!(two(tensor("a", 0, 4), tensor("b", 4, 80)), @"
    error: m.safetensors: tensor `b`: its bytes reach beyond the file; expected an end of at most 8, got 80
    help: the file seems cut short; copy it again
    ");
    insta::assert_snapshot!(two(tensor("a", 4, 0), tensor("b", 4, 8)), @"error: m.safetensors: tensor `a`: its bytes end before they begin; got offsets [4, 0]");
    insta::assert_snapshot!(two(tensor("a", -4, 0), tensor("b", 4, 8)), @"error: m.safetensors: model file, byte 91: the header's entry `a` is malformed: invalid value: integer `-4`, expected usize at line 1 column 84");
}

#[test]
fn entry_40_a_shape_whose_product_overflows() {
    let shape = "\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}";
    insta::assert_snapshot!(refused(with_tensors(shape, &[0; 4])), @"error: m.safetensors: tensor `a`: its shape [4294967296, 4294967296, 4] has more elements than memory can hold");
}

#[test]
fn entry_41_a_type_and_shape_that_do_not_fill_the_bytes() {
    let shape = "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,4]}";
    insta::assert_snapshot!(refused(with_tensors(shape, &[0; 4])), @"error: m.safetensors: tensor `a`: its bytes do not fill F32 [2, 2]; expected 16, got 4");
}

#[test]
fn entry_42_too_many_tensors_and_deep_json() {
    let many: Vec<String> = (0..10_001)
        .map(|at| {
            format!(
                "\"t{at}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{},{}]}}",
                4 * at,
                4 * at + 4
            )
        })
        .collect();
    insta::assert_snapshot!(refused(with_tensors(&many.join(","), &[0; 40_004])), @"error: m.safetensors: model file: too many tensors; expected at most 10000");
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let message = refused(file(&deep, &[]));
    assert!(message.starts_with("error: m.safetensors: model file, byte "), "{message}");
}

#[test]
fn entry_43_a_tensor_without_elements() {
    let shape = "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    insta::assert_snapshot!(refused(with_tensors(shape, &[])), @"error: m.safetensors: tensor `a`: it has no elements; expected each dimension to be at least 1, got [0]");
}

#[test]
fn entry_44_weights_that_are_not_numbers() {
    insta::assert_snapshot!(refused(model(vec![weight([1.0, f32::NAN]), bias()])), @"
    error: m.safetensors: tensor `layer1.weight`: the value at 1 is NaN; expected finite numbers
    help: the training that made it diverged; a lower learning rate helps there
    ");
}

#[test]
fn entry_45_a_shape_that_is_not_the_networks() {
    let wide = Tensor::new("layer1.weight", &[2, 1], Values::F32(vec![1.0, 2.0]));
    insta::assert_snapshot!(refused(model(vec![wide, bias()])), @"error: m.safetensors: tensor `layer1.weight`: its shape does not fit the network; expected [1, 2], got [2, 1]");
}

#[test]
fn entry_46_missing_and_extra_tensors() {
    let extra = Tensor::new("layer9.bias", &[1], Values::F32(vec![0.0]));
    insta::assert_snapshot!(refused(model(vec![weight([1.0, 2.0]), extra])), @"error: m.safetensors: model file: its tensors are not those of its network; missing `layer1.bias`; not expected `layer9.bias`");
}

#[test]
fn entry_47_a_newer_format() {
    let entry = "{\\\"format_version\\\":9,\\\"written_by\\\":\\\"7.0.0\\\"}";
    insta::assert_snapshot!(refused(file(&format!("{{\"__metadata__\":{{\"chainrule\":\"{entry}\"}}}}"), &[])), @"
    error: m.safetensors: model file: written by version 7.0.0 in format 9; this is version 0.1.0 and reads formats up to 1
    help: install a newer chainrule; the file is left as it is
    ");
}

#[test]
fn entry_49_bytes_that_were_changed() {
    let mut bytes = model(vec![weight([1.0, 2.0]), bias()]);
    *bytes.last_mut().unwrap() ^= 1;
    insta::assert_snapshot!(refused(bytes), @"
    error: m.safetensors: model file: the checksum does not match; expected crc32:a5915039, got crc32:73ab069f
    help: the file was damaged or edited after it was written; copy it again
    ");
}

#[test]
fn weights_of_another_program_and_files_that_are_not_there() {
    let tensor = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    insta::assert_snapshot!(refused(file(tensor, &[0; 4])), @"
    error: m.safetensors: model file: its metadata has no entry `chainrule`; it is a safetensors file of another program (tensors: 1)
    help: a file of weights alone does not say which network they belong to; train with `chainrule train --out FILE`
    ");
    let message = Folder::new().refused("inspect none.safetensors");
    assert!(message.starts_with("error: none.safetensors: "), "{message}");
}

#[test]
fn a_network_wider_than_any_memory_is_not_built() {
    let record = ModelRecord::new("identity:1000000000000,relu", Task::Regression, "squared_error");
    let bytes = encode_with(&ModelFile { record, tensors: Vec::new() }, NonFinite::Refuse).unwrap();
    insta::assert_snapshot!(refused(bytes), @"error: m.safetensors: model record: `features`: expected 1000000000000 columns, at most 16777216, got 1000000000000");
}

#[test]
fn a_model_of_other_columns_names_them() {
    let folder = Folder::new();
    folder.done("train xor --epochs 1");
    insta::assert_snapshot!(folder.refused("evaluate xor.safetensors iris"), @"error: iris: header: column `x1`, `x2` is missing; expected it among `sepallength`, `sepalwidth`, `petallength`, `petalwidth`");
}
