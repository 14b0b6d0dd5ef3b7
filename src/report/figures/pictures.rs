//! Images inside a figure: a PNG with a palette, so that levels stay exact, with row names and a colour scale.

use super::super::fields::{SHADES, Sheet};
use super::super::words::number;
use base64::Engine;
use maud::{Markup, html};

/// Palette index of the gaps.
const GAP: u8 = 255;
/// Pixels between two images.
const SPACE: usize = 1;

/// The images of a sheet on one scale.
pub(in crate::report) fn sheet(sheet: &Sheet) -> String {
    let Sheet { title, signed, most_mv, size, rows } = sheet;
    if rows.len() > 1 && rows.iter().all(|(name, row)| row.len() == 1 && !name.is_empty()) {
        return self::sheet(&in_a_row(sheet));
    }
    let pixels = mosaic(rows.iter().map(|(_, row)| row.as_slice()), *size);
    let palette = if *signed { diverging() } else { rising() };
    // small filters are enlarged more
    let zoom = ((50 + size.0 / 2) / size.0.max(1)).clamp(1, 4) as f64;
    let named = rows.iter().any(|(name, _)| !name.is_empty());
    let (left, top) = (if named { 26.0 } else { 2.0 }, 2.0);
    let (wide, high) = (pixels.width as f64 * zoom, pixels.height() as f64 * zoom);
    let (width, height) = ((left + wide + 4.0).max(left + 180.0), top + high + 42.0);
    let step = (size.1 + SPACE) as f64 * zoom;
    let most = number(f64::from(*most_mv));
    let least = if *signed { format!("−{most}") } else { "0".to_owned() };
    let bar = Pixels { width: usize::from(SHADES) + 1, shades: (0..=SHADES).collect() };
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}")) width=(width.round()) font-family="sans-serif" font-size="12" fill="currentColor" {
            title { (title) ", on a scale from " (least) " to " (most) " mV" }
            (image(&pixels, &palette, (left, top, wide, high)))
            @for (row, (name, _)) in rows.iter().enumerate() {
                @if !name.is_empty() {
                    text x=(left - 8.0) y=(top + (row as f64 + 0.5) * step + 4.0) text-anchor="end" { (name) }
                }
            }
            (image(&bar, &palette, (left, top + high + 10.0, 128.0, 10.0)))
            text x=(left) y=(top + high + 34.0) { (least) }
            @if *signed { text x=(left + 64.0) y=(top + high + 34.0) text-anchor="middle" { "0" } }
            text x=(left + 128.0) y=(top + high + 34.0) text-anchor="end" { (most) }
            text x=(left + 134.0) y=(top + high + 19.0) { "mV" }
        }
    }
    .into_string()
}

/// Rows of one image each, side by side with names above.
fn in_a_row(sheet: &Sheet) -> Sheet {
    let names = sheet.rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
    let pictures = sheet.rows.iter().flat_map(|(_, row)| row.clone()).collect();
    Sheet { title: format!("{}: {names}", sheet.title), rows: vec![(String::new(), pictures)], ..sheet.clone() }
}

/// Grey images with a label below each.
pub(in crate::report) fn strip(alt: &str, size: (usize, usize), images: &[(String, Vec<u8>)]) -> String {
    let zoom = (64.0 / size.0.max(1) as f64).max(1.0);
    let (wide, high) = (size.0 as f64 * zoom, size.1 as f64 * zoom);
    let width = (wide + 8.0) * images.len() as f64;
    html! {
        svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {}", high + 22.0)) width=(width.round()) font-family="sans-serif" font-size="12" fill="currentColor" {
            title { (alt) }
            @for (place, (word, image)) in images.iter().enumerate() {
                @let left = (wide + 8.0) * place as f64;
                (self::image(&Pixels { width: size.0, shades: image.clone() }, &grey(), (left, 0.0, wide, high)))
                text x=(left + wide / 2.0) y=(high + 16.0) text-anchor="middle" { (word) }
            }
        }
    }
    .into_string()
}

/// Palette indices, row by row.
struct Pixels {
    width: usize,
    shades: Vec<u8>,
}

impl Pixels {
    fn height(&self) -> usize {
        self.shades.len() / self.width.max(1)
    }
}

