//! Image files: bytes to grey pixels. The sizes in a header are compared with the limits before memory is allocated. The format
//! is recognised by the first bytes, not by the name.
//!
//! Colours are converted to luminance (0.299 red, 0.587 green, 0.114 blue); transparent pixels are composited over black. EXIF
//! orientation is applied. PNG is read by `png`; JPEG, WebP, BMP and TIFF by `image`.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};
use std::io::{Cursor, ErrorKind};

/// Maximum side of an image in pixels.
pub(super) const MAX_SIDE: u32 = 4096;
/// Maximum memory of the PNG decoder beside the pixels: rows and metadata.
const MAX_EXTRA: usize = 64 << 20;
/// Maximum memory of the other decoders: four samples of 16 bits per pixel, twice.
const MAX_DECODED: u64 = 16 * MAX_SIDE as u64 * MAX_SIDE as u64;

/// Extensions of the supported formats.
pub(super) const EXTENSIONS: [&str; 10] = ["png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "dib", "tif", "tiff"];

/// Grey pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreyPicture {
    /// Pixels per row.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// The pixels, row by row, 0 (black) to 255 (white).
    pub pixels: Vec<u8>,
    /// The pixels as 0 to 65535, if the file has more than 8 bits per sample.
    pub deep: Option<Vec<u16>>,
}

/// Error in an image file. The caller adds the file name.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file is empty.
    #[error("the file is empty; replace it by a complete copy")]
    Empty,
    /// Not an image file.
    #[error("the content is not PNG, JPEG, WebP, BMP or TIFF, although its name says so; convert it to PNG, or remove it")]
    Unknown,
    /// The image is too large.
    #[error("the header claims {width} x {height} pixels; allowed are 1 x 1 to {MAX_SIDE} x {MAX_SIDE}, so scale it down")]
    Claim {
        /// Width in the header.
        width: u32,
        /// Height in the header.
        height: u32,
    },
    /// The file is truncated.
    #[error("the file is truncated; replace it by a complete copy")]
    Truncated,
    /// An unsupported variant of a format.
    #[error("the file uses a variant of its format that is not supported ({0}); convert it to PNG")]
    Unsupported(String),
    /// The file is damaged.
    #[error("the file is damaged ({0}); replace it by a complete copy")]
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

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Self::Truncated,
            ImageError::Unsupported(error) => Self::Unsupported(error.to_string()),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// The format of a file by its first bytes; `None` if it is not supported.
pub(super) fn format(bytes: &[u8]) -> Option<ImageFormat> {
    use ImageFormat::{Bmp, Jpeg, Png, Tiff, WebP};
    image::guess_format(bytes).ok().filter(|format| matches!(format, Bmp | Jpeg | Png | Tiff | WebP))
}

/// Display name of a format.
pub(super) fn format_name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Bmp => "BMP",
        _ => "TIFF",
    }
}

fn known(bytes: &[u8]) -> Result<ImageFormat, PictureError> {
    format(bytes).ok_or_else(|| fault(bytes))
}

fn check_size(width: u32, height: u32) -> Result<(usize, usize), PictureError> {
    if (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height) {
        Ok((width as usize, height as usize))
    } else {
        Err(PictureError::Claim { width, height })
    }
}

/// Width and height, from the header alone.
pub(super) fn size(bytes: &[u8]) -> Result<(usize, usize), PictureError> {
    match known(bytes)? {
        ImageFormat::Png => open_png(bytes).map(|opened| (opened.width, opened.height)),
        format => open(bytes, format).map(|opened| opened.size),
    }
}

/// The reason why a file with the extension of an image cannot be read.
pub(super) fn fault(bytes: &[u8]) -> PictureError {
    if bytes.is_empty() { PictureError::Empty } else { PictureError::Unknown }
}

/// Read an image of any supported format, colour type and depth.
pub fn parse_picture(bytes: &[u8]) -> Result<GreyPicture, PictureError> {
    match known(bytes)? {
        ImageFormat::Png => parse_png(bytes),
        format => parse_other(bytes, format),
    }
}

/// An image in a format other than PNG whose header has been read.
struct Opened<D> {
    decoder: D,
    /// Width and height after the orientation is applied.
    size: (usize, usize),
    orientation: Orientation,
}

fn open(bytes: &[u8], format: ImageFormat) -> Result<Opened<impl ImageDecoder + '_>, PictureError> {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_DECODED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // the size is checked below, so that the message can state it
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let (width, height) = check_size(width, height)?;
    // damaged EXIF data are no reason to refuse the image
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let turned =
        matches!(orientation, Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH);
    Ok(Opened { decoder, size: if turned { (height, width) } else { (width, height) }, orientation })
}

