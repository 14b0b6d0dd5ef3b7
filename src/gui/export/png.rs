//! Pictures as PNG bytes.

use egui::ColorImage;

/// Inches a metre.
const INCHES: f64 = 1.0 / 0.0254;

/// A picture without transparency as a PNG.
pub(crate) fn png_bytes(image: &ColorImage) -> Result<Vec<u8>, String> {
    png_bytes_at(image, None)
}

/// A picture without transparency as a PNG that says how many dots an inch it has.
pub(crate) fn png_bytes_at(image: &ColorImage, dpi: Option<u16>) -> Result<Vec<u8>, String> {
    let pixels: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    encode(image, png::ColorType::Rgb, &pixels, dpi)
}

/// A picture with transparency as a PNG.
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
