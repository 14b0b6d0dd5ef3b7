//! Images as PNG.

use egui::ColorImage;

/// Inches per metre.
const INCHES: f64 = 1.0 / 0.0254;

/// An opaque image as PNG.
pub(crate) fn png_bytes(image: &ColorImage) -> Result<Vec<u8>, String> {
    png_bytes_at(image, None)
}

/// An opaque image as PNG with its resolution in dots per inch.
pub(crate) fn png_bytes_at(image: &ColorImage, dpi: Option<u16>) -> Result<Vec<u8>, String> {
    let pixels: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    encode(image, png::ColorType::Rgb, &pixels, dpi)
}

/// An image with transparency as PNG.
pub(crate) fn png_rgba_bytes(image: &ColorImage) -> Result<Vec<u8>, String> {
    let pixels: Vec<u8> = image.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect();
    encode(image, png::ColorType::Rgba, &pixels, None)
}

fn encode(image: &ColorImage, color: png::ColorType, pixels: &[u8], dpi: Option<u16>) -> Result<Vec<u8>, String> {
    let [width, height] = image.size;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    if let Some(dpi) = dpi {
        let per_metre = (f64::from(dpi) * INCHES).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    }
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}
