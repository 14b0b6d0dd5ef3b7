//! The kind of response to a step of current, from its spike times.

use super::StepResponse;

/// Interval divided by the one before it at which a burst ends.
const PAUSE: f64 = 4.0;
/// Last interval divided by the first one from which on a neuron adapts.
const ADAPTS: f64 = 1.2;

/// Kinds of responses, after Markram et al. 2004, Nat Rev Neurosci 5:793, and Izhikevich 2004, IEEE Trans Neural Netw 15:1063.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// No spike.
    Silent,
    /// Spikes at the beginning of the step, then none.
    Phasic,
    /// Groups of spikes with silence between them.
    Bursting,
    /// A group of spikes, then single ones.
    InitialBurst,
    /// Intervals become longer.
    Adapting,
    /// Intervals become shorter.
    Accelerating,
    /// Intervals stay equal.
    Tonic,
}

/// The kind of response with its numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Response {
    /// The kind.
    pub pattern: Pattern,
    /// Spikes during the step.
    pub spikes: usize,
    /// Time from the beginning of the step to the first spike, in ms.
    pub latency_ms: Option<f64>,
    /// First interval in ms.
    pub first_interval_ms: Option<f64>,
    /// Last interval in ms.
    pub last_interval_ms: Option<f64>,
    /// Spikes of the first group: all spikes where there is no pause.
    pub first_group: usize,
    /// Spikes after the step.
    pub after: usize,
    /// Potential at the end of the step in mV.
    pub end_mv: f64,
    /// Duration of the step in ms.
    pub step_ms: f64,
}

impl StepResponse {
    /// The kind of response.
    pub fn response(&self) -> Response {
        Response::of(self)
    }
}

impl Response {
    fn of(step: &StepResponse) -> Self {
        let (during, step_ms) = (step.during_ms(), step.step_ms[1] - step.step_ms[0]);
        let intervals: Vec<f64> = during.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (first, last) = (intervals.first().copied(), intervals.last().copied());
        let pauses: Vec<usize> = (1..intervals.len()).filter(|&k| intervals[k] > PAUSE * intervals[k - 1]).collect();
        let silence_ms = step_ms - during.last().copied().unwrap_or(0.0);
        let longest = intervals.iter().copied().fold(0.0, f64::max);
        let pattern = match (first, last) {
            _ if during.is_empty() => Pattern::Silent,
            _ if silence_ms > (3.0 * longest).max(0.5 * step_ms) => Pattern::Phasic,
            (Some(first), Some(last)) => match pauses.len() {
                0 if last > ADAPTS * first => Pattern::Adapting,
                0 if first > ADAPTS * last => Pattern::Accelerating,
                0 => Pattern::Tonic,
                1 => Pattern::InitialBurst,
                _ => Pattern::Bursting,
            },
            _ => Pattern::Phasic,
        };
        Self {
            pattern,
            spikes: during.len(),
            latency_ms: during.first().copied(),
            first_interval_ms: first,
            last_interval_ms: last,
            first_group: pauses.first().map_or(during.len(), |pause| pause + 1),
            after: step.spikes_ms.iter().filter(|ms| **ms >= step.step_ms[1]).count(),
            end_mv: step.end_mv(),
            step_ms,
        }
    }

    /// The response in one sentence.
    pub fn words(&self) -> String {
        let ms = |ms: Option<f64>| format!("{:.1} ms", ms.unwrap_or(f64::NAN));
        let Self { spikes, first_group, .. } = self;
        let (latency, first, last) = (ms(self.latency_ms), ms(self.first_interval_ms), ms(self.last_interval_ms));
        let what = match self.pattern {
            Pattern::Silent => format!("silent: no spike in {:.0} ms, the potential ends at {:.1} mV", self.step_ms, self.end_mv),
            Pattern::Phasic if *spikes == 1 => format!("phasic: one spike after {latency}, then silence at {:.1} mV", self.end_mv),
            Pattern::Phasic => format!("phasic: {spikes} spikes, the first after {latency}, then silence at {:.1} mV", self.end_mv),
            Pattern::Bursting => format!("bursting: {first_group} spikes in the first burst, from {first} on, with silence between bursts"),
            Pattern::InitialBurst => format!("initial burst of {first_group} spikes from {first} on, then intervals of {last}"),
            Pattern::Adapting => format!("adapting: intervals grow from {first} to {last}, the first spike after {latency}"),
            Pattern::Accelerating => format!("accelerating: intervals shrink from {first} to {last}, the first spike after {latency}"),
            Pattern::Tonic => format!("tonic: regular intervals of {last}, the first spike after {latency}"),
        };
        match self.after {
            0 => what,
            1 => format!("{what}; one spike after the step"),
            n => format!("{what}; {n} spikes after the step"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(spikes_ms: &[f64]) -> Response {
        let spikes_ms = spikes_ms.iter().map(|ms| 100.0 + ms).collect();
        let (v_mv, second) = (vec![-60.0; 800], Vec::new());
        StepResponse { current: 1.0, step_ms: [100.0, 600.0], sample_ms: 1.0, v_mv, second, second_name: None, spikes_ms }.response()
    }

    #[test]
    fn patterns_are_told_apart_by_their_intervals() {
        let regular: Vec<f64> = (0..20).map(|k| 10.0 + 25.0 * f64::from(k)).collect();
        let adapting: Vec<f64> = (0..12).map(|k| f64::from(10 * k + 3 * k * k)).filter(|ms| *ms < 500.0).collect();
        let bursts: Vec<f64> = (0..5).flat_map(|burst| [0.0, 4.0, 8.0].map(|ms| 20.0 + 100.0 * f64::from(burst) + ms)).collect();
        let initial = [5.0, 8.0, 11.0, 60.0, 110.0, 160.0, 210.0, 260.0, 310.0, 360.0, 410.0, 460.0];
        let accelerating = [50.0, 150.0, 240.0, 320.0, 390.0, 450.0];
        let cases: [(&[f64], Pattern); 8] = [
            (&[], Pattern::Silent),
            (&[12.0], Pattern::Phasic),
            (&[12.0, 20.0], Pattern::Phasic),
            (&regular, Pattern::Tonic),
            (&adapting, Pattern::Adapting),
            (&bursts, Pattern::Bursting),
            (&initial, Pattern::InitialBurst),
            (&accelerating, Pattern::Accelerating),
        ];
        for (spikes, pattern) in cases {
            assert_eq!(response(spikes).pattern, pattern, "{spikes:?}");
        }
        assert_eq!((response(&bursts).first_group, response(&initial).first_group), (3, 3));
        assert!(response(&[12.0, 520.0]).words().ends_with("; one spike after the step"));
    }
}
