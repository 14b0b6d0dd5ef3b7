//! The speed slider: from slow motion, in which a single spike can be followed, over real time and a number of images per
//! second to the full speed of the machine.

use crate::gui::widgets::rail::rail;
use crate::gui::widgets::scale::{Scale, short};
use crate::params::ParamId;
use crate::session::{Aspect, Command, Snapshot, Speed};
use egui::Ui;

/// Slow motion 1:100, in model milliseconds a second.
const SLOWEST: f64 = 10.0;
/// Beyond this the slider means "full speed".
const FASTEST: f64 = 1e6;
const FULL: f64 = 2e6;

const SCALE: Scale = Scale { min: SLOWEST, max: FULL, log: true, step: 0.0 };

/// Images per second at the first start: slow enough to see receptive fields change.
pub(crate) const FIRST_IMAGES_PER_S: f64 = 40.0;

/// The slider and, behind it, the speed in words. Returns a command when it was moved.
pub(crate) fn speed_slider(ui: &mut Ui, asked: Speed, width: f32) -> Option<Command> {
    let value = match asked {
        Speed::ModelMsPerSecond(rate) => rate.clamp(SLOWEST, FASTEST),
        Speed::Full => FULL,
    };
    let (response, moved) = rail(ui, "Speed", value, &SCALE, width);
    response.on_hover_text("Speed of the simulation, from slow motion (1/100 of real time) to full speed; it does not change the result.");
    moved.map(|wanted| {
        let wanted = snap(wanted);
        Command::SetSpeed(if wanted > FASTEST { Speed::Full } else { Speed::ModelMsPerSecond(wanted) })
    })
}

/// Real time snaps, so that it can be set exactly.
fn snap(wanted: f64) -> f64 {
    if (wanted / 1000.0).ln().abs() < 0.12 { 1000.0 } else { wanted }
}

/// Model time of one image in ms.
pub(crate) fn image_ms(snapshot: &Snapshot) -> f64 {
    let ms: f64 = [ParamId::PresentMs, ParamId::RewardDelay, ParamId::RestMs].map(|id| snapshot.params.get(id)).iter().sum();
    if ms > 0.0 { ms } else { 1.0 }
}

/// A speed in words.
pub(crate) fn words(snapshot: &Snapshot, speed: Speed) -> String {
    let Speed::ModelMsPerSecond(rate) = speed else {
        return "full speed".to_owned();
    };
    let times = rate / 1000.0;
    let images = rate / image_ms(snapshot);
    if (times - 1.0).abs() < 1e-9 {
        "real time".to_owned()
    } else if times < 1.0 {
        match (1.0 / times).round() {
            // nearly real time is said in percent, not as 1/1
            one if one < 2.0 => format!("{:.0} % of real time", 100.0 * times),
            many => format!("1/{} real time", short(many)),
        }
    } else if snapshot.shows(Aspect::Answers) && images >= 1.0 {
        format!("{} images/s", short(if images >= 10.0 { images.round() } else { (images * 10.0).round() / 10.0 }))
    } else {
        format!("{} × real time", short((times * 10.0).round() / 10.0))
    }
}