/// Rows of images side by side, with gaps.
fn mosaic<'a>(rows: impl Iterator<Item = &'a [Vec<u8>]> + Clone, (width, height): (usize, usize)) -> Pixels {
    let most = rows.clone().map(<[Vec<u8>]>::len).max().unwrap_or(0);
    let wide = (most * (width + SPACE)).saturating_sub(SPACE).max(1);
    let mut shades = Vec::new();
    for (place, row) in rows.enumerate() {
        if place > 0 {
            shades.resize(shades.len() + wide * SPACE, GAP);
        }
        for y in 0..height {
            let start = shades.len();
            for picture in row {
                if shades.len() > start {
                    shades.resize(shades.len() + SPACE, GAP);
                }
                shades.extend_from_slice(&picture[y * width..][..width]);
            }
            shades.resize(start + wide, GAP);
        }
    }
    Pixels { width: wide, shades }
}

fn image(pixels: &Pixels, palette: &[u8], (x, y, width, height): (f64, f64, f64, f64)) -> Markup {
    let data = base64::engine::general_purpose::STANDARD.encode(png(pixels, palette));
    html! {
        image x=(x) y=(y) width=(width) height=(height) preserveAspectRatio="none" style="image-rendering:pixelated" href=(format!("data:image/png;base64,{data}")) {}
    }
}

fn png(pixels: &Pixels, palette: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width as u32, pixels.height() as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.to_vec());
    if palette.len() == 3 * (usize::from(GAP) + 1) {
        // only gaps are transparent
        encoder.set_trns((0..=GAP).map(|shade| if shade == GAP && palette[765..] == [0, 0, 1] { 0 } else { 255 }).collect::<Vec<u8>>());
    }
    encoder.set_compression(png::Compression::High);
    // invariant: images are neither empty nor too large for the format, and writing to memory cannot fail
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels.shades));
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

/// From dark to bright.
fn rising() -> Vec<u8> {
    palette(colorous::INFERNO)
}

/// Dark purple below zero, white at zero, dark orange above.
fn diverging() -> Vec<u8> {
    let mut colours = palette(colorous::PURPLE_ORANGE);
    // the original scale runs from purple through white to orange; positive values are orange here
    if colours[0] > colours[2] {
        colours = colours[..765].chunks_exact(3).rev().flatten().copied().chain([0, 0, 1]).collect();
    }
    colours
}

/// The colours of a scale, and a placeholder for gaps.
fn palette(scale: colorous::Gradient) -> Vec<u8> {
    let colour = |shade: u8| scale.eval_rational(usize::from(shade), usize::from(SHADES) + 1).into_array();
    (0..=SHADES).flat_map(colour).chain([0, 0, 1]).collect()
}

/// All grey levels, without gaps.
fn grey() -> Vec<u8> {
    (0..=u8::MAX).flat_map(|shade| [shade; 3]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_lie_side_by_side_with_gaps_and_come_back_from_the_file() {
        let rows = [vec![vec![1, 2, 3, 4], vec![5, 6, 7, 8]], vec![vec![9, 10, 11, 12]]];
        let pixels = mosaic(rows.iter().map(Vec::as_slice), (2, 2));
        assert_eq!((pixels.width, pixels.height()), (5, 5));
        assert_eq!(pixels.shades[..10], [1, 2, GAP, 5, 6, 3, 4, GAP, 7, 8]);
        assert_eq!(pixels.shades[10..20], [GAP, GAP, GAP, GAP, GAP, 9, 10, GAP, GAP, GAP]);
        let bytes = png(&pixels, &rising());
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().unwrap();
        let mut back = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut back).unwrap();
        assert_eq!(back, pixels.shades);
        assert_eq!(reader.info().trns.as_ref().unwrap()[254..], [255, 0]);
    }

    #[test]
    fn zero_is_pale_below_it_is_purple_and_above_it_is_orange() {
        let colours = diverging();
        let of = |shade: usize| &colours[3 * shade..][..3];
        assert!(of(127).iter().all(|&part| part > 230), "{:?}", of(127));
        assert!(of(0)[2] > of(0)[1] && of(254)[0] > of(254)[2], "{:?} {:?}", of(0), of(254));
    }

    #[test]
    fn a_sheet_names_its_rows_and_its_scale() {
        let rows = |n: usize| vec![("0".to_owned(), vec![vec![0; 4]; n]), ("1".to_owned(), vec![vec![254; 4]; n])];
        let of = |n: usize| Sheet { title: "Fields".to_owned(), signed: true, most_mv: 0.25, size: (2, 2), rows: rows(n) };
        let svg = super::sheet(&of(2));
        for part in ["<title>Fields, on a scale from −0.250 to 0.250 mV</title>", "data:image/png;base64,", ">1</text>", "mV"] {
            assert!(svg.contains(part), "{part} is missing in {svg}");
        }
        assert!(super::sheet(&of(1)).contains("<title>Fields: 0 1, on a scale"), "one of each class stand in a row");
    }
}
