//! A byte stream, unpacked if gzipped, with an upper bound on its length.

use flate2::bufread::GzDecoder;
use std::io::{self, Read};

/// Maximum compression ratio of Deflate: a larger size in a header is wrong, which is known without unpacking.
pub(super) const MAX_RATIO: u64 = 1032;

/// Plain or gzipped bytes.
pub(super) struct Unpacked<'a> {
    reader: Box<dyn Read + 'a>,
    /// Exact for plain bytes, an upper bound for gzip.
    pub(super) at_most: u64,
    pub(super) zipped: bool,
}

impl<'a> Unpacked<'a> {
    /// Gzip is detected from the first two bytes, not from the name.
    pub(super) fn open(bytes: &'a [u8]) -> Self {
        let zipped = bytes.starts_with(&[0x1f, 0x8b]);
        let length = bytes.len() as u64;
        if zipped {
            Self { reader: Box::new(Members { member: Some(GzDecoder::new(bytes)) }), at_most: length.saturating_mul(MAX_RATIO), zipped }
        } else {
            Self { reader: Box::new(bytes), at_most: length, zipped }
        }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// The members of a gzip file in sequence. Zeros may follow the last one, because tapes and some servers fill blocks.
struct Members<'a> {
    member: Option<GzDecoder<&'a [u8]>>,
}

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let rest: &[u8] = member.get_ref();
            self.member = rest.iter().any(|&byte| byte != 0).then(|| GzDecoder::new(rest));
        }
        Ok(0)
    }
}
