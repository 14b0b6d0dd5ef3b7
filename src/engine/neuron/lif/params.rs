//! Parameters of LIF populations.

/// Parameters of a population, with units; see the table of the module.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // see the table of the module
pub struct LifParams {
    pub tau_m_ms: f64,
    pub e_l_mv: f64,
    pub v_th_mv: f64,
    pub v_reset_mv: f64,
    pub t_ref_steps: u32,
    pub theta_plus_mv: f64,
    pub tau_theta_ms: f64,
    pub sigma_mv: f64,
    pub tau_syn_ms: f64,
    pub tau_receptors_ms: Option<[f64; 2]>,
    pub alpha: bool,
    pub ri_mv: f64,
    pub inhibition_mv: f64,
    pub e_inh_mv: Option<f64>,
    pub tau_inh_ms: f64,
}

impl Default for LifParams {
    fn default() -> Self {
        Self {
            tau_m_ms: 100.0,
            e_l_mv: -65.0,
            v_th_mv: -52.0,
            v_reset_mv: -60.0,
            t_ref_steps: 5,
            theta_plus_mv: 0.05,
            tau_theta_ms: 1e7,
            sigma_mv: 0.0,
            tau_syn_ms: 0.0,
            tau_receptors_ms: None,
            alpha: false,
            ri_mv: 0.0,
            inhibition_mv: 120.0,
            e_inh_mv: None,
            tau_inh_ms: 100.0,
        }
    }
}
