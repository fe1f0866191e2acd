//! People cut into those whom the same numbers are about.

use roaring::RoaringBitmap;

/// The classes into which some sets cut all their people.
pub(super) struct Atoms {
    /// Of each set, its atoms in ascending order.
    pub(super) of: Vec<Vec<u32>>,
    /// Of each atom, how many people.
    pub(super) people: Vec<u64>,
}

impl Atoms {
    /// Cuts: one pass over each set to cut and one to gather. `None` when there would be more than `most`.
    /// Which number an atom gets follows from the order of the sets and of people.
    pub(super) fn cut(sets: &[&RoaringBitmap], most: usize) -> Option<Self> {
        const NOBODY: u32 = 0;
        let last = sets.iter().filter_map(|set| set.max()).max();
        let mut class = vec![NOBODY; last.map_or(0, |last| last as usize + 1)];
        let mut sizes: Vec<u64> = vec![0];
        for set in sets {
            // Where members of each class so far go when they are in this set.
            let mut moved = vec![NOBODY; sizes.len()];
            for person in *set {
                let was = class[person as usize] as usize;
                if moved[was] == NOBODY {
                    moved[was] = u32::try_from(sizes.len()).ok()?;
                    sizes.push(0);
                }
                class[person as usize] = moved[was];
                sizes[was] = sizes[was].saturating_sub(1);
                sizes[moved[was] as usize] += 1;
            }
            // Classes that moved as a whole leave their number behind: it is taken again.
            if sizes.len() > 4 * most + 4 {
                compact(&mut class, &mut sizes);
            }
            if sizes.iter().skip(1).filter(|size| **size > 0).count() > most {
                return None;
            }
        }
        compact(&mut class, &mut sizes);
        let of = sets.iter().map(|set| members(set, &class, sizes.len())).collect();
        Some(Self { of, people: sizes.split_off(1) })
    }
}

/// Numbers the classes that still have members from 1, in their order.
fn compact(class: &mut [u32], sizes: &mut Vec<u64>) {
    let mut number = vec![0_u32; sizes.len()];
    let mut kept = vec![0];
    for at in 1..sizes.len() {
        if sizes[at] > 0 {
            number[at] = kept.len() as u32;
            kept.push(sizes[at]);
        }
    }
    class.iter_mut().for_each(|class| *class = number[*class as usize]);
    *sizes = kept;
}

/// The atoms of a set, from 0.
fn members(set: &RoaringBitmap, class: &[u32], classes: usize) -> Vec<u32> {
    let mut seen = vec![false; classes];
    set.iter().for_each(|person| seen[class[person as usize] as usize] = true);
    (1..classes as u32).filter(|at| seen[*at as usize]).map(|at| at - 1).collect()
}
