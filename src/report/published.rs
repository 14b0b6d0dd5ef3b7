//! Published results on MNIST of networks that spike or learn by local rules.

/// The digest of the images and labels of MNIST by `Data::digest`.
pub(super) const MNIST: &str = "3eeaf39d5069e8d2";

/// A published result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Published {
    /// The publication, as in `params::REFERENCES`.
    pub(super) work: &'static str,
    /// The network.
    pub(super) network: &'static str,
    /// The teaching signal.
    pub(super) signal: &'static str,
    /// Accuracy on the 10,000 test images.
    pub(super) accuracy: f64,
}

/// Accuracies on the 10,000 test images, as reported by the authors.
pub(super) const PUBLISHED: [Published; 4] = [
    Published {
        work: "Diehl & Cook 2015",
        network: "6,400 competing neurons with conductances, STDP",
        signal: "none; labels assign the neurons afterwards",
        accuracy: 0.950,
    },
    Published {
        work: "Hao et al. 2020",
        network: "competing neurons, symmetric STDP",
        signal: "label, by a teaching input",
        accuracy: 0.967,
    },
    Published {
        work: "Mozafari et al. 2019",
        network: "three convolutional layers, STDP and R-STDP",
        signal: "reward or punishment",
        accuracy: 0.972,
    },
    Published {
        work: "Illing, Gerstner & Brea 2019",
        network: "fixed random local features and one trained layer",
        signal: "label, by a delta rule",
        accuracy: 0.986,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::REFERENCES;

    #[test]
    fn every_published_figure_has_its_work_in_full() {
        for one in PUBLISHED {
            assert!(REFERENCES.iter().any(|work| work.short == one.work), "{}", one.work);
            assert!((0.9..1.0).contains(&one.accuracy));
        }
    }

    #[test]
    fn the_shipped_images_are_the_ones_that_figures_are_about() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist");
        assert_eq!(crate::datasets::load_dir(&folder).unwrap().digest(), MNIST);
    }
}
