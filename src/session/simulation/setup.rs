//! Sets up the experiment; on an error, reports it and waits for other data or another preset.

use super::data::fit_preset;
use crate::datasets::Reading;
use crate::params::Params;
use crate::preset::Preset;
use crate::session::laboratory::{Collection, Laboratory};
use crate::session::notice::Notice;
use crate::session::publish::Outlet;
use crate::session::{Command, Launch, Speed};
use crossbeam_channel::Receiver;
use std::time::Duration;

/// Maximum number of commands kept until an experiment is set up.
const EARLY: usize = 64;

/// An experiment that is ready to start.
pub(super) struct Ready {
    pub(super) preset: Preset,
    /// The parameters of the preset's file.
    pub(super) original: Params,
    pub(super) seed: u64,
    pub(super) speed: Speed,
    pub(super) collection: Collection,
    pub(super) lab: Laboratory,
    /// Adjustments made to fit the images, and remarks on the images.
    pub(super) told: Vec<Notice>,
}

impl Ready {
    /// Set up an experiment, or return an error.
    fn new(preset: &Preset, seed: u64, speed: Speed, collection: &Collection) -> Result<Self, String> {
        let (mut preset, mut collection, original) = (preset.clone(), collection.clone(), preset.params.clone());
        let fitted = fit_preset(&mut preset, &mut collection);
        let lab = Laboratory::new(&preset, seed, &mut collection, &mut |_| true).map_err(|error| error.to_string())?;
        let mut told: Vec<Notice> = fitted.into_iter().collect();
        if let Laboratory::Images(trainer) = &lab {
            told.extend(trainer.data().remarks.iter().map(|remark| Notice::Done(remark.to_string())));
        }
        Ok(Self { preset, original, seed, speed, collection, lab, told })
    }

    /// Set up the requested experiment. On an error, wait for other images or another preset. Returns the commands received
    /// meanwhile, or `None` if the session is to end.
    pub(super) fn wait_for(launch: Launch, reading: Reading, orders: &Receiver<Command>, outlet: &Outlet) -> Option<(Self, Vec<Command>)> {
        let Launch { mut preset, data_dir, mut seed, speed } = launch;
        let mut collection = Collection::unread(data_dir, reading);
        let mut early = Vec::new();
        loop {
            match Self::new(&preset, seed, speed, &collection) {
                Ok(ready) => return Some((ready, early)),
                Err(reason) => {
                    tracing::error!(reason, "the experiment cannot be set up");
                    let notice = Notice::Crashed(format!("the experiment cannot be set up: {reason}"));
                    // a closed window needs no notice
                    outlet.notices.send_timeout(notice, Duration::from_secs(1)).ok();
                    (outlet.wake)();
                }
            }
            loop {
                match orders.recv() {
                    Err(_) | Ok(Command::Quit) => return None,
                    Ok(Command::UseData(opened)) => {
                        collection = Collection::read(&opened);
                        break;
                    }
                    Ok(Command::LoadPreset(other, other_seed)) => {
                        (preset, seed) = (*other, other_seed);
                        break;
                    }
                    Ok(Command::Apply(other)) => {
                        preset = *other;
                        break;
                    }
                    Ok(other) if early.len() < EARLY => early.push(other),
                    Ok(_) => {}
                }
            }
        }
    }
}
