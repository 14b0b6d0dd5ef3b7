//! Memory that this process could still use.

use std::path::Path;

/// Available memory in bytes: of the machine, or of the control group of this process if that is less. `None` where the system does
/// not report it.
pub fn available_memory() -> Option<u64> {
    let machine = kib_line(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")? * 1024;
    Some(machine.min(group().unwrap_or(u64::MAX)))
}

/// What is left of the limit of the control group (version 2).
fn group() -> Option<u64> {
    let membership = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let name = membership.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = Path::new("/sys/fs/cgroup").join(name.trim());
    let number = |file: &str| std::fs::read_to_string(folder.join(file)).ok()?.trim().parse::<u64>().ok();
    number("memory.max")?.checked_sub(number("memory.current")?)
}

/// The number of KiB in the line with this key.
pub fn kib_line(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_line_of_its_key() {
        assert_eq!(kib_line("VmPeak:\t 9 kB\nVmHWM:\t   2144 kB\n", "VmHWM:"), Some(2144));
        assert_eq!(kib_line("VmHWM: many", "VmHWM:"), None);
        #[cfg(target_os = "linux")]
        assert!(available_memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}
