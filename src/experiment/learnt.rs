//! How much a neuron has learnt, judged by its incoming weights alone: a field that has learnt a shape holds most of its weight
//! in few synapses, noise spreads it over all.

/// Concentration above which a receptive field counts as learnt. Uniform noise has 0.19, a digit of MNIST about 0.5.
pub const LEARNT: f32 = 0.35;

/// The concentration of a receptive field: the share of the summed weights that its strongest tenth holds, from 0.1 (all equal)
/// to 1. Weights count by their size, whatever their sign; a field without weights has 0.
pub fn concentration(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).collect();
    let sum: f32 = sizes.iter().sum();
    let tenth = sizes.len().div_ceil(10);
    if tenth == 0 || sum <= 0.0 || !sum.is_finite() {
        return 0.0;
    }
    let (strongest, least, _) = sizes.select_nth_unstable_by(tenth - 1, |a, b| b.total_cmp(a));
    ((strongest.iter().sum::<f32>() + *least) / sum).min(1.0)
}

/// The concentration of each of `weights`' fields of `n_pre` weights, neuron by neuron, as a snapshot lays them out.
pub fn concentrations(weights: &[f32], n_pre: usize) -> Vec<f32> {
    weights.chunks_exact(n_pre.max(1)).map(concentration).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concentration_is_the_share_of_the_strongest_tenth() {
        assert_eq!(concentration(&[1.0; 100]), 0.1);
        let mut field = vec![1.0; 100];
        field[7..17].fill(-9.0);
        assert!((concentration(&field) - 0.5).abs() < 1e-6, "ten of size nine beside ninety of size one");
        let ramp: Vec<f32> = (0..784).map(|k| ((k * 37) % 784) as f32).collect();
        assert!((concentration(&ramp) - 0.19).abs() < 0.01, "uniform noise");
    }

    #[test]
    fn a_field_without_weights_has_learnt_nothing() {
        for field in [&[][..], &[0.0; 784], &[f32::NAN, 1.0]] {
            assert_eq!(concentration(field), 0.0);
        }
        assert_eq!(concentrations(&[0.0, 0.0, 3.0, 0.0], 2), [0.0, 1.0]);
        assert!(concentrations(&[], 0).is_empty());
    }
}
