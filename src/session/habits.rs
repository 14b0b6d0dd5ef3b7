//! Statistics of every output neuron over the last images: interspike intervals and the closest approach to threshold.
//! Bounded in size; images simulated without recording are not included.

use std::collections::VecDeque;

/// Number of intervals kept per neuron.
const INTERVALS: usize = 256;
/// Number of images for the closest approach to threshold.
const IMAGES: usize = 20;
/// No spike yet.
const NEVER: u64 = u64::MAX;

/// The moment of an image in which a neuron was closest to threshold, and its minimum potential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Potential in mV.
    pub v_mv: f32,
    /// Threshold, θ included, in mV.
    pub threshold_mv: f32,
    /// Lowest potential of that image in mV.
    pub lowest_mv: f32,
}

impl Nearest {
    const NONE: Self = Self { v_mv: f32::NEG_INFINITY, threshold_mv: f32::INFINITY, lowest_mv: f32::INFINITY };

    fn margin(&self) -> f32 {
        self.v_mv - self.threshold_mv
    }
}

/// Statistics of one neuron.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Habit {
    /// The neuron.
    pub neuron: u32,
    /// Intervals between consecutive spikes of the same image in ms, oldest first.
    pub intervals_ms: Vec<f32>,
    /// Recorded images since its last spike.
    pub silent_images: u32,
    /// Number of images in `nearest`.
    pub images: u32,
    /// Its closest approach to threshold in them.
    pub nearest: Option<Nearest>,
}

/// Statistics of all neurons.
#[derive(Debug, Default)]
pub(super) struct Habits {
    last: Vec<u64>,
    intervals: Vec<VecDeque<u32>>,
    silent: Vec<u32>,
    now: Vec<Nearest>,
    images: VecDeque<Vec<Nearest>>,
}

impl Habits {
    /// Called when steps were not recorded: intervals and the current image are discarded.
    pub(super) fn gap(&mut self) {
        self.last.fill(NEVER);
        self.now.fill(Nearest::NONE);
    }

    /// One step: spikes, and the potential and threshold of every neuron.
    pub(super) fn record(&mut self, step: u64, fired: impl Iterator<Item = u32>, v_mv: &[f32], threshold_mv: &[f32]) {
        let n = v_mv.len();
        if self.last.len() != n {
            *self = Self {
                last: vec![NEVER; n],
                intervals: vec![VecDeque::new(); n],
                silent: vec![0; n],
                now: vec![Nearest::NONE; n],
                images: VecDeque::new(),
            };
        }
        for ((nearest, &v_mv), &threshold_mv) in self.now.iter_mut().zip(v_mv).zip(threshold_mv) {
            let lowest_mv = nearest.lowest_mv.min(v_mv);
            let here = Nearest { v_mv, threshold_mv, lowest_mv };
            *nearest = if here.margin() > nearest.margin() { here } else { Nearest { lowest_mv, ..*nearest } };
        }
        for neuron in fired {
            let j = neuron as usize;
            let (Some(last), Some(intervals)) = (self.last.get_mut(j), self.intervals.get_mut(j)) else { continue };
            if *last != NEVER {
                intervals.push_back((step - *last) as u32);
                if intervals.len() > INTERVALS {
                    intervals.pop_front();
                }
            }
            *last = step;
        }
    }

    /// End of an image.
    pub(super) fn image_ended(&mut self) {
        if self.now.iter().any(|nearest| !nearest.v_mv.is_finite()) {
            // it was simulated without recording
            return self.gap();
        }
        for (silent, last) in self.silent.iter_mut().zip(&self.last) {
            *silent = if *last == NEVER { silent.saturating_add(1) } else { 0 };
        }
        self.images.push_back(self.now.clone());
        if self.images.len() > IMAGES {
            self.images.pop_front();
        }
        self.gap();
    }

    /// Statistics of a neuron; `dt_ms` is the time step.
    pub(super) fn of(&self, neuron: u32, dt_ms: f64) -> Option<Habit> {
        let j = neuron as usize;
        let intervals = self.intervals.get(j)?;
        let nearest = self.images.iter().map(|image| image[j]).max_by(|a, b| a.margin().total_cmp(&b.margin()));
        Some(Habit {
            neuron,
            intervals_ms: intervals.iter().map(|&steps| (f64::from(steps) * dt_ms) as f32).collect(),
            silent_images: self.silent[j],
            images: self.images.len() as u32,
            nearest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_one_image_and_a_bounded_number_of_them() {
        let mut habits = Habits::default();
        let fire = |habits: &mut Habits, step: u64| habits.record(step, std::iter::once(1), &[0.0, 0.0], &[1.0, 1.0]);
        [3, 5, 9].into_iter().for_each(|step| fire(&mut habits, step));
        habits.image_ended();
        [20, 27].into_iter().for_each(|step| fire(&mut habits, step));
        habits.gap();
        [40, 41].into_iter().for_each(|step| fire(&mut habits, step));
        let habit = habits.of(1, 0.5).unwrap();
        assert_eq!(habit.intervals_ms, [1.0, 2.0, 3.5, 0.5]);
        (42..2000).for_each(|step| fire(&mut habits, step));
        assert_eq!(habits.of(1, 1.0).unwrap().intervals_ms.len(), INTERVALS);
        assert_eq!(habits.of(2, 1.0), None);
    }

    #[test]
    fn the_nearest_approach_of_the_last_images_is_kept_and_silence_is_counted() {
        let mut habits = Habits::default();
        for image in 0..50_u64 {
            let best = if image == 40 { -53.0 } else { -58.0 };
            habits.record(image * 2, std::iter::empty(), &[-400.0], &[-52.0]);
            habits.record(image * 2 + 1, std::iter::empty(), &[best], &[-52.0]);
            habits.image_ended();
        }
        let habit = habits.of(0, 1.0).unwrap();
        assert_eq!(habit.nearest, Some(Nearest { v_mv: -53.0, threshold_mv: -52.0, lowest_mv: -400.0 }));
        assert_eq!((habit.silent_images, habit.images), (50, IMAGES as u32));
        habits.image_ended();
        assert_eq!(habits.of(0, 1.0).unwrap().silent_images, 50, "an image that was not seen is not silence");
        habits.record(200, std::iter::once(0), &[-60.0], &[-52.0]);
        habits.image_ended();
        assert_eq!(habits.of(0, 1.0).unwrap().silent_images, 0);
    }
}
