//! Weighted sums modulo 11.

/// Weights of the first control digit of a national number.
pub(super) const NATIONAL_FIRST: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
/// Weights of the second control digit of a national number.
pub(super) const NATIONAL_SECOND: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
/// Weights of the two control digits (00–10) of a DUF number.
pub(super) const DUF: [u32; 10] = [4, 6, 3, 2, 4, 6, 3, 2, 7, 5];
/// Weights of the control digit of an organisation number.
pub(super) const ORGANISATION: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// The ASCII digits as values; `None` when one is not a digit or the length is not `N`.
pub(super) fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|b| b - b'0'))
}

/// The weighted sum of the first digits, modulo 11.
pub(super) fn remainder(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>() % 11
}

/// The digit that makes `sum + digit` leave `target` modulo 11; `None` when it would be 10.
pub(super) fn completing(sum: u32, target: u32) -> Option<u8> {
    let digit = (11 + target - sum % 11) % 11;
    u8::try_from(digit).ok().filter(|d| *d < 10)
}
