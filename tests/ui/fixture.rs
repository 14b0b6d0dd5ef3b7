//! A plausible network to draw, without a simulation.
