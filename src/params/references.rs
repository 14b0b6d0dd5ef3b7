//! Full references of the publications that parameters and the program cite.

/// A publication: short and full reference.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// Authors and year, the beginning of every citation.
    pub short: &'static str,
    /// Authors, year, title and journal.
    pub full: &'static str,
}

const fn work(short: &'static str, full: &'static str) -> Reference {
    Reference { short, full }
}

/// All publications, by author.
pub const REFERENCES: &[Reference] = &[
    work(
        "Bi & Poo 1998",
        "Bi G, Poo M (1998). Synaptic modifications in cultured hippocampal neurons: dependence on spike timing, synaptic strength, and postsynaptic cell type. J Neurosci 18:10464–10472.",
    ),
    work(
        "Blackman & Vigna 2021",
        "Blackman D, Vigna S (2021). Scrambled linear pseudorandom number generators. ACM Trans Math Softw 47:36.",
    ),
    work(
        "Diehl & Cook 2015",
        "Diehl PU, Cook M (2015). Unsupervised learning of digit recognition using spike-timing-dependent plasticity. Front Comput Neurosci 9:99.",
    ),
    work(
        "Frémaux & Gerstner 2016",
        "Frémaux N, Gerstner W (2016). Neuromodulated spike-timing-dependent plasticity, and theory of three-factor learning rules. Front Neural Circuits 9:85.",
    ),
    work(
        "Gerstner, Kistler, Naud & Paninski 2014",
        "Gerstner W, Kistler WM, Naud R, Paninski L (2014). Neuronal Dynamics: From Single Neurons to Networks and Models of Cognition. Cambridge University Press.",
    ),
    work(
        "Gütig, Aharonov, Rotter & Sompolinsky 2003",
        "Gütig R, Aharonov R, Rotter S, Sompolinsky H (2003). Learning input correlations through nonlinear temporally asymmetric Hebbian plasticity. J Neurosci 23:3697–3714.",
    ),
    work(
        "Hao et al. 2020",
        "Hao Y, Huang X, Dong M, Xu B (2020). A biologically plausible supervised learning method for spiking neural networks using the symmetric STDP rule. Neural Networks 121:387–395.",
    ),
    work(
        "Illing, Gerstner & Brea 2019",
        "Illing B, Gerstner W, Brea J (2019). Biologically plausible deep learning: but how far can we go with shallow networks? Neural Networks 118:90–101.",
    ),
    work(
        "Izhikevich 2007",
        "Izhikevich EM (2007). Solving the distal reward problem through linkage of STDP and dopamine signaling. Cereb Cortex 17:2443–2452.",
    ),
    work(
        "Kheradpisheh et al. 2018",
        "Kheradpisheh SR, Ganjtabesh M, Thorpe SJ, Masquelier T (2018). STDP-based spiking deep convolutional neural networks for object recognition. Neural Networks 99:56–67.",
    ),
    work(
        "LeCun, Bottou, Bengio & Haffner 1998",
        "LeCun Y, Bottou L, Bengio Y, Haffner P (1998). Gradient-based learning applied to document recognition. Proc IEEE 86:2278–2324. (The MNIST images.)",
    ),
    work(
        "Machado, Oliveira & Fernandes 2009",
        "Machado GM, Oliveira MM, Fernandes LAF (2009). A physiologically-based model for simulation of color vision deficiency. IEEE Trans Vis Comput Graph 15:1291–1298.",
    ),
    work(
        "Morrison, Diesmann & Gerstner 2008",
        "Morrison A, Diesmann M, Gerstner W (2008). Phenomenological models of synaptic plasticity based on spike timing. Biol Cybern 98:459–478.",
    ),
    work(
        "Mozafari et al. 2019",
        "Mozafari M, Ganjtabesh M, Nowzari-Dalini A, Thorpe SJ, Masquelier T (2019). Bio-inspired digit recognition using reward-modulated spike-timing-dependent plasticity in deep convolutional networks. Pattern Recognition 94:87–95.",
    ),
    work(
        "Pfister & Gerstner 2006",
        "Pfister JP, Gerstner W (2006). Triplets of spikes in a model of spike timing-dependent plasticity. J Neurosci 26:9673–9682.",
    ),
    work(
        "Polyak & Juditsky 1992",
        "Polyak BT, Juditsky AB (1992). Acceleration of stochastic approximation by averaging. SIAM J Control Optim 30:838–855.",
    ),
    work(
        "Rucci & Victor 2015",
        "Rucci M, Victor JD (2015). The unsteady eye: an information-processing stage, not a bug. Trends Neurosci 38:195–206.",
    ),
    work(
        "Simard, Steinkraus & Platt 2003",
        "Simard PY, Steinkraus D, Platt JC (2003). Best practices for convolutional neural networks applied to visual document analysis. ICDAR 2003.",
    ),
    work(
        "Song, Miller & Abbott 2000",
        "Song S, Miller KD, Abbott LF (2000). Competitive Hebbian learning through spike-timing-dependent synaptic plasticity. Nat Neurosci 3:919–926.",
    ),
    work(
        "Steele, Lea & Flood 2014",
        "Steele GL, Lea D, Flood CH (2014). Fast splittable pseudorandom number generators. OOPSLA 2014, 453–472.",
    ),
    work(
        "Thorpe, Delorme & Van Rullen 2001",
        "Thorpe S, Delorme A, Van Rullen R (2001). Spike-based strategies for rapid processing. Neural Networks 14:715–725.",
    ),
    work(
        "Tsodyks, Pawelzik & Markram 1998",
        "Tsodyks M, Pawelzik K, Markram H (1998). Neural networks with dynamic synapses. Neural Comput 10:821–835.",
    ),
    work(
        "Turrigiano, Leslie, Desai, Rutherford & Nelson 1998",
        "Turrigiano GG, Leslie KR, Desai NS, Rutherford LC, Nelson SB (1998). Activity-dependent scaling of quantal amplitude in neocortical neurons. Nature 391:892–896.",
    ),
    work(
        "Vasilaki et al. 2009",
        "Vasilaki E, Frémaux N, Urbanczik R, Senn W, Gerstner W (2009). Spike-based reinforcement learning in continuous state and action space: when policy gradient methods fail. PLoS Comput Biol 5:e1000586.",
    ),
    work(
        "Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011",
        "Vogels TP, Sprekeler H, Zenke F, Clopath C, Gerstner W (2011). Inhibitory plasticity balances excitation and inhibition in sensory pathways and memory networks. Science 334:1569–1573.",
    ),
    work(
        "Xie & Seung 2004",
        "Xie X, Seung HS (2004). Learning in neural networks by reinforcement of irregular spiking. Phys Rev E 69:041909.",
    ),
    work(
        "van Rossum, Bi & Turrigiano 2000",
        "van Rossum MCW, Bi GQ, Turrigiano GG (2000). Stable Hebbian learning from spike timing-dependent plasticity. J Neurosci 20:8812–8821.",
    ),
];

#[cfg(test)]
mod tests {
    use super::REFERENCES;
    use crate::params::REGISTRY;

    #[test]
    fn every_source_of_a_parameter_is_listed_in_full() {
        for spec in REGISTRY.iter().filter(|spec| !spec.source.starts_with("Spikescope")) {
            assert!(REFERENCES.iter().any(|work| spec.source.starts_with(work.short)), "{}: {} is not listed", spec.name, spec.source);
        }
    }

    #[test]
    fn works_are_in_order_and_say_their_year_twice() {
        assert!(REFERENCES.is_sorted_by(|a, b| a.full < b.full));
        for work in REFERENCES {
            let year = &work.short[work.short.len() - 4..];
            assert!(work.full.contains(&format!("({year})")), "{}", work.short);
        }
    }
}
