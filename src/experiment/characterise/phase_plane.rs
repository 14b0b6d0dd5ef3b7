//! The phase plane of models with a potential and one other variable.

use super::{StepResponse, Subject, evenly};
use crate::model::FixedPoint;

/// Points of a nullcline.
const POINTS: usize = 241;

/// Nullclines, fixed points and the course of a step response.
#[derive(Debug, Clone, PartialEq)]
pub struct PhasePlane {
    /// Name and unit of the second variable.
    pub second: (&'static str, &'static str),
    /// The current during the step, in the unit of currents.
    pub current: f64,
    /// Range of potentials in mV.
    pub v_mv: [f64; 2],
    /// Range of the second variable that contains the course and the fixed points.
    pub second_range: [f64; 2],
    /// Where the potential does not change, without current and under that of the step: potential and second variable.
    pub v_nullclines: [Vec<(f64, f64)>; 2],
    /// Where the second variable does not change.
    pub second_nullcline: Vec<(f64, f64)>,
    /// Fixed points without current, and under that of the step.
    pub fixed_points: [Vec<FixedPoint>; 2],
    /// Potential and second variable over time, from the beginning of the step on; a spike interrupts it by NaN.
    pub course: Vec<(f64, f64)>,
}

impl PhasePlane {
    /// Of a model and its response to a step; a sentence for models without a second variable.
    pub fn of(subject: &Subject, step: &StepResponse) -> Result<Self, String> {
        let plane = subject.model.plane().ok_or_else(|| absent(subject))?;
        let fixed_points = [0.0, step.current].map(|current| plane.fixed_points(current));
        let mut course = Vec::new();
        let mut spikes = step.spikes_ms.iter().copied().peekable();
        for ((time_ms, v_mv), second) in step.potential().zip(&step.second) {
            if spikes.next_if(|spike| *spike < time_ms + 0.5 * step.sample_ms).is_some() {
                course.push((f64::NAN, f64::NAN));
            }
            if (step.step_ms[0]..step.step_ms[1]).contains(&time_ms) {
                course.push((v_mv, *second));
            }
        }
        let points = || fixed_points.iter().flatten().map(|point| (point.v_mv, point.second));
        let seen = || course.iter().copied().filter(|point| point.0.is_finite() && point.1.is_finite()).chain(points());
        let v_mv = widened(seen().map(|point| point.0), 5.0);
        let second_range = widened(seen().map(|point| point.1), 2.0);
        let at = || evenly(v_mv[0], v_mv[1], POINTS).into_iter();
        Ok(Self {
            second: (plane.second(), plane.unit()),
            current: step.current,
            v_mv,
            second_range,
            v_nullclines: [0.0, step.current].map(|current| at().map(|v_mv| (v_mv, plane.v_nullcline(v_mv, current))).collect()),
            second_nullcline: at().map(|v_mv| (v_mv, plane.second_nullcline(v_mv))).collect(),
            fixed_points,
            course,
        })
    }

    /// The fixed points in words, without current and during the step.
    pub fn words(&self) -> [String; 2] {
        [0, 1].map(|k| match self.fixed_points[k].as_slice() {
            [] => "no fixed point, the neuron cannot rest".to_owned(),
            points => {
                points.iter().map(|point| format!("{} at {:.1} mV", point.stability.words(), point.v_mv)).collect::<Vec<_>>().join(", ")
            }
        })
    }
}

/// Why a model has no phase plane.
fn absent(subject: &Subject) -> String {
    format!("{} has no phase plane: beside the potential it has no second variable that follows it", subject.model.name())
}

/// A range with a margin of a tenth, at least so wide.
fn widened(values: impl Iterator<Item = f64>, least: f64) -> [f64; 2] {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    let room = (0.1 * (high - low)).max(0.5 * (least - (high - low))).max(0.1);
    [low - room, high + room]
}
