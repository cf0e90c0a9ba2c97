//! What charts must do whatever is in them.

use super::{Axis, Bar, Frame, histogram, spark, whiskers};

fn texts(axis: &Axis) -> String {
    axis.ticks(5).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

#[test]
fn axes_end_at_round_numbers() {
    assert_eq!(texts(&Axis::around([0.13, 0.87].into_iter(), "")), "0 0.2 0.4 0.6 0.8 1");
    assert_eq!(texts(&Axis::around([-3.0, 1400.0].into_iter(), "")), "-500 0 500 1000 1500");
    assert_eq!(texts(&Axis::around([5.0, 5.0].into_iter(), "")), "2 4 6 8");
    assert_eq!(texts(&Axis::around([f64::NAN].into_iter(), "")), "0 0.2 0.4 0.6 0.8 1");
}

#[test]
fn losses_of_several_powers_of_ten_have_a_logarithmic_axis() {
    let axis = Axis::of_losses([3.0, 0.002].into_iter(), "loss");
    assert!(axis.is_logarithmic);
    assert_eq!(texts(&axis), "0.001 0.01 0.1 1 10");
    assert!((axis.share(0.001), axis.share(10.0)) == (0.0, 1.0));
    assert!(!Axis::of_losses([3.0, 0.2].into_iter(), "loss").is_logarithmic);
    assert!(!Axis::of_losses([3.0, 0.0].into_iter(), "loss").is_logarithmic);
}

#[test]
fn a_gap_in_the_numbers_is_a_gap_in_the_line() {
    let frame = Frame::new((100.0, 100.0), Axis::new(0.0, 1.0, ""), Axis::new(0.0, 1.0, ""));
    let line = frame.line(&[(0.0, 0.0), (0.5, f64::NAN), (1.0, 1.0)], "s0").into_string();
    assert_eq!(line.matches('M').count(), 2, "{line}");
}

#[test]
fn odd_numbers_make_no_odd_drawings() {
    for value in [f64::NAN, f64::INFINITY, 0.0, -1e300, 1e-300] {
        let bars = [Bar { name: "<b>".into(), value, deviation: value }];
        let drawings = [
            whiskers(&bars, "", "").into_string(),
            histogram((value, value), &[1, 2], ("", ""), "").into_string(),
            spark(&[], "").into_string(),
        ];
        for drawing in drawings {
            assert!(!drawing.contains("NaN") && !drawing.contains("inf\""), "{value}: {drawing}");
            assert!(!drawing.contains("<b>"));
        }
    }
}
