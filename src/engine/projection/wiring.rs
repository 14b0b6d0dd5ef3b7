//! Wirings: which neurons are connected, with which weights and delays. Everything is drawn from named random streams, so that
//! the same description and seed give the same synapses.

use super::sparse::Sparse;
use crate::engine::neuron::NeuronIdx;
use crate::rng::{Purpose, below, normal, stream, uniform};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Which neurons are connected.
#[derive(Debug, Clone, PartialEq)]
pub enum Wiring {
    /// Every neuron with every neuron.
    AllToAll,
    /// Every neuron with the neuron of the same index.
    OneToOne,
    /// Every pair with this probability, at most once.
    Probability(f64),
    /// Every postsynaptic neuron receives this number of synapses from randomly drawn neurons; `multapses`: with replacement.
    Indegree {
        /// Synapses onto every neuron.
        synapses: usize,
        /// Whether two neurons can be connected more than once.
        multapses: bool,
    },
    /// Every presynaptic neuron has this number of synapses onto randomly drawn neurons; `multapses`: with replacement.
    Outdegree {
        /// Synapses of every neuron.
        synapses: usize,
        /// Whether two neurons can be connected more than once.
        multapses: bool,
    },
    /// These pairs of a presynaptic and a postsynaptic neuron.
    Explicit(Vec<(NeuronIdx, NeuronIdx)>),
}

/// A distribution of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Draw {
    /// Always this value.
    Constant(f64),
    /// Uniform in `[low, high)`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal, drawn again until the value lies in `[low, high]`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// A factor times the exponential of a normal number of mean 0, drawn again until the value lies in `[low, high]`.
    LogNormal {
        /// The median; with its sign.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}

/// Attempts to draw a normal number within its bounds; then the nearest bound is taken.
const ATTEMPTS: usize = 1000;

impl Draw {
    /// The lognormal distribution of this mean, not 0, and standard deviation.
    pub fn log_normal(mean: f64, sd: f64, (low, high): (f64, f64)) -> Self {
        let variance = libm::log1p((sd / mean) * (sd / mean));
        Self::LogNormal { median: mean * libm::exp(-0.5 * variance), sigma: libm::sqrt(variance), low, high }
    }

    /// The next number.
    pub fn sample(&self, rng: &mut Xoshiro256PlusPlus) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { low, high } => low + (high - low) * uniform(rng),
            Self::Normal { mean, sd, low, high } => within((low, high), || mean + sd * normal(rng)),
            Self::LogNormal { median, sigma, low, high } => within((low, high), || median * libm::exp(sigma * normal(rng))),
        }
    }
}

/// A drawn number within bounds.
fn within((low, high): (f64, f64), mut draw: impl FnMut() -> f64) -> f64 {
    let mut value = draw();
    for _ in 1..ATTEMPTS {
        if (low..=high).contains(&value) {
            break;
        }
        value = draw();
    }
    value.clamp(low, high)
}

impl Wiring {
    /// The synapses of projection number `index` from `n_pre` to `n_post` neurons, with weights in mV and delays in steps, rounded
    /// to the nearest and at least one. `to_itself`: within one population without connections of a neuron with itself.
    pub fn build(
        &self,
        (n_pre, n_post): (usize, usize),
        without_self: bool,
        weight: Draw,
        delay: Draw,
        (seed, index): (u64, u64),
    ) -> Sparse {
        let mut rng = stream(seed, Purpose::Wiring, index);
        let (starts, post) = match self {
            Self::AllToAll => by_row(n_pre, n_pre * n_post, |pre, row| {
                row.extend((0..n_post as NeuronIdx).filter(|&post| !(without_self && post as usize == pre)));
            }),
            Self::OneToOne => by_row(n_pre, n_pre, |pre, row| row.extend((pre < n_post).then_some(pre as NeuronIdx))),
            Self::Probability(p) => by_row(n_pre, (*p * (n_pre * n_post) as f64 * 1.01) as usize, |pre, row| {
                hits(n_post, *p, &mut rng, |post| row.extend((!(without_self && post == pre)).then_some(post as NeuronIdx)));
            }),
            Self::Outdegree { synapses, multapses } => {
                let mut targets = Targets::new(n_post, *multapses);
                by_row(n_pre, n_pre * synapses, |pre, row| {
                    targets.draw(*synapses, without_self.then_some(pre), &mut rng, |post| row.push(post));
                })
            }
            Self::Indegree { synapses, multapses } => {
                let mut targets = Targets::new(n_pre, *multapses);
                let mut sources = Vec::with_capacity(n_post * synapses);
                for post in 0..n_post {
                    targets.draw(*synapses, without_self.then_some(post), &mut rng, |pre| sources.push(pre));
                }
                transposed(n_pre, *synapses, &sources)
            }
            Self::Explicit(pairs) => {
                let mut sorted = pairs.clone();
                sorted.sort_by_key(|&(pre, _)| pre);
                let mut rest = sorted.iter().peekable();
                by_row(n_pre, sorted.len(), |pre, row| {
                    while let Some(&(_, post)) = rest.next_if(|&&(from, _)| from as usize == pre) {
                        row.push(post);
                    }
                })
            }
        };
        let n = post.len();
        let mut rng = stream(seed, Purpose::Weights, index);
        let synapses = post.into_iter().map(|post| (post, weight.sample(&mut rng) as f32)).collect();
        let mut rng = stream(seed, Purpose::Delays, index);
        let steps = |delay: f64| libm::round(delay).clamp(1.0, f64::from(u16::MAX)) as u16;
        let delays = match delay {
            Draw::Constant(delay) => vec![steps(delay)],
            random => (0..n).map(|_| steps(random.sample(&mut rng))).collect(),
        };
        Sparse::new(n_post, starts, synapses, delays)
    }
}

