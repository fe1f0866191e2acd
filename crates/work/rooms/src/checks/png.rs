//! Looks into a PNG (PNG specification, third edition): only the chunks that are named here may be in
//! it, each no larger than it needs to be, and the image data must unpack to exactly the pixels that
//! the header tells of. So nothing travels in a text, behind the picture, or behind its pixels.
//!
//! Kept decoders skip what they do not know, which is right for a viewer and wrong here. What lies in
//! the pixels themselves is the reviewer's to look at.

use flate2::{Crc, Decompress, FlushDecompress, Status};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The longest side and the most pixels: a figure of 20 × 20 centimetres in print has 6 million.
const LONGEST_SIDE: u32 = 10_000;
const MOST_PIXELS: u64 = 30_000_000;
/// A plot packs to far less than this many bytes for each 100 pixels; below the floor it does not
/// matter.
const DENSE_PER_HUNDRED: u64 = 60;
const DENSE_FLOOR: u64 = 128 << 10;

/// What is wrong with a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not a PNG, or a damaged one.
    Damaged,
    /// A chunk that may not be in it, by its name.
    Chunk(String),
    /// There is something after the picture or after its pixels.
    Behind,
    /// More pixels than a figure needs.
    TooManyPixels,
    /// More bytes than a plot with so many pixels needs.
    Dense,
}

/// Whether the bytes begin as a PNG does.
pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// What is wrong with the picture, if something is.
pub(super) fn fault(bytes: &[u8]) -> Option<Fault> {
    look(bytes).err()
}

/// How long a chunk of that name may be; `None` for one that may not be there. Beside the picture
/// itself: transparency, colours, resolution.
fn longest(name: [u8; 4]) -> Option<usize> {
    Some(match &name {
        b"IHDR" => 13,
        b"PLTE" => 3 * 256,
        b"IDAT" => usize::MAX,
        b"IEND" => 0,
        b"tRNS" => 256,
        b"cHRM" => 32,
        b"gAMA" | b"sBIT" => 4,
        b"sRGB" => 1,
        b"pHYs" => 9,
        b"bKGD" => 6,
        _ => return None,
    })
}

struct Chunk<'a> {
    name: [u8; 4],
    data: &'a [u8],
}

fn look(bytes: &[u8]) -> Result<(), Fault> {
    let (chunks, end) = chunks(bytes)?;
    let [first, .., last] = chunks.as_slice() else { return Err(Fault::Damaged) };
    if first.name != *b"IHDR" || last.name != *b"IEND" {
        return Err(Fault::Damaged);
    }
    if end != bytes.len() {
        return Err(Fault::Behind);
    }
    let names: Vec<[u8; 4]> = chunks.iter().map(|chunk| chunk.name).collect();
    let image = names.iter().filter(|name| *name == b"IDAT").count();
    let begins = names.iter().position(|name| name == b"IDAT").ok_or(Fault::Damaged)?;
    let together = names[begins..begins + image].iter().all(|name| name == b"IDAT");
    let twice = names.iter().enumerate().any(|(at, name)| name != b"IDAT" && names[..at].contains(name));
    if !together || twice {
        return Err(Fault::Damaged);
    }
    let header = Header::read(first.data)?;
    if header.width > LONGEST_SIDE || header.height > LONGEST_SIDE || header.pixels() > MOST_PIXELS {
        return Err(Fault::TooManyPixels);
    }
    unpack(chunks[begins..begins + image].iter().map(|chunk| chunk.data), header.unpacked())?;
    if bytes.len() as u64 > DENSE_FLOOR.max(header.pixels() * DENSE_PER_HUNDRED / 100) {
        return Err(Fault::Dense);
    }
    Ok(())
}

