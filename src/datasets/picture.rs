//! PNG: pure bytes in, grey pixels out. What a header claims is compared with the limits before anything is allocated for it.
//!
//! Colours become the grey that an eye sees (0.299 red, 0.587 green, 0.114 blue); 16 bits are rounded to 8; what is
//! transparent lets the black behind it through.

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};
use std::io::{Cursor, ErrorKind};

/// The longest side of a picture in pixels.
const MAX_SIDE: u32 = 4096;
/// The most a decoder may allocate beside the pixels: rows, and what other programs hide in a file.
const MAX_EXTRA: usize = 64 << 20;

/// Grey pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreyPicture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels, row by row, 0 (black) to 255 (white).
    pub pixels: Vec<u8>,
}

/// What is wrong with a picture. The caller adds which file.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// No bytes at all.
    #[error("the file is empty; make it again")]
    Empty,
    /// Another kind of file.
    #[error("the file is not a PNG, whatever its name says; convert it")]
    NotPng,
    /// A size is absurd.
    #[error("the header claims {width} x {height} pixels; allowed are 1 x 1 to {MAX_SIDE} x {MAX_SIDE}, so scale it down")]
    Claim {
        /// Claimed width.
        width: u32,
        /// Claimed height.
        height: u32,
    },
    /// It ends too early.
    #[error("the file is truncated; copy or make it again")]
    Truncated,
    /// It is damaged.
    #[error("the file is damaged ({0}); copy or make it again")]
    Damaged(String),
}

impl From<DecodingError> for PictureError {
    fn from(error: DecodingError) -> Self {
        match error {
            DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Self::Truncated,
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// Whether a file begins as every PNG does.
pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// A picture whose header has been read.
struct Opened<'a> {
    reader: png::Reader<Cursor<&'a [u8]>>,
    width: usize,
    height: usize,
}

fn open(bytes: &[u8]) -> Result<Opened<'_>, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if !is_png(bytes) {
        return Err(PictureError::NotPng);
    }
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_EXTRA });
    decoder.set_transformations(Transformations::EXPAND);
    let (width, height) = {
        let info = decoder.read_header_info()?;
        (info.width, info.height)
    };
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return Err(PictureError::Claim { width, height });
    }
    let reader = decoder.read_info()?;
    Ok(Opened { reader, width: width as usize, height: height as usize })
}

/// Width and height, from the header alone.
pub(super) fn size(bytes: &[u8]) -> Result<(usize, usize), PictureError> {
    open(bytes).map(|opened| (opened.width, opened.height))
}

/// Read a PNG of any colour type and depth.
pub fn parse_picture(bytes: &[u8]) -> Result<GreyPicture, PictureError> {
    let Opened { mut reader, width, height } = open(bytes)?;
    let (color, depth) = reader.output_color_type();
    let damaged = |what: &str| PictureError::Damaged(what.to_owned());
    let size = reader.output_buffer_size().ok_or_else(|| damaged("its size overflows"))?;
    let mut raw = vec![0; size];
    let frame = reader.next_frame(&mut raw)?;
    // what follows the pixels is checked too, so that a file cut short is never taken for a whole one
    reader.finish()?;
    if (frame.width as usize, frame.height as usize) != (width, height) {
        return Err(damaged("its first frame is smaller than the picture"));
    }
    let samples: Vec<u16> = match depth {
        BitDepth::Sixteen => raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect(),
        // 255 * 257 is 65535
        _ => raw.iter().map(|&sample| u16::from(sample) * 257).collect(),
    };
    let pixels: Vec<u8> = match color {
        ColorType::Grayscale | ColorType::Indexed => samples.iter().map(|&grey| to_byte(u64::from(grey), u16::MAX)).collect(),
        ColorType::GrayscaleAlpha => samples.chunks_exact(2).map(|p| to_byte(u64::from(p[0]), p[1])).collect(),
        ColorType::Rgb => samples.chunks_exact(3).map(|p| to_byte(luma(p), u16::MAX)).collect(),
        ColorType::Rgba => samples.chunks_exact(4).map(|p| to_byte(luma(p), p[3])).collect(),
    };
    if pixels.len() == width * height { Ok(GreyPicture { width, height, pixels }) } else { Err(damaged("it lacks pixels")) }
}

