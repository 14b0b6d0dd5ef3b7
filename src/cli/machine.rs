//! Properties of the machine and of this process; `None` where the system does not report them.

pub(super) use crate::files::timestamp;

/// Processor time of this process so far, in seconds, over all threads.
#[cfg_attr(unix, allow(clippy::unnecessary_wraps))] // other systems do not report it
pub(super) fn cpu_seconds() -> Option<f64> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Some(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
    }
    #[cfg(not(unix))]
    None
}

/// Peak memory of this process so far, in MiB.
pub(super) fn peak_rss_mib() -> Option<f64> {
    crate::files::kib_line(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM:").map(|kib| kib as f64 / 1024.0)
}

/// Available memory of the machine, in MiB.
pub(super) fn available_mib() -> Option<f64> {
    crate::files::available_memory().map(|bytes| bytes as f64 / f64::from(1 << 20))
}

/// The widest vector instructions that the simulation can use on this machine.
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

/// Number of cores available to this process.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_time_and_memory() {
        assert!(cpu_seconds().is_some_and(|s| s > 0.0));
        assert!(peak_rss_mib().is_some_and(|mib| mib > 0.5));
    }
}