/// Lists of all rows, one after the other.
fn by_row(n_pre: usize, expected: usize, mut fill: impl FnMut(usize, &mut Vec<NeuronIdx>)) -> (Vec<u32>, Vec<NeuronIdx>) {
    let (mut starts, mut post) = (Vec::with_capacity(n_pre + 1), Vec::with_capacity(expected));
    starts.push(0);
    for pre in 0..n_pre {
        fill(pre, &mut post);
        starts.push(post.len() as u32);
    }
    (starts, post)
}

/// Lists by presynaptic neuron from the sources of every postsynaptic neuron, `each` in a row.
fn transposed(n_pre: usize, each: usize, sources: &[NeuronIdx]) -> (Vec<u32>, Vec<NeuronIdx>) {
    let mut starts = vec![0u32; n_pre + 1];
    sources.iter().for_each(|&pre| starts[pre as usize + 1] += 1);
    (0..n_pre).for_each(|pre| starts[pre + 1] += starts[pre]);
    let mut next = starts.clone();
    let mut posts = vec![0; sources.len()];
    for (post, sources) in sources.chunks(each.max(1)).enumerate() {
        for &pre in sources {
            posts[next[pre as usize] as usize] = post as NeuronIdx;
            next[pre as usize] += 1;
        }
    }
    (starts, posts)
}

/// Call `hit` with each of `0..n` with probability `p`, by the geometric distances between hits.
fn hits(n: usize, p: f64, rng: &mut Xoshiro256PlusPlus, mut hit: impl FnMut(usize)) {
    if p >= 1.0 {
        (0..n).for_each(hit);
    } else if p > 0.0 {
        let rate = libm::log1p(-p);
        let mut at = 0.0;
        loop {
            at += libm::floor(libm::log(1.0 - uniform(rng)) / rate);
            if at >= n as f64 {
                return;
            }
            hit(at as usize);
            at += 1.0;
        }
    }
}

/// Draws neurons, with or without replacement.
struct Targets {
    n: usize,
    multapses: bool,
    /// The last draw in which a neuron was taken, without replacement.
    taken: Vec<u32>,
    draws: u32,
}

impl Targets {
    fn new(n: usize, multapses: bool) -> Self {
        Self { n, multapses, taken: vec![0; if multapses { 0 } else { n }], draws: 0 }
    }

    /// `count` neurons other than `but`. Without replacement by Floyd's method (Bentley & Floyd 1987).
    fn draw(&mut self, count: usize, but: Option<usize>, rng: &mut Xoshiro256PlusPlus, mut take: impl FnMut(NeuronIdx)) {
        self.draws += 1;
        let n = self.n - usize::from(but.is_some());
        // the neuron that is left out is skipped
        let neuron = |k: usize| k + usize::from(but.is_some_and(|but| k >= but));
        if self.multapses {
            (0..if n == 0 { 0 } else { count }).for_each(|_| take(neuron(below(n, rng)) as NeuronIdx));
            return;
        }
        for limit in n - count.min(n)..n {
            let drawn = below(limit + 1, rng);
            let k = if self.taken[drawn] == self.draws { limit } else { drawn };
            self.taken[k] = self.draws;
            take(neuron(k) as NeuronIdx);
        }
    }
}
