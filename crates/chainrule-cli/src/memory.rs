//! How much memory this program may take, as far as the system says.
//!
//! Must not know: what the memory is for.

use std::fs;

/// The bytes that can be taken before the system or one of its limits refuses: what is available, within the limits of the
/// control group and of the process. `None` where the system does not say.
pub(crate) fn available() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let used = read("/proc/self/statm").unwrap_or_default();
    let limits = read("/proc/self/limits").unwrap_or_default();
    let free = [
        read("/proc/meminfo").and_then(|text| in_meminfo(&text)),
        in_control_group(&read("/proc/self/cgroup").unwrap_or_default(), &read),
        within(in_limits(&limits, "Max address space"), pages(&used, 0)),
        within(in_limits(&limits, "Max data size"), pages(&used, 5)),
    ];
    free.into_iter().flatten().min()
}

/// What the limit leaves.
fn within(limit: Option<u64>, used: Option<u64>) -> Option<u64> {
    Some(limit?.saturating_sub(used.unwrap_or(0)))
}

/// The line `MemAvailable:   22000000 kB`.
fn in_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The soft limit in the line `Max data size   1000   unlimited   bytes`; `None` for no limit.
fn in_limits(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A field of `statm`, in pages of 4096 bytes.
fn pages(text: &str, field: usize) -> Option<u64> {
    text.split_whitespace().nth(field)?.parse::<u64>().ok()?.checked_mul(4096)
}

/// What is left in the control group of version 2 and in those around it, as `0::/user.slice` names it.
fn in_control_group(groups: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<u64> {
    let mut group = groups.lines().find_map(|line| line.strip_prefix("0::"))?.trim_end_matches('/');
    let mut least = None;
    loop {
        let number = |file: &str| read(&format!("/sys/fs/cgroup{group}/{file}"))?.trim().parse::<u64>().ok();
        if let Some(free) = within(number("memory.max"), number("memory.current")) {
            least = Some(least.map_or(free, |least: u64| least.min(free)));
        }
        match group.rsplit_once('/') {
            Some((outer, _)) => group = outer,
            None => return least,
        }
    }
}

/// A number of bytes, written with a unit: no plain number, so that a file of settings holds it as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

/// A size such as `500M` or `1.5G`, or bytes: powers of 1024.
pub(crate) fn size(text: &str) -> Result<Size, String> {
    let units = [("K", 1_u64 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40)];
    let upper = text.trim().to_ascii_uppercase();
    let plain = upper.strip_suffix('B').unwrap_or(&upper);
    let found = units.iter().find_map(|(unit, bytes)| Some((plain.strip_suffix(unit)?, *bytes)));
    let (number, bytes) = found.unwrap_or((plain, 1));
    let size = number.parse::<f64>().ok().map(|number| number * bytes as f64);
    match size.filter(|size| (1.0..1e18).contains(size)) {
        Some(size) => Ok(Size(size as u64)),
        None => Err("expected a size such as 500M or 1.5G".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_powers_of_1024() {
        assert_eq!(size("500M"), Ok(Size(500 << 20)));
        assert_eq!(size("1.5gb"), Ok(Size(3 << 29)));
        assert_eq!(size("4096"), Ok(Size(4096)));
        for text in ["", "M", "-1G", "1X", "nan", "inf", "0"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_least_of_all_limits_counts() {
        assert_eq!(in_meminfo("MemTotal: 9 kB\nMemAvailable:     3 kB\n"), Some(3072));
        let limits = "Max data size             1000                 unlimited            bytes\n\
                      Max address space         unlimited            unlimited            bytes\n";
        assert_eq!(
            (in_limits(limits, "Max data size"), in_limits(limits, "Max address space")),
            (Some(1000), None)
        );
        let files = |path: &str| {
            let text = match path {
                "/sys/fs/cgroup/a/b/memory.max" => "max",
                "/sys/fs/cgroup/a/memory.max" => "5000",
                "/sys/fs/cgroup/a/memory.current" => "2000",
                "/sys/fs/cgroup/memory.max" => "9000",
                _ => return None,
            };
            Some(format!("{text}\n"))
        };
        assert_eq!(in_control_group("1:cpu:/x\n0::/a/b\n", &files), Some(3000));
        assert_eq!(in_control_group("1:cpu:/x\n", &files), None);
        assert_eq!(pages("10 5 2 1 0 7 0\n", 5), Some(7 * 4096));
    }
}