fn parse_other(bytes: &[u8], format: ImageFormat) -> Result<GreyPicture, PictureError> {
    let Opened { decoder, size: (width, height), orientation } = open(bytes, format)?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let deep = picture.color().bytes_per_pixel() > picture.color().channel_count();
    if deep {
        let samples = picture.into_rgba16().into_raw();
        Ok(grey(width, height, samples.chunks_exact(4).map(|p| (luma(p), p[3])), true))
    } else {
        let samples = picture.into_rgba8().into_raw();
        let wide = |p: &[u8]| [0, 1, 2, 3].map(|k| u16::from(p[k]) * 257);
        Ok(grey(width, height, samples.chunks_exact(4).map(|p| (luma(&wide(p)), u16::from(p[3]) * 257)), false))
    }
}

/// Convert grey levels and opacities of 16 bits.
fn grey(width: usize, height: usize, pixels: impl Iterator<Item = (u64, u16)> + Clone, deep: bool) -> GreyPicture {
    GreyPicture {
        width,
        height,
        deep: deep.then(|| pixels.clone().map(|(grey, alpha)| ((grey * u64::from(alpha) + 32_767) / 65_535) as u16).collect()),
        pixels: pixels.map(|(grey, alpha)| to_byte(grey, alpha)).collect(),
    }
}

/// A PNG whose header has been read.
struct OpenedPng<'a> {
    reader: png::Reader<Cursor<&'a [u8]>>,
    width: usize,
    height: usize,
}

fn open_png(bytes: &[u8]) -> Result<OpenedPng<'_>, PictureError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_EXTRA });
    decoder.set_transformations(Transformations::EXPAND);
    let (width, height) = {
        let info = decoder.read_header_info()?;
        (info.width, info.height)
    };
    let (width, height) = check_size(width, height)?;
    let reader = decoder.read_info()?;
    Ok(OpenedPng { reader, width, height })
}

fn parse_png(bytes: &[u8]) -> Result<GreyPicture, PictureError> {
    let OpenedPng { mut reader, width, height } = open_png(bytes)?;
    let (color, depth) = reader.output_color_type();
    let damaged = |what: &str| PictureError::Damaged(what.to_owned());
    let size = reader.output_buffer_size().ok_or_else(|| damaged("its size overflows"))?;
    let mut raw = vec![0; size];
    let frame = reader.next_frame(&mut raw)?;
    // the data after the pixels are checked too, so that a truncated file is detected
    reader.finish()?;
    if (frame.width as usize, frame.height as usize) != (width, height) {
        return Err(damaged("its first frame is smaller than the picture"));
    }
    let deep = depth == BitDepth::Sixteen;
    let samples: Vec<u16> = if deep {
        raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
    } else {
        // 255 * 257 is 65535
        raw.iter().map(|&sample| u16::from(sample) * 257).collect()
    };
    let picture = match color {
        ColorType::Grayscale | ColorType::Indexed => grey(width, height, samples.iter().map(|&grey| (u64::from(grey), u16::MAX)), deep),
        ColorType::GrayscaleAlpha => grey(width, height, samples.chunks_exact(2).map(|p| (u64::from(p[0]), p[1])), deep),
        ColorType::Rgb => grey(width, height, samples.chunks_exact(3).map(|p| (luma(p), u16::MAX)), deep),
        ColorType::Rgba => grey(width, height, samples.chunks_exact(4).map(|p| (luma(p), p[3])), deep),
    };
    if picture.pixels.len() == width * height { Ok(picture) } else { Err(damaged("it lacks pixels")) }
}

/// The luminance of a colour, 16 bits (ITU-R BT.601).
fn luma(p: &[u16]) -> u64 {
    (299 * u64::from(p[0]) + 587 * u64::from(p[1]) + 114 * u64::from(p[2]) + 500) / 1000
}

/// Composited over black, rounded to 8 bits.
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
    fn all_png_colour_types_give_the_same_grey() {
        let grey = |color, depth, bytes: &[u8], size| parse_picture(&encode(color, depth, bytes, size)).unwrap().pixels;
        assert_eq!(grey(ColorType::Grayscale, BitDepth::Eight, &[0, 77, 255], (3, 1)), [0, 77, 255]);
        // 0x7fff and 0x80ff are nearly 127.5 and 128.5 of 255
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
    fn image_of_a_thousand_million_pixels_is_refused_by_its_header() {
        // width and height are bytes 16 to 24, followed by the checksum of the header
        let mut file = encode(ColorType::Grayscale, BitDepth::Eight, &[1, 2, 3, 4], (2, 2));
        file[16..24].copy_from_slice(&[0, 0, 0x7d, 0, 0, 0, 0x7d, 0]);
        let sum = crc(&file[12..29]).to_be_bytes();
        file[29..33].copy_from_slice(&sum);
        let error = parse_picture(&file).unwrap_err();
        assert!(matches!(error, PictureError::Claim { width: 32_000, height: 32_000 }), "{error}");
    }

    #[test]
    fn file_truncated_anywhere_is_refused() {
        let file = encode(ColorType::Rgb, BitDepth::Eight, &[7; 8 * 8 * 3], (8, 8));
        for end in 0..file.len() {
            let error = parse_picture(&file[..end]).unwrap_err().to_string();
            assert!(["complete copy", "convert"].iter().any(|remedy| error.contains(remedy)), "{end}: {error}");
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
