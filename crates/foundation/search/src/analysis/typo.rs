//! How far two spellings are apart: letters left out, put in, changed, or two neighbours swapped.

/// Changes that a word of that many letters is forgiven: none below four, then one, two from eight.
pub fn forgiven(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// The distance of two words when it is at most `limit` (optimal string alignment).
pub fn distance(one: &[char], other: &[char], limit: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > limit {
        return None;
    }
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    for (i, a) in one.iter().enumerate() {
        row[0] = i + 1;
        let mut least = row[0];
        for (j, b) in other.iter().enumerate() {
            let changed = last[j] + usize::from(a != b);
            let mut cost = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last[other.len()] <= limit).then(|| last[other.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str) -> Option<usize> {
        distance(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>(), 2)
    }

    #[test]
    fn spellings_near_and_far() {
        assert_eq!(apart("diagnose", "diagnose"), Some(0));
        assert_eq!(apart("diagnsoe", "diagnose"), Some(1), "swapped neighbours are one change");
        assert_eq!(apart("blodtryk", "blodtrykk"), Some(1));
        assert_eq!(apart("fødsel", "fodsel"), Some(1), "ø is another letter than o");
        assert_eq!(apart("diagonse", "diagnose"), Some(1));
        assert_eq!(apart("vaksine", "vakt"), None);
        assert_eq!((forgiven(3), forgiven(4), forgiven(8)), (0, 1, 2));
    }

    proptest::proptest! {
        #[test]
        fn distance_has_two_directions(one in "[abø]{0,8}", other in "[abø]{0,8}") {
            proptest::prop_assert_eq!(apart(&one, &other), apart(&other, &one));
        }

        #[test]
        fn a_letter_left_out_is_one_change(word in "[a-zæøå]{2,12}", at in 0usize..12) {
            let mut chars: Vec<char> = word.chars().collect();
            let whole = chars.clone();
            chars.remove(at % whole.len());
            proptest::prop_assert_eq!(distance(&whole, &chars, 2), Some(1));
        }
    }
}