/// The grey of a colour, of 16 bits (ITU-R BT.601).
fn luma(p: &[u16]) -> u64 {
    (299 * u64::from(p[0]) + 587 * u64::from(p[1]) + 114 * u64::from(p[2]) + 500) / 1000
}

/// Before black, rounded to 8 bits.
fn to_byte(grey: u64, alpha: u16) -> u8 {
    const WHITE: u64 = 65_535;
    let lit = grey * u64::from(alpha);
    ((lit * 255 + WHITE * WHITE / 2) / (WHITE * WHITE)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(color: ColorType, depth: BitDepth, bytes: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette([0, 0, 0, 255, 0, 0, 255, 255, 255].as_slice());
        }
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        file
    }

    #[test]
    fn every_kind_of_png_becomes_the_same_grey() {
        let grey = |color, depth, bytes: &[u8], size| parse_picture(&encode(color, depth, bytes, size)).unwrap().pixels;
        assert_eq!(grey(ColorType::Grayscale, BitDepth::Eight, &[0, 77, 255], (3, 1)), [0, 77, 255]);
        // 0x7fff and 0x80ff are 127.5 and 128.5 of 255, nearly
        assert_eq!(grey(ColorType::Grayscale, BitDepth::Sixteen, &[0, 0, 0x7f, 0xff, 0x81, 0, 0xff, 0xff], (4, 1)), [0, 127, 128, 255]);
        assert_eq!(grey(ColorType::Grayscale, BitDepth::One, &[0b1010_0000], (4, 1)), [255, 0, 255, 0]);
        assert_eq!(grey(ColorType::Rgb, BitDepth::Eight, &[255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9], (2, 2)), [76, 150, 29, 9]);
        assert_eq!(
            grey(ColorType::Rgba, BitDepth::Eight, &[255, 255, 255, 128, 200, 200, 200, 255, 255, 255, 255, 0], (1, 3)),
            [128, 200, 0]
        );
        assert_eq!(grey(ColorType::GrayscaleAlpha, BitDepth::Eight, &[200, 255, 200, 0], (2, 1)), [200, 0]);
        assert_eq!(grey(ColorType::Indexed, BitDepth::Eight, &[0, 1, 2], (3, 1)), [0, 76, 255]);
        assert_eq!(grey(ColorType::Rgb, BitDepth::Sixteen, &[0xff; 6], (1, 1)), [255]);
    }

    #[test]
    fn a_claim_of_a_thousand_million_pixels_is_refused_by_the_header() {
        // the sides lie in bytes 16 to 24, the checksum of the header behind them
        let mut file = encode(ColorType::Grayscale, BitDepth::Eight, &[1, 2, 3, 4], (2, 2));
        file[16..24].copy_from_slice(&[0, 0, 0x7d, 0, 0, 0, 0x7d, 0]);
        let sum = crc(&file[12..29]).to_be_bytes();
        file[29..33].copy_from_slice(&sum);
        let error = parse_picture(&file).unwrap_err();
        assert!(matches!(error, PictureError::Claim { width: 32_000, height: 32_000 }), "{error}");
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let file = encode(ColorType::Rgb, BitDepth::Eight, &[7; 8 * 8 * 3], (8, 8));
        for end in 0..file.len() {
            let error = parse_picture(&file[..end]).unwrap_err().to_string();
            assert!(["again", "convert"].iter().any(|remedy| error.contains(remedy)), "{end}: {error}");
        }
        assert!(parse_picture(&file).is_ok());
    }

    /// The checksum of PNG, bit by bit.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, &byte| {
            (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }
}
