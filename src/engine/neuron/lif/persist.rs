//! The state of LIF neurons as bytes.

use super::LifPopulation;
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::Row;

impl Persist for LifPopulation {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let mut left = self.clamped();
        let Self {
            n,
            arch: _,
            grid: _,
            params: _,
            coefficients: _,
            seed: _,
            adapt: _,
            u,
            i_syn,
            receptors,
            now,
            held_until,
            threshold: _,
            theta,
            clock,
            inhibitors,
            opening,
            conductances,
            scratch: _,
            noise: _,
        } = self;
        archive.rows("potentials", u)?;
        archive.rows("synaptic currents", i_syn)?;
        receptors.iter_mut().try_for_each(|receptors| receptors.persist(archive))?;
        archive.bits("refractory", &mut left)?;
        if let Archive::Load(_) = archive {
            (*held_until, *now) = (left, 0);
        }
        archive.f64s("thresholds", theta)?;
        archive.clock(clock)?;
        archive.list("inhibition", inhibitors, *n, Archive::u32s)?;
        if inhibitors.iter().any(|&j| j as usize >= *n) {
            return Err(ArchiveError::Size { part: "inhibition", found: u64::MAX, expected: *n as u64 });
        }
        if opening.is_some() {
            conductances.persist(*n, archive)?;
        }
        let lanes = |rows: &[Row]| rows.iter().flat_map(|row| row.0).skip(self.n).all(|v| v.abs() < 1e30);
        if matches!(archive, Archive::Load(_)) && !(lanes(&self.u) && lanes(&self.i_syn)) {
            // a lane without a neuron must not reach its infinite threshold
            return Err(ArchiveError::Value("potentials"));
        }
        self.refresh_thresholds();
        Ok(())
    }
}
