//! What the machine tells about itself and about this process. Where a system does not tell, the answer is `None`.

use std::time::SystemTime;

/// Processor time this process has used so far, in seconds, over all its threads.
#[cfg_attr(unix, allow(clippy::unnecessary_wraps))] // other systems do not tell
pub(super) fn cpu_seconds() -> Option<f64> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Some(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
    }
    #[cfg(not(unix))]
    None
}

/// The most memory this process has held so far, in MiB.
pub(super) fn peak_rss_mib() -> Option<f64> {
    kib_line(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM:").map(|kib| kib as f64 / 1024.0)
}

/// Memory of the machine that could be had now, in MiB.
pub(super) fn available_mib() -> Option<f64> {
    kib_line(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:").map(|kib| kib as f64 / 1024.0)
}

fn kib_line(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The widest vector instructions the simulation can use here.
pub(super) fn vector_instructions() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx512f") {
            return "AVX-512";
        }
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            return "AVX2";
        }
        "SSE2 only, so training takes longer"
    }
    #[cfg(target_arch = "aarch64")]
    {
        "NEON"
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        "none known"
    }
}

/// The cores this process may use.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The moment as UTC: "2026-03-01T12:34:56Z".
pub(super) fn timestamp(now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a day counted from 1970-01-01. The year is taken to begin in March, so that the leap day
/// is its last (H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moments_are_written_in_utc_leap_days_included() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn memory_is_read_from_the_line_of_its_key() {
        assert_eq!(kib_line("VmPeak:\t 9 kB\nVmHWM:\t   2144 kB\n", "VmHWM:"), Some(2144));
        assert_eq!(kib_line("VmHWM: many", "VmHWM:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_time_and_memory() {
        assert!(cpu_seconds().is_some_and(|s| s > 0.0));
        assert!(peak_rss_mib().is_some_and(|mib| mib > 0.5));
    }
}
