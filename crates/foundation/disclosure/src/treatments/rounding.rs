//! Counts rounded one by one.

use crate::rules::Rounding;

impl Rounding {
    /// The base.
    pub const fn base(self) -> u64 {
        match self {
            Self::Nearest { base } | Self::FewToNone { base, .. } | Self::Midpoint { base } => base,
        }
    }

    /// The count as it is shown. With a base below 2 it is the count itself.
    ///
    /// OpenSAFELY's `measures` (few = 7, base = 5) shows none for 7 and fewer, and multiples of 5 for the
    /// rest; its midpoint-6 rounding shows `ceil(count / 6) * 6 - 3`, so that none of 1 to 6 people look
    /// alike to nobody, and sums are not biased upwards.
    pub fn shown(self, count: u64) -> u64 {
        let nearest = |base: u64| {
            let below = count - count % base;
            if (count % base) * 2 >= base { below + base } else { below }
        };
        match self {
            Self::Nearest { base } | Self::FewToNone { base, .. } | Self::Midpoint { base } if base < 2 => count,
            Self::Nearest { base } => nearest(base),
            Self::FewToNone { few, .. } if count <= few => 0,
            Self::FewToNone { base, .. } => nearest(base),
            Self::Midpoint { base } if count > 0 => count.div_ceil(base) * base - base / 2,
            Self::Midpoint { .. } => 0,
        }
    }
}
