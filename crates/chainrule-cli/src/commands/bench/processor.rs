//! The processor's name, as far as the system tells it without asking the processor itself.

use std::process::Command;

/// A name such as `AMD EPYC (family 26, model 2)`, or the kind of processor where the system does not tell.
pub(crate) fn name() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| from_cpuinfo(&text));
    told.or_else(apple).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Of the first processor in Linux's list. Virtual machines shorten the name, so family and model are added.
fn from_cpuinfo(text: &str) -> Option<String> {
    let field = |name: &str| {
        let line =
            text.lines().find(|line| line.split(':').next().is_some_and(|label| label.trim() == name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let name = field("model name").filter(|name| !name.is_empty())?;
    match (field("cpu family"), field("model")) {
        (Some(family), Some(model)) => Some(format!("{name} (family {family}, model {model})")),
        _ => Some(name),
    }
}

fn apple() -> Option<String> {
    let output = Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::from_cpuinfo;

    #[test]
    fn the_first_processor_is_named_with_family_and_model() {
        let text =
            "processor\t: 0\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\n";
        assert_eq!(from_cpuinfo(text).unwrap(), "AMD EPYC (family 26, model 2)");
        assert_eq!(from_cpuinfo("processor : 0\nBogoMIPS : 50\n"), None);
    }
}
