//! Any byte of a delivery that is altered is found, and the file is named.

use std::fs;

use varde_core::Randomness;
use varde_permit::RuleSet;

use crate::{
    service::{delivered, stays, wanted},
    support::{World, system},
};

/// How many places of each file are altered, beside its first and last byte.
const PLACES: usize = 12;

#[tokio::test]
async fn any_altered_byte_of_a_delivery_is_found_and_its_file_named() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let id = delivered(&world, &wanted(&world, RuleSet::Norway)).await;
    let randomness = Randomness::seeded(23);
    let mut files = 0;
    for entry in fs::read_dir(world.platform.delivery(id)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let whole = fs::read(&path).unwrap();
        let random = || u64::from_be_bytes(randomness.bytes());
        let mut places: Vec<_> = (0..PLACES).map(|_| usize::try_from(random() >> 1).unwrap() % whole.len()).collect();
        places.extend([0, whole.len() - 1]);
        for place in places {
            let mut altered = whole.clone();
            altered[place] ^= 1 << (random() % 8);
            fs::write(&path, &altered).unwrap();
            let found = world.platform.verify(&system(), id).await.unwrap().findings;
            assert!(found.iter().any(|f| f.to_string().contains(&name)), "{name} at {place}: {found:?}");
        }
        fs::write(&path, &whole).unwrap();
        files += 1;
    }
    assert!(files >= 3, "data, codebook and manifest");
    assert!(world.platform.verify(&system(), id).await.unwrap().is_good(), "put back, it is good");
}