/// The chunks up to the picture's end, and where that is. Each must be allowed, no longer than
/// allowed, and have the check sum that belongs to it.
fn chunks(bytes: &[u8]) -> Result<(Vec<Chunk<'_>>, usize), Fault> {
    if !is_png(bytes) {
        return Err(Fault::Damaged);
    }
    let (mut chunks, mut at) = (Vec::new(), SIGNATURE.len());
    loop {
        let length = usize::try_from(number(bytes, at)?).map_err(|_| Fault::Damaged)?;
        let name: [u8; 4] = piece(bytes, at + 4, 4)?.try_into().map_err(|_| Fault::Damaged)?;
        if longest(name).is_none_or(|longest| length > longest) {
            return Err(Fault::Chunk(name.iter().map(|b| char::from(*b)).filter(char::is_ascii_alphabetic).collect()));
        }
        let data = piece(bytes, at + 8, length)?;
        let mut sum = Crc::new();
        sum.update(&name);
        sum.update(data);
        if number(bytes, at + 8 + length)? != sum.sum() {
            return Err(Fault::Damaged);
        }
        at += 12 + length;
        chunks.push(Chunk { name, data });
        if &name == b"IEND" {
            return Ok((chunks, at));
        }
    }
}

fn piece(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], Fault> {
    at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or(Fault::Damaged)
}

fn number(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let four = piece(bytes, at, 4)?.try_into().map_err(|_| Fault::Damaged)?;
    Ok(u32::from_be_bytes(four))
}

struct Header {
    width: u32,
    height: u32,
    /// Bits of one pixel.
    depth: u64,
    interlaced: bool,
}

impl Header {
    fn read(data: &[u8]) -> Result<Self, Fault> {
        let &[.., bits, colour, compression, filter, interlace] = data else { return Err(Fault::Damaged) };
        let samples = match (colour, bits) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
            (2, 8 | 16) => 3,
            (4, 8 | 16) => 2,
            (6, 8 | 16) => 4,
            _ => return Err(Fault::Damaged),
        };
        let (width, height) = (number(data, 0)?, number(data, 4)?);
        if data.len() != 13 || width == 0 || height == 0 || compression != 0 || filter != 0 || interlace > 1 {
            return Err(Fault::Damaged);
        }
        Ok(Self { width, height, depth: samples * u64::from(bits), interlaced: interlace == 1 })
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// How many bytes the image data unpack to: each row begins with the byte of its filter.
    fn unpacked(&self) -> u64 {
        let rows = |width: u32, height: u32| {
            if width == 0 { 0 } else { u64::from(height) * (1 + (u64::from(width) * self.depth).div_ceil(8)) }
        };
        if !self.interlaced {
            return rows(self.width, self.height);
        }
        // Adam7: where each of the seven passes begins, and its steps.
        let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        let part = |whole: u32, from: u32, step: u32| whole.saturating_sub(from).div_ceil(step);
        passes.iter().map(|&(x, y, right, down)| rows(part(self.width, x, right), part(self.height, y, down))).sum()
    }
}

