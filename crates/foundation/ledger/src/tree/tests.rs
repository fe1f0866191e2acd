use proptest::prelude::*;

use super::*;

/// A log kept in memory.
fn grown(batches: &[u64]) -> (Vec<Digest>, Tiles, u64, Digest) {
    let (mut leaves, mut tiles) = (Vec::new(), Tiles::new());
    let (mut size, mut root) = (0, Digest::from_bytes(tlog::EMPTY_HASH.0));
    for batch in batches {
        let mut edge = Edge::resume(size, root, &tiles).unwrap();
        for _ in 0..*batch {
            let commitment = Digest::of(&(leaves.len() as u64).to_be_bytes());
            assert_eq!(edge.push(&commitment).unwrap(), leaves.len() as u64);
            leaves.push(commitment);
        }
        tiles.extend(edge.new_tiles().unwrap());
        (size, root) = (edge.size(), edge.root().unwrap());
    }
    (leaves, tiles, size, root)
}

/// RFC 6962, 2.1, word for word.
fn merkle_tree_hash(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => tlog::EMPTY_HASH,
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            tlog::node_hash(merkle_tree_hash(&leaves[..k]), merkle_tree_hash(&leaves[k..]))
        }
    }
}

fn flip(digest: &Digest, bit: usize) -> Digest {
    let mut bytes = *digest.bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Digest::from_bytes(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_proof_verifies_and_every_altered_one_fails(
        batches in prop::collection::vec(1_u64..400, 1..6),
        pick in any::<prop::sample::Index>(),
        older in any::<prop::sample::Index>(),
        bit in 0_usize..256,
    ) {
        let (leaves, tiles, size, root) = grown(&batches);
        let hashes: Vec<Hash> = leaves.iter().map(leaf_hash).collect();
        prop_assert_eq!(*root.bytes(), merkle_tree_hash(&hashes).0);

        let index = pick.index(leaves.len()) as u64;
        let leaf = &leaves[index as usize];
        let wanted: Tiles = tiles_for_inclusion(index, size).into_iter().map(|t| (t, tiles[&t].clone())).collect();
        let path = prove_inclusion(index, size, root, &wanted).unwrap();
        check_inclusion(&path, index, size, root, leaf).unwrap();
        prop_assert!(check_inclusion(&path, index, size, flip(&root, bit), leaf).is_err());
        prop_assert!(check_inclusion(&path, index, size, root, &flip(leaf, bit)).is_err());
        for i in 0..path.len() {
            let mut altered = path.clone();
            altered[i] = flip(&altered[i], bit);
            prop_assert!(check_inclusion(&altered, index, size, root, leaf).is_err());
        }
        for other in 0..size {
            prop_assert_eq!(check_inclusion(&path, other, size, root, leaf).is_ok(), other == index);
        }

        let old = 1 + older.index(leaves.len()) as u64;
        let old_root = Digest::from_bytes(merkle_tree_hash(&hashes[..old as usize]).0);
        let wanted: Tiles = tiles_for_consistency(old, size).into_iter().map(|t| (t, tiles[&t].clone())).collect();
        let proof = prove_consistency(old, size, root, &wanted).unwrap();
        check_consistency(&proof, old, old_root, size, root).unwrap();
        prop_assert!(check_consistency(&proof, old, flip(&old_root, bit), size, root).is_err());
        prop_assert!(check_consistency(&proof, old, old_root, size, flip(&root, bit)).is_err());
    }

    #[test]
    fn an_altered_tile_is_noticed_before_anything_is_proved_or_added(
        batches in prop::collection::vec(1_u64..400, 1..4),
        pick in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(),
    ) {
        let (_, tiles, size, root) = grown(&batches);
        let index = pick.index(size as usize) as u64;
        for tile in tiles_for_inclusion(index, size) {
            let mut altered = tiles.clone();
            let bytes = altered.get_mut(&tile).unwrap();
            let at = byte.index(bytes.len());
            bytes[at] ^= 1;
            prop_assert_eq!(prove_inclusion(index, size, root, &altered), Err(TreeError::Inconsistent(size)));
        }
        for tile in Edge::tiles(size) {
            let mut altered = tiles.clone();
            altered.get_mut(&tile).unwrap()[0] ^= 1;
            prop_assert!(Edge::resume(size, root, &altered).is_err());
        }
    }

    #[test]
    fn addresses_never_panic(text in "tile/(entries|\\+?[0-9]{1,3})/(x[0-9]{3}/){0,7}[0-9]{1,3}(\\.p/[+0-2]{0,3}[0-9]?)?") {
        if let Some(Resource::Tile(tile)) = Resource::parse(&text) {
            prop_assert_eq!(path(&tile), text);
        }
    }
}

/// The roots and the proofs that RFC 6962's reference implementation tests against (its eight
/// leaves are of other lengths than ours, so the record hash is taken directly).
#[test]
fn the_roots_of_the_reference_implementation() {
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut nodes = Nodes::default();
    for (n, input) in (0_u64..).zip(inputs) {
        let bytes = hex::decode(input).unwrap();
        let hashes = tlog::stored_hashes(n, &bytes, &nodes).unwrap();
        nodes.0.extend((tlog::stored_hash_index(0, n)..).zip(hashes));
        assert_eq!(hex::encode(tlog::tree_hash(n + 1, &nodes).unwrap().0), roots[n as usize]);
    }
}

/// C2SP tlog-tiles: the size of 70,000, and 256 as a full tile with one hash above.
#[test]
fn the_tiles_of_the_specifications_examples() {
    let tiles = Tile::new_tiles(TILE_HEIGHT, 0, 70_000);
    let count = |level, full| tiles.iter().filter(|t| t.level() == level && (t.width() == 256) == full).count();
    assert_eq!((count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)), (273, 1, 1, 1, 1));
    let widths: Vec<u32> = Edge::tiles(70_000).iter().map(Tile::width).collect();
    assert_eq!(widths, [112, 17, 1]);
    assert_eq!(Edge::tiles(256).iter().map(Tile::level).collect::<Vec<_>>(), [1]);
}

#[test]
fn addresses_have_one_spelling() {
    let tile = Tile::new(TILE_HEIGHT, 0, 1_234_067, 256, false);
    assert_eq!(path(&tile), "tile/0/x001/x234/067");
    assert_eq!(Resource::parse("tile/0/x001/x234/067"), Some(Resource::Tile(tile)));
    assert_eq!(Resource::parse("tile/entries/000.p/7"), Some(Resource::Entries { number: 0, width: 7 }));
    for wrong in [
        "tile/0/1",
        "tile/00/001",
        "tile/0/001.p/0",
        "tile/0/001.p/00",
        "tile/entries/001.p/+0",
        "tile/0/001.p/1.p/0",
        "tile/+1/000",
        "tile/0/001.p/256",
        "tile/64/000",
        "tile/8/0/000",
        "x",
    ] {
        assert_eq!(Resource::parse(wrong), None, "{wrong}");
    }
    assert_eq!(bundle([[7_u8; 32].as_slice()])[..3], [0, 32, 7]);
}
