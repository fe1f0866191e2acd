//! Municipalities, as numbered since 2024, with their skewed sizes.

use std::sync::LazyLock;

use crate::random::{Choices, Dice, Weighted};

/// A municipality of the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its number without leading zeros: 301 for 0301.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Inhabitants, in hundreds and at least one: the weight in the demo world.
    pub size: u32,
    /// Which of the hospital trusts serves it (position in [`crate::TRUSTS`]).
    pub trust: u8,
}

impl Place {
    /// The number with four digits.
    pub fn code(&self) -> String {
        format!("{:04}", self.number)
    }
}

const fn place(number: u16, name: &'static str, size: u32, trust: u8) -> Place {
    Place { number, name, size, trust }
}

/// All municipalities of the demo world, the largest first.
pub const PLACES: [Place; 62] = [
    place(301, "Oslo", 7175, 0),
    place(4601, "Bergen", 2919, 1),
    place(5001, "Trondheim", 2147, 2),
    place(1103, "Stavanger", 1490, 4),
    place(3201, "Bærum", 1308, 5),
    place(4204, "Kristiansand", 1163, 7),
    place(3301, "Drammen", 1043, 5),
    place(3203, "Asker", 982, 5),
    place(3205, "Lillestrøm", 930, 6),
    place(3107, "Fredrikstad", 849, 6),
    place(1108, "Sandnes", 833, 4),
    place(5501, "Tromsø", 780, 3),
    place(3907, "Sandefjord", 660, 5),
    place(3105, "Sarpsborg", 600, 6),
    place(1508, "Ålesund", 586, 2),
    place(3905, "Tønsberg", 583, 5),
    place(4003, "Skien", 561, 5),
    place(1804, "Bodø", 534, 3),
    place(3103, "Moss", 525, 6),
    place(3909, "Larvik", 486, 5),
    place(4203, "Arendal", 463, 7),
    place(1149, "Karmøy", 430, 4),
    place(1106, "Haugesund", 382, 4),
    place(4001, "Porsgrunn", 374, 5),
    place(3411, "Ringsaker", 352, 8),
    place(3403, "Hamar", 330, 8),
    place(1506, "Molde", 323, 2),
    place(3101, "Halden", 317, 6),
    place(3305, "Ringerike", 317, 5),
    place(3407, "Gjøvik", 306, 8),
    place(4627, "Askøy", 301, 1),
    place(3405, "Lillehammer", 286, 8),
    place(3303, "Kongsberg", 288, 5),
    place(1833, "Rana", 261, 3),
    place(5503, "Harstad", 248, 3),
    place(1505, "Kristiansund", 242, 2),
    place(5006, "Steinkjer", 240, 2),
    place(5035, "Stjørdal", 246, 2),
    place(4202, "Grimstad", 247, 7),
    place(5601, "Alta", 214, 3),
    place(1806, "Narvik", 216, 3),
    place(5037, "Levanger", 203, 2),
    place(3401, "Kongsvinger", 180, 8),
    place(4621, "Voss", 161, 1),
    place(5007, "Namsos", 150, 2),
    place(1824, "Vefsn", 132, 3),
    place(4640, "Sogndal", 122, 1),
    place(1860, "Vestvågøy", 116, 3),
    place(1870, "Sortland", 105, 3),
    place(5603, "Hammerfest", 112, 3),
    place(5605, "Sør-Varanger", 100, 3),
    place(4207, "Flekkefjord", 92, 7),
    place(1866, "Hadsel", 81, 3),
    place(5612, "Kautokeino", 28, 3),
    place(5610, "Karasjok", 25, 3),
    place(1857, "Værøy", 7, 3),
    place(5052, "Leka", 6, 2),
    place(1144, "Kvitsøy", 5, 4),
    place(1835, "Træna", 4, 3),
    place(4629, "Modalen", 4, 1),
    place(1856, "Røst", 4, 3),
    place(1151, "Utsira", 2, 4),
];

static BY_SIZE: Choices<Place> = LazyLock::new(|| Weighted::by(&PLACES, |_, place| place.size));

/// A municipality by size.
pub(crate) fn draw(dice: &mut Dice) -> &'static Place {
    BY_SIZE.draw(dice)
}

/// The municipality of that number; Oslo when it is not one of ours.
pub(crate) fn of(number: u16) -> &'static Place {
    PLACES.iter().find(|p| p.number == number).unwrap_or(&PLACES[0])
}
