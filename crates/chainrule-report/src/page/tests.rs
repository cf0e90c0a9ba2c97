//! What every page must be: safe whatever names are in the data, whole, small, and always the same.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{CHART_SCRIPT, POLICY, SCRIPT, page};
use crate::picture::base64;
use crate::record::{
    Advice, Calibration, CalibrationBin, Classes, Column, ColumnContent, Curves, Examples, History,
    Importance, Labels, Layer, Network, Numbers, Part, Picture, Quality, Report, Residuals, Row, Shuffled,
    Tile,
};
use crate::{Comparison, Epoch, Level};

/// A name that tries to be markup wherever it stands.
const EVIL: &str = "</style></script><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & \u{202e}";

fn name() -> String {
    EVIL.to_owned()
}

/// A page with something in every section, all names hostile.
fn full(quality: Quality) -> Report {
    let epoch = |number: usize| Epoch {
        number,
        training_loss: 1.0 / number as f64,
        validation_loss: Some(1.2 / number as f64 + if number > 5 { 0.3 } else { 0.0 }),
        training_score: Some(0.5),
        validation_score: Some(0.6),
        learning_rate: 0.01,
    };
    Report {
        title: name(),
        subtitle: name(),
        lead: name(),
        good: true,
        story: vec![name()],
        tiles: vec![Tile { label: name(), value: name(), note: name() }],
        comparison: Some(Comparison { what: "errors", bars: [(name(), 1.0, name()), (name(), 0.2, name())] }),
        advice: vec![Advice { level: Level::Bad, text: name(), command: Some(name()) }],
        notes: vec![name()],
        parts: vec![Part { name: name(), rows: 3, scores: vec![(name(), 0.5)] }],
        history: Some(History { loss: name(), score: name(), epochs: (1..=10).map(epoch).collect() }),
        quality: Some(quality),
        importance: Some(Importance {
            how: name(),
            score: name(),
            columns: vec![Shuffled { name: name(), loss: (0.5, 0.1), score: (-0.1, 0.0) }],
            across: None,
        }),
        columns: columns(),
        examples: Some(examples()),
        network: Some(Network {
            layers: vec![Layer { name: name(), what: name(), shape: name(), parameters: 12 }],
            total: name(),
        }),
        settings: vec![(name(), name())],
        command: name(),
        reproduce: vec![(name(), name())],
        environment: vec![(name(), name())],
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column {
            name: name(),
            kind: name(),
            missing: 1,
            distinct: Some(2),
            content: ColumnContent::Levels(vec![(name(), 3)]),
        },
        Column {
            name: name(),
            kind: name(),
            missing: 0,
            distinct: None,
            content: ColumnContent::Numbers {
                lowest: 0.0,
                highest: f64::NAN,
                mean: 0.5,
                deviation: 0.1,
                histogram: vec![1, 2],
            },
        },
    ]
}

fn examples() -> Examples {
    Examples {
        how: name(),
        wrong: name(),
        place: name(),
        columns: vec![name()],
        rows: vec![Row {
            number: 7,
            actual: name(),
            predicted: name(),
            wrong: name(),
            values: vec![name()],
            picture: None,
        }],
    }
}

fn curves(points: usize) -> Curves {
    let share = |at: usize| at as f64 / points as f64;
    Curves {
        name: name(),
        share: 0.3,
        roc: (0..=points).map(|at| (share(at), share(at).sqrt())).collect(),
        roc_area: 0.66,
        precision_recall: (1..=points).map(|at| (share(at), 1.0 - 0.5 * share(at))).collect(),
        average_precision: 0.75,
    }
}

fn calibration() -> Calibration {
    let bin = |at: usize| CalibrationBin {
        lower: at as f64 / 10.0,
        upper: (at + 1) as f64 / 10.0,
        count: at * 3,
        probability: if at == 0 { f64::NAN } else { at as f64 / 10.0 + 0.05 },
        share: if at == 0 { f64::NAN } else { at as f64 / 10.0 },
    };
    Calibration { what: name(), bins: (0..10).map(bin).collect(), error: 0.05 }
}

fn classes(count: usize) -> Quality {
    let confusion = (0..count * count).map(|at| if at % (count + 1) == 0 { 9 } else { at % 2 }).collect();
    Quality::Classes(Classes {
        names: vec![name(); count],
        confusion,
        curves: vec![curves(20); count.min(8)],
        calibration: Some(calibration()),
    })
}

fn labels() -> Quality {
    Quality::Labels(Labels { curves: vec![curves(10)], calibration: Some(calibration()) })
}

