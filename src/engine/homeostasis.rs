//! Homeostasis of incoming weights: the weights onto a neuron are scaled to a constant sum (Diehl & Cook 2015), so that
//! synapses of a neuron compete.

use super::neuron::NeuronIdx;
use super::projection::Dense;

/// Scale the weights onto each of `neurons` to the sum `norm_mv`, none beyond `w_max_mv`; where that is reached, the sum
/// stays smaller. Neurons whose weight sum is zero or subnormal are not changed.
pub fn normalise(w: &mut Dense, neurons: &[NeuronIdx], norm_mv: f32, w_max_mv: f32) {
    for &j in neurons {
        let (rows, lane) = w.column_mut(j as usize);
        // four partial sums, always the same four: fast and independent of the machine
        let mut sums = [0.0f32; 4];
        let (quads, rest) = rows.as_chunks::<4>();
        for quad in quads {
            for (sum, row) in sums.iter_mut().zip(quad) {
                *sum += row.0[lane];
            }
        }
        let sum = (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().map(|row| row.0[lane]).sum::<f32>();
        let scale = norm_mv / sum;
        if scale.is_finite() {
            for row in rows {
                row.0[lane] = (row.0[lane] * scale).min(w_max_mv);
            }
        }
    }
}
