//! Text files from outside: which encoding, which separator.

use std::{
    fmt,
    io::{self, Read},
};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The separators that are looked for, in the order they win a draw.
const SEPARATORS: [Separator; 4] = [Separator::Semicolon, Separator::Comma, Separator::Tab, Separator::Bar];

/// What stands between the fields of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// Tabulator.
    Tab,
    /// `|`
    Bar,
}

impl Separator {
    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// The separator that divides the text into the most fields, outside quotes. `None` when none
    /// of them occurs: a file with one column.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let count = |s: Self| fields(line, s.byte());
        SEPARATORS.into_iter().rev().max_by_key(|s| count(*s)).filter(|s| count(*s) > 1)
    }

    /// Another separator that would divide the line into `expected` fields: the sign of a file
    /// whose separator changes halfway.
    pub(crate) fn other_for(self, line: &str, expected: usize) -> Option<Self> {
        SEPARATORS.into_iter().find(|s| *s != self && fields(line, s.byte()) == expected)
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Semicolon => "semicolon",
            Self::Comma => "comma",
            Self::Tab => "tabulator",
            Self::Bar => "vertical bar",
        })
    }
}

fn fields(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 1;
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b if b == separator && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// The encoding of a whole file, read once: what a byte order mark says, UTF-8 when every byte
/// fits it, and else Windows-1252, which older Norwegian systems write and in which every byte
/// means something.
pub(crate) fn encoding_of(mut source: impl Read) -> io::Result<&'static Encoding> {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let (mut input, mut output) = (vec![0; 64 * 1024], vec![0; 256 * 1024]);
    let mut first = true;
    loop {
        let read = source.read(&mut input)?;
        if first && let Some((encoding, _)) = Encoding::for_bom(&input[..read]) {
            return Ok(encoding);
        }
        first = false;
        let (result, ..) = decoder.decode_to_utf8_without_replacement(&input[..read], &mut output, read == 0);
        if matches!(result, encoding_rs::DecoderResult::Malformed(..)) {
            return Ok(WINDOWS_1252);
        }
        if read == 0 {
            return Ok(UTF_8);
        }
    }
}

/// Reads any encoding as UTF-8 without byte order mark, in constant memory.
pub(crate) struct Decoded<R> {
    source: R,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(source: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { source, decoder, input: vec![0; 32 * 1024], output: Vec::new(), at: 0, done: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.at == self.output.len() && !self.done {
            let read = self.source.read(&mut self.input)?;
            self.done = read == 0;
            let needed = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
            self.output.resize(needed, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.input[..read], &mut self.output, self.done);
            self.output.truncate(written);
            self.at = 0;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let some = &self.output[self.at..];
        let length = some.len().min(buffer.len());
        buffer[..length].copy_from_slice(&some[..length]);
        self.at += length;
        Ok(length)
    }
}

/// A whole small file as text.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let encoding = encoding_of(bytes).unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode("blåbær".as_bytes()), "blåbær");
        assert_eq!(decode(b"\xef\xbb\xbfbl\xc3\xa5b\xc3\xa6r"), "blåbær");
        assert_eq!(decode(b"bl\xe5b\xe6r"), "blåbær");
        assert_eq!(decode(b"\xff\xfea\0b\0"), "ab");
    }

    #[test]
    fn a_letter_split_between_two_reads_is_still_a_letter() {
        struct OneByte<'a>(&'a [u8]);
        impl Read for OneByte<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                buffer[0] = *first;
                self.0 = rest;
                Ok(1)
            }
        }
        let text = "blåbær og 日本";
        assert_eq!(encoding_of(OneByte(text.as_bytes())).unwrap(), UTF_8);
        let mut out = String::new();
        Decoded::new(OneByte(text.as_bytes()), UTF_8).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
    }

    #[test]
    fn separators_in_quotes_do_not_count() {
        assert_eq!(Separator::of_line("\"a,b,c\";d"), Some(Separator::Semicolon));
        assert_eq!(Separator::of_line("a,b,c"), Some(Separator::Comma));
        assert_eq!(Separator::of_line("a"), None);
        assert_eq!(Separator::Comma.other_for("1;2;3", 3), Some(Separator::Semicolon));
    }
}