fn numbers(rows: u32) -> Quality {
    let pairs = (0..rows).map(|row| (f64::from(row), f64::from(row % 7))).collect();
    Quality::Numbers(Numbers { outputs: vec![Residuals { name: name(), pairs }] })
}

fn all() -> [Report; 5] {
    [classes(3), classes(30), classes(100), labels(), numbers(50)].map(full)
}

#[test]
fn no_name_becomes_markup() {
    for report in all() {
        let page = page(&report);
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
        assert_eq!(page.matches("<script>").count(), 2, "only the two of this program");
        assert_eq!(page.matches("</style>").count(), 1);
        assert!(!page.contains('\u{202e}'));
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for report in all() {
        let page = page(&report);
        let without_scripts = page.replace(CHART_SCRIPT, "");
        for word in
            [" src=\"http", " href=\"http", "url(", "@import", "<link", "<iframe", "fetch(", "XMLHttpRequest"]
        {
            assert!(!without_scripts.contains(word), "{word}");
        }
    }
}

/// The page's policy allows exactly the scripts that are in it; who changes one puts the new sum there.
#[test]
fn the_policy_knows_the_scripts_by_their_sums() {
    for script in [CHART_SCRIPT, SCRIPT] {
        let sum = base64(&Sha256::digest(script));
        assert!(POLICY.contains(&format!("'sha256-{sum}'")), "expected 'sha256-{sum}' in the policy");
    }
}

/// Every element that is opened is closed in order; ids are unique and links lead to them.
#[test]
fn elements_are_closed_and_links_lead_somewhere() {
    for report in all() {
        let page = page(&report).replace(CHART_SCRIPT, "").replace(SCRIPT, "").replace(super::STYLE, "");
        let mut open: Vec<&str> = Vec::new();
        for piece in page.split('<').skip(1) {
            let name = piece.split(['>', ' ', '\n']).next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if matches!(name, "!doctype" | "meta" | "img" | "br") => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, [] as [&str; 0]);
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        for link in page.split(" href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(unique.contains(link), "{link}");
        }
    }
}

/// Wherever a record may hold a number, it holds one that is none or without bounds.
fn odd() -> Report {
    let mut report = full(numbers(5));
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    if let Some(Quality::Numbers(Numbers { outputs })) = &mut report.quality {
        outputs[0].pairs.extend(odd.map(|x| (x, 1.0)));
        outputs[0].pairs.extend(odd.map(|x| (1.0, x)));
    }
    for (epoch, x) in report.history.iter_mut().flat_map(|history| &mut history.epochs).zip(odd) {
        (epoch.training_loss, epoch.learning_rate) = (x, x);
        (epoch.validation_loss, epoch.validation_score) = (Some(x), Some(x));
    }
    let shuffled = |x: f64| Shuffled { name: name(), loss: (x, x), score: (x, x) };
    report.importance.iter_mut().for_each(|importance| importance.columns.extend(odd.map(shuffled)));
    report.comparison.iter_mut().for_each(|comparison| comparison.bars[1].1 = f64::NAN);
    report
}

/// The same for the pictures of classes.
fn odd_classes() -> Report {
    let mut odd = [curves(20), curves(20), curves(20)];
    for (curves, x) in odd.iter_mut().zip([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
        (curves.share, curves.roc_area, curves.average_precision) = (x, x, x);
        curves.roc.push((1.0, x));
        curves.precision_recall.push((x, 1.0));
    }
    let mut report = full(classes(3));
    if let Some(Quality::Classes(classes)) = &mut report.quality {
        classes.curves = odd.into();
        let bins = classes.calibration.iter_mut().flat_map(|calibration| &mut calibration.bins);
        bins.take(3).for_each(|bin| (bin.probability, bin.share) = (f64::INFINITY, f64::NAN));
    }
    report
}

#[test]
fn drawings_have_words_and_no_odd_numbers() {
    for report in all().into_iter().chain([odd(), odd_classes()]) {
        let page = page(&report);
        let drawings = page.matches("<svg ").count();
        let described = page.matches("role=\"img\" aria-label=").count()
            + page.matches("aria-hidden=\"true\"><rect").count();
        assert_eq!(drawings, described);
        let body = page.split("<body>").nth(1).unwrap().split("<script>").next().unwrap();
        assert!(!body.contains("NaN"));
        // Every other piece between quotes is the value of an attribute.
        for svg in body.split("<svg ").skip(1).map(|rest| rest.split("</svg>").next().unwrap()) {
            for value in svg.split('"').skip(1).step_by(2) {
                assert!(!value.contains("inf"), "{value}");
            }
        }
        for style in body.split(" style=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!style.contains("inf"), "{style}");
        }
    }
}

#[test]
fn a_column_without_values_has_none_shown() {
    let nothing = ColumnContent::Numbers {
        lowest: f64::NAN,
        highest: f64::NAN,
        mean: f64::NAN,
        deviation: f64::NAN,
        histogram: vec![0; 24],
    };
    let column = Column {
        name: "empty".into(),
        kind: "number".into(),
        missing: 9,
        distinct: Some(0),
        content: nothing,
    };
    let text = page(&Report { columns: vec![column], ..Report::default() });
    let cells = "<td class=\"n\">–</td>".repeat(3);
    assert!(text.contains(&cells), "{}", text.split("<tbody>").nth(1).unwrap());
}

#[test]
fn what_is_drawn_is_said_only_where_it_is_less() {
    let section = |curves: Vec<Curves>| {
        let classes =
            Classes { names: vec!["a".into(); 3], confusion: vec![1; 9], curves, calibration: None };
        page(&Report { quality: Some(Quality::Classes(classes)), ..Report::default() })
    };
    // A class that is not among the judged rows has no curve.
    let absent = Curves { roc: Vec::new(), precision_recall: Vec::new(), ..curves(20) };
    assert!(!section(vec![curves(20), curves(20), absent]).contains("with the smallest areas"));
    assert!(section(vec![curves(20); 8]).contains("Drawn are the 6 with the smallest areas."));
    // Of a staircase of a thousand points, three are corners.
    let steps = (0..=1000).map(|at| (0.0, f64::from(at) / 1000.0)).chain([(1.0, 1.0)]).collect();
    let precision_recall = (1..=1000).map(|at| (f64::from(at) / 1000.0, 1.0)).collect();
    let perfect = Curves { roc: steps, precision_recall, ..curves(20) };
    assert!(!section(vec![perfect]).contains("are drawn with"));
    let output = |name: &str| Residuals { name: name.into(), pairs: vec![(1.0, 2.0); 3] };
    let targets = |count: usize| {
        let outputs = ["a", "b", "c", "d", "e"][..count].iter().map(|name| output(name)).collect();
        page(&Report { quality: Some(Quality::Numbers(Numbers { outputs })), ..Report::default() })
    };
    assert!(targets(5).contains("Of 5 target columns, the first 4 are drawn."));
    assert!(!targets(4).contains("target columns, the first"));
    assert!(page(&full(classes(30))).contains("Confused most often: 10 of 435 pairs"));
}

#[test]
fn the_same_records_give_the_same_bytes() {
    for report in all() {
        assert_eq!(page(&report), page(&report.clone()));
    }
}

#[test]
fn a_million_rows_make_no_large_page() {
    let mut report = full(numbers(1_000_000));
    assert!(page(&report).len() < 400_000, "{}", page(&report).len());
    let quality = Classes {
        names: vec!["a".into(), "b".into()],
        confusion: vec![1; 4],
        curves: vec![curves(1_000_000)],
        calibration: None,
    };
    report.quality = Some(Quality::Classes(quality));
    let text = page(&report);
    assert!(text.len() < 400_000, "{}", text.len());
    assert!(text.contains("Curves of up to 1000001 points are drawn with at most 200."));
}

#[test]
fn many_classes_columns_and_epochs_stay_readable() {
    let mut report = full(classes(1000));
    let column = report.columns[1].clone();
    report.columns = vec![column; 3000];
    let epoch = report.history.as_ref().unwrap().epochs[3];
    let epochs = (1..=20_000).map(|number| Epoch { number, ..epoch }).collect();
    report.history = Some(History { epochs, ..Default::default() });
    let text = page(&report);
    assert!(
        text.contains("Of 20000 epochs, 200 are shown.")
            && text.contains("The first 200 of 3000 are listed.")
    );
    assert!(text.contains("The 40 of 1000 classes with the most mistakes."));
}

#[test]
fn what_is_not_there_has_no_section() {
    let text = page(&Report { title: "t".into(), ..Report::default() });
    assert!(!text.contains("<section"));
}

#[test]
fn pictures_are_inside_the_page() {
    let mut report = full(classes(3));
    let picture = Picture { width: 2, pixels: vec![0, 255, 128, 0] };
    report.examples.as_mut().unwrap().rows[0].picture = Some(picture);
    assert!(page(&report).contains("<img src=\"data:image/png;base64,"));
}
