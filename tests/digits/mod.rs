//! Computed images with about the computational cost of MNIST: no files, identical on every machine.

use ndarray::Array2;
use spikescope::datasets::{Data, Dataset};
use spikescope::rng::splitmix;
use std::sync::Arc;

fn images(n: usize, mut state: u64) -> Dataset {
    let labels: Vec<u8> = (0..n).map(|k| (k % 10) as u8).collect();
    let images = Array2::from_shape_fn((n, 784), |(k, pixel)| {
        let z = splitmix(&mut state);
        // every class has a bright band at its own position, with varying strokes
        let distance = (pixel / 28).abs_diff(5 + 2 * labels[k] as usize);
        let lit = distance < 4 && !z.is_multiple_of(5);
        if lit { 255 - (z >> 32) as u8 % 128 - 24 * distance as u8 } else { 0 }
    });
    Dataset { images, labels, width: 28, height: 28, classes: 10 }
}

/// A collection of ten classes, with 200 training and 100 test images.
pub(crate) fn data() -> Arc<Data> {
    data_of(200, 100)
}

/// The same with other numbers of images, of which the first are the same.
pub(crate) fn data_of(train: usize, test: usize) -> Arc<Data> {
    Arc::new(Data::numbered("digits", images(train, 1), images(test, 2)))
}
