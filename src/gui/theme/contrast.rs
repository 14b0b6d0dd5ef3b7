//! The high-contrast themes: contrast of text at least 7:1, visible borders.

use super::{DARK, LIGHT, Palette, hex};

/// Light on dark, high contrast.
pub const DARK_CONTRAST: Palette = Palette {
    ground: hex(0x00_0000),
    panel: hex(0x08_0a0c),
    raised: hex(0x16_191d),
    line: hex(0x5a_6470),
    text: hex(0xff_ffff),
    dim: hex(0xd3_d9e0),
    faint: hex(0xaa_b4c0),
    accent: hex(0xff_d54a),
    on_accent: hex(0x00_0000),
    good: hex(0x5c_f5d0),
    bad: hex(0xff_8a80),
    trace: hex(0x86_c5ff),
    classes: DARK.classes,
    dark: true,
};

/// Dark on light, high contrast.
pub const LIGHT_CONTRAST: Palette = Palette {
    ground: hex(0xff_ffff),
    panel: hex(0xff_ffff),
    raised: hex(0xf3_f4f6),
    line: hex(0x8a_929d),
    text: hex(0x00_0000),
    dim: hex(0x2b_323c),
    faint: hex(0x44_4c58),
    accent: hex(0x70_4a01),
    on_accent: hex(0xff_ffff),
    good: hex(0x00_5a50),
    bad: hex(0x6a_0a07),
    trace: hex(0x0b_4296),
    classes: LIGHT.classes,
    dark: false,
};