/// Unpacks the image data without keeping it: it must be one whole stream of exactly that length.
fn unpack<'a>(pieces: impl Iterator<Item = &'a [u8]>, expected: u64) -> Result<(), Fault> {
    let packed: Vec<u8> = pieces.flatten().copied().collect();
    let (mut stream, mut buffer) = (Decompress::new(true), vec![0; 64 << 10]);
    loop {
        let read = usize::try_from(stream.total_in()).map_err(|_| Fault::Damaged)?;
        let before = stream.total_out();
        let status = stream.decompress(&packed[read..], &mut buffer, FlushDecompress::None);
        let moved = stream.total_in() as usize > read || stream.total_out() > before;
        match status.map_err(|_| Fault::Damaged)? {
            _ if stream.total_out() > expected => return Err(Fault::Behind),
            Status::StreamEnd => break,
            _ if !moved => return Err(Fault::Damaged),
            _ => {}
        }
    }
    match (stream.total_out() == expected, stream.total_in() == packed.len() as u64) {
        (true, true) => Ok(()),
        (true, false) => Err(Fault::Behind),
        (false, _) => Err(Fault::Damaged),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut sum = Crc::new();
        sum.update(name);
        sum.update(data);
        [&(data.len() as u32).to_be_bytes(), name.as_slice(), data, &sum.sum().to_be_bytes()].concat()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn header(width: u32, height: u32, interlace: u8) -> Vec<u8> {
        [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, interlace]].concat()
    }

    fn assembled(header: &[u8], extra: &[u8], image: &[u8], behind: &[u8]) -> Vec<u8> {
        [SIGNATURE, &chunk(b"IHDR", header), extra, &chunk(b"IDAT", image), &chunk(b"IEND", &[]), behind].concat()
    }

    /// A black picture of 40 × 30 pixels, with something more in it.
    pub(crate) fn picture(extra: &[u8], behind: &[u8]) -> Vec<u8> {
        assembled(&header(40, 30, 0), extra, &packed(&[0; 30 * (1 + 40 * 3)]), behind)
    }

    fn chunk_of(name: &str) -> Option<Fault> {
        Some(Fault::Chunk(name.to_owned()))
    }

    #[test]
    fn a_plain_picture_passes_with_what_belongs_to_one() {
        assert_eq!(fault(&picture(&[], &[])), None);
        let belongs = [chunk(b"sRGB", &[0]), chunk(b"gAMA", &[0; 4]), chunk(b"pHYs", &[0; 9])].concat();
        assert_eq!(fault(&picture(&belongs, &[])), None);
        let adam7 = packed(&vec![0; Header::read(&header(40, 30, 1)).unwrap().unpacked() as usize]);
        assert_eq!(fault(&assembled(&header(40, 30, 1), &[], &adam7, &[])), None);
    }

    #[test]
    fn texts_and_unknown_chunks_do_not_leave() {
        for name in [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"sPLT", b"tIME", b"hIST", b"prVt", b"acTL"] {
            let found = fault(&picture(&chunk(name, b"Comment\0row of a person"), &[]));
            assert_eq!(found, chunk_of(std::str::from_utf8(name).unwrap()));
        }
        assert_eq!(fault(&picture(&chunk(b"pHYs", &[7; 900]), &[])), chunk_of("pHYs"), "longer than it needs to be");
        assert_eq!(fault(&picture(&chunk(b"gAMA", &[0; 4]).repeat(2), &[])), Some(Fault::Damaged), "each once");
    }

    #[test]
    fn nothing_travels_behind_a_picture_or_its_pixels() {
        assert_eq!(fault(&picture(&[], b"rows")), Some(Fault::Behind));
        let rows = 30 * (1 + 40 * 3);
        let longer = packed(&vec![0; rows + 1]);
        assert_eq!(fault(&assembled(&header(40, 30, 0), &[], &longer, &[])), Some(Fault::Behind));
        let after = [packed(&vec![0; rows]), b"rows of persons".to_vec()].concat();
        assert_eq!(fault(&assembled(&header(40, 30, 0), &[], &after, &[])), Some(Fault::Behind));
        let shorter = packed(&vec![0; rows - 1]);
        assert_eq!(fault(&assembled(&header(40, 30, 0), &[], &shorter, &[])), Some(Fault::Damaged));
        let mut changed = picture(&[], &[]);
        let sum = changed.len() - 14;
        changed[sum] ^= 1;
        assert_eq!(fault(&changed), Some(Fault::Damaged), "a check sum carries nothing else");
    }

    #[test]
    fn pictures_are_no_larger_than_figures() {
        assert_eq!(fault(&assembled(&header(10_001, 1, 0), &[], &[], &[])), Some(Fault::TooManyPixels));
        assert_eq!(fault(&assembled(&header(9_000, 9_000, 0), &[], &[], &[])), Some(Fault::TooManyPixels));
        let noise: Vec<u8> =
            (0..400 * (1 + 400 * 3)).map(|n: u64| ((n.wrapping_mul(n) >> 7) ^ (n * 31)) as u8).collect();
        let noise = assembled(&header(400, 400, 0), &[], &packed_not(&noise), &[]);
        assert_eq!(fault(&noise), Some(Fault::Dense), "noise is no plot");
    }

    fn packed_not(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    proptest! {
        #[test]
        fn whatever_a_room_writes_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..80) {
            let _ = fault(&bytes);
            let mut changed = picture(&[], &[]);
            let end = (at + bytes.len()).min(changed.len());
            let piece = end.saturating_sub(at);
            changed[at..end].copy_from_slice(&bytes[..piece]);
            let _ = fault(&changed);
            prop_assert!(fault(&[SIGNATURE, &bytes].concat()).is_some());
        }
    }
}
