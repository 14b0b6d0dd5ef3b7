//! Pictures as PNG bytes.

use egui::ColorImage;

/// A picture without transparency as a PNG.
pub(crate) fn png_bytes(image: &ColorImage) -> std::result::Result<Vec<u8>, String> {
    encode(image, png::ColorType::Rgb, &image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect::<Vec<u8>>())
}

/// A picture with transparency as a PNG.
pub(crate) fn png_rgba_bytes(image: &ColorImage) -> std::result::Result<Vec<u8>, String> {
    encode(image, png::ColorType::Rgba, &image.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect::<Vec<u8>>())
}

fn encode(image: &ColorImage, color: png::ColorType, pixels: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let [width, height] = image.size;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}
