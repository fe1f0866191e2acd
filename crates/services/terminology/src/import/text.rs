//! Bytes as text.

use encoding_rs::WINDOWS_1252;

use super::Remark;

/// The text of a file: UTF-8 when every byte fits it, with or without byte order mark, and else
/// Windows-1252, which SAS on older machines writes and in which every byte means something. Letters
/// that somebody else has lost before are counted.
pub(super) fn decode(bytes: &[u8]) -> (String, Vec<Remark>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    let damaged = text.matches('\u{fffd}').count();
    let first = || text.lines().position(|line| line.contains('\u{fffd}')).map_or(0, |at| at + 1);
    let remarks = (damaged > 0).then(|| Remark::Damaged { letters: damaged, line: first() });
    (text, remarks.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read_and_lost_letters_are_counted() {
        assert_eq!(decode("\u{feff}blåbær".as_bytes()).0, "blåbær");
        assert_eq!(decode(b"bl\xe5b\xe6r").0, "blåbær");
        let (text, remarks) = decode("en\nS\u{fffd}RKODE".as_bytes());
        assert_eq!(text, "en\nS\u{fffd}RKODE");
        assert_eq!(remarks, [Remark::Damaged { letters: 1, line: 2 }]);
    }
}
