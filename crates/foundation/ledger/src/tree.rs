//! The Merkle tree of RFC 6962 in tiles of 256 hashes (C2SP tlog-tiles), on top of `tlog_tiles`:
//! growing it batch by batch, proving from tiles that are themselves checked, and the addresses
//! and bytes that are published.

use std::{cell::RefCell, collections::HashMap};

use tlog_tiles::{Hash, HashReader, TileHashReader, TileReader, tlog};
use varde_core::Digest;

pub use tlog_tiles::Tile;

/// Tiles are 2⁸ hashes wide (C2SP tlog-tiles).
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// Why a tree could not be grown or a proof not be made or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A tile that is needed is not there or has another length.
    #[error("tile {0} is missing or has the wrong length")]
    MissingTile(String),
    /// The tiles do not lead to the root of the checkpoint.
    #[error("the tiles do not lead to the root of the checkpoint of size {0}: one of them was altered")]
    Inconsistent(u64),
    /// There is no such entry, or the sizes are the wrong way round.
    #[error("entry {index} is not in a tree of {size} entries")]
    OutOfRange {
        /// The entry or the smaller size.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The proof does not hold.
    #[error("the proof does not lead from the entry to the root")]
    WrongProof,
}

/// The leaf of an entry: RFC 6962 `SHA-256(0x00 ‖ commitment)`.
pub fn leaf_hash(commitment: &Digest) -> Hash {
    tlog::record_hash(commitment.bytes())
}

/// Tiles by what they are.
pub type Tiles = HashMap<Tile, Vec<u8>>;

/// The growing edge of the tree: as much of it as appending needs.
#[derive(Debug)]
pub struct Edge {
    start: u64,
    size: u64,
    hashes: Nodes,
}

#[derive(Debug, Default)]
struct Nodes(HashMap<u64, Hash>);

impl HashReader for Nodes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        indexes.iter().map(|i| self.0.get(i).copied().ok_or(tlog::Error::IndexesNotInTree)).collect()
    }
}

impl Edge {
    /// The partial tiles at the right edge of a tree, which [`Self::resume`] takes.
    pub fn tiles(size: u64) -> Vec<Tile> {
        let mut tiles = Vec::new();
        for level in 0..TILE_HEIGHT {
            let hashes = size >> (TILE_HEIGHT * level);
            let width = hashes % TILE_WIDTH;
            if width > 0 {
                tiles.push(Tile::new(TILE_HEIGHT, level, hashes / TILE_WIDTH, width as u32, false));
            }
        }
        tiles
    }

    /// The edge of a tree of `size` entries, checked against its root before anything is added:
    /// a log never signs on top of tiles that were altered.
    pub fn resume(size: u64, root: Digest, tiles: &Tiles) -> Result<Self, TreeError> {
        let mut edge = Self { start: size, size, hashes: Nodes::default() };
        for tile in Self::tiles(size) {
            let bytes = tiles.get(&tile).filter(|b| b.len() == tile.width() as usize * tlog::HASH_SIZE);
            edge.load(&tile, bytes.ok_or_else(|| TreeError::MissingTile(path(&tile)))?);
        }
        if edge.root()? == root { Ok(edge) } else { Err(TreeError::Inconsistent(size)) }
    }

    /// Adds an entry; its index is the size before.
    pub fn push(&mut self, commitment: &Digest) -> Result<u64, TreeError> {
        let (index, leaf) = (self.size, leaf_hash(commitment));
        let hashes = tlog::stored_hashes_for_record_hash(index, leaf, &self.hashes)
            .map_err(|_| TreeError::Inconsistent(self.size))?;
        let first = tlog::stored_hash_index(0, index);
        self.hashes.0.extend((first..).zip(hashes));
        self.size += 1;
        Ok(index)
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root now.
    pub fn root(&self) -> Result<Digest, TreeError> {
        tlog::tree_hash(self.size, &self.hashes)
            .map(|h| Digest::from_bytes(h.0))
            .map_err(|_| TreeError::Inconsistent(self.size))
    }

    /// The tiles that are new or wider since [`Self::resume`].
    pub fn new_tiles(&self) -> Result<Vec<(Tile, Vec<u8>)>, TreeError> {
        Tile::new_tiles(TILE_HEIGHT, self.start, self.size)
            .into_iter()
            .map(|tile| {
                let bytes = tile.read_data(&self.hashes).map_err(|_| TreeError::MissingTile(path(&tile)))?;
                Ok((tile, bytes))
            })
            .collect()
    }

    /// Takes in a tile's hashes and every complete subtree over them.
    fn load(&mut self, tile: &Tile, bytes: &[u8]) {
        let mut row: Vec<Hash> = bytes.chunks_exact(tlog::HASH_SIZE).filter_map(hash).collect();
        let mut first = tile.level_index() * TILE_WIDTH;
        for level in tile.level() * TILE_HEIGHT.. {
            for (n, hash) in (first..).zip(&row) {
                self.hashes.0.insert(tlog::stored_hash_index(level, n), *hash);
            }
            if row.len() < 2 {
                break;
            }
            row = row.chunks_exact(2).map(|pair| tlog::node_hash(pair[0], pair[1])).collect();
            first /= 2;
        }
    }
}

fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok().map(Hash)
}

/// Collects which tiles a computation wants, by failing when it asks.
#[derive(Default)]
struct Wanted(RefCell<Vec<Tile>>);

impl TileReader for Wanted {
    fn height(&self) -> u8 {
        TILE_HEIGHT
    }
    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        self.0.borrow_mut().extend_from_slice(tiles);
        Err(tlog::Error::InvalidTile)
    }
    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Tiles of a tree of a size, every full one checked against the tile above it.
///
/// `TileHashReader` (0.2.0, as the Go original) means to do that itself, but counts the subtrees
/// at the edge where it should count their tiles, and so skips the first tiles of a path when one
/// edge tile holds several subtrees. The partial tiles it does check against the root.
struct Loaded<'a> {
    tiles: &'a Tiles,
    size: u64,
}

impl Loaded<'_> {
    fn authentic(&self, tile: &Tile, bytes: &[u8]) -> bool {
        if u64::from(tile.width()) < TILE_WIDTH {
            return true;
        }
        let above = tile.parent(1, self.size).and_then(|above| Some((above, self.tiles.get(&above)?)));
        above.is_some_and(|(above, above_bytes)| {
            let index = tlog::stored_hash_index(above.level() * TILE_HEIGHT, tile.level_index());
            above.hash_at_index(above_bytes, index).is_ok_and(|hash| hash == Tile::subtree_hash(bytes))
        })
    }
}

impl TileReader for Loaded<'_> {
    fn height(&self) -> u8 {
        TILE_HEIGHT
    }
    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        let read = |tile: &Tile| {
            let whole = |bytes: &&Vec<u8>| bytes.len() == tile.width() as usize * tlog::HASH_SIZE;
            let bytes = self.tiles.get(tile).filter(whole).ok_or(tlog::Error::InvalidTile)?;
            if self.authentic(tile, bytes) { Ok(bytes.clone()) } else { Err(tlog::Error::InconsistentTile) }
        };
        tiles.iter().map(read).collect()
    }
    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// The tiles that [`prove_inclusion`] will read: fetch them, then call it.
pub fn tiles_for_inclusion(index: u64, size: u64) -> Vec<Tile> {
    let wanted = Wanted::default();
    if index < size {
        // The outcome is an error by design: only which tiles were asked for matters.
        drop(tlog::prove_record(size, index, &TileHashReader::new(size, Hash::default(), &wanted)));
    }
    wanted.0.into_inner()
}

/// The audit path (RFC 6962, 2.1.1) from an entry to the root of a checkpoint, the leaf's sibling
/// first. The tiles are checked against the root on the way.
pub fn prove_inclusion(index: u64, size: u64, root: Digest, tiles: &Tiles) -> Result<Vec<Digest>, TreeError> {
    if index >= size {
        return Err(TreeError::OutOfRange { index, size });
    }
    let tiles = Loaded { tiles, size };
    let reader = TileHashReader::new(size, Hash(*root.bytes()), &tiles);
    tlog::prove_record(size, index, &reader).map(digests).map_err(|_| TreeError::Inconsistent(size))
}

/// Checks an audit path.
pub fn check_inclusion(
    path: &[Digest],
    index: u64,
    size: u64,
    root: Digest,
    commitment: &Digest,
) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::OutOfRange { index, size });
    }
    tlog::check_record(&hashes(path), size, Hash(*root.bytes()), index, leaf_hash(commitment))
        .map_err(|_| TreeError::WrongProof)
}

/// The tiles that [`prove_consistency`] will read.
pub fn tiles_for_consistency(old: u64, size: u64) -> Vec<Tile> {
    let wanted = Wanted::default();
    if (1..=size).contains(&old) {
        drop(tlog::prove_tree(size, old, &TileHashReader::new(size, Hash::default(), &wanted)));
    }
    wanted.0.into_inner()
}

/// The proof (RFC 6962, 2.1.2) that the tree of `old` entries is a prefix of that of `size`.
/// Empty when `old` is 0, as C2SP tlog-witness wants it.
pub fn prove_consistency(old: u64, size: u64, root: Digest, tiles: &Tiles) -> Result<Vec<Digest>, TreeError> {
    if old > size {
        return Err(TreeError::OutOfRange { index: old, size });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let tiles = Loaded { tiles, size };
    let reader = TileHashReader::new(size, Hash(*root.bytes()), &tiles);
    tlog::prove_tree(size, old, &reader).map(digests).map_err(|_| TreeError::Inconsistent(size))
}

/// Checks that the tree `(size, root)` has the tree `(old, old_root)` as its beginning.
pub fn check_consistency(
    proof: &[Digest],
    old: u64,
    old_root: Digest,
    size: u64,
    root: Digest,
) -> Result<(), TreeError> {
    if old == 0 {
        return if proof.is_empty() { Ok(()) } else { Err(TreeError::WrongProof) };
    }
    tlog::check_tree(&hashes(proof), size, Hash(*root.bytes()), old, Hash(*old_root.bytes()))
        .map_err(|_| TreeError::WrongProof)
}

fn digests(hashes: Vec<Hash>) -> Vec<Digest> {
    hashes.into_iter().map(|h| Digest::from_bytes(h.0)).collect()
}

fn hashes(digests: &[Digest]) -> Vec<Hash> {
    digests.iter().map(|d| Hash(*d.bytes())).collect()
}

/// What is published under `tile/` (C2SP tlog-tiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Hashes: `tile/<L>/<N>[.p/<W>]`.
    Tile(Tile),
    /// Entries: `tile/entries/<N>[.p/<W>]`. Here an entry is the 32 bytes of its commitment.
    Entries {
        /// Which bundle.
        number: u64,
        /// How many entries, 1–256.
        width: u32,
    },
}

impl Resource {
    /// Reads the address after the log's prefix, such as `tile/0/x001/234.p/17`. `None` when it is
    /// not the one spelling that the specification allows.
    pub fn parse(address: &str) -> Option<Self> {
        let (level, rest) = address.strip_prefix("tile/")?.split_once('/')?;
        // `tlog_tiles` would panic on a width of 0 and on levels above 63.
        if rest.rsplit_once(".p/").is_some_and(|(_, width)| !width.starts_with(|c| matches!(c, '1'..='9'))) {
            return None;
        }
        if level == "entries" {
            let tile = Tile::from_path(&format!("tile/8/data/{rest}")).ok()?;
            return Some(Self::Entries { number: tile.level_index(), width: tile.width() });
        }
        let number: u8 = level.parse().ok().filter(|l| *l < 64)?;
        Tile::from_path(&format!("tile/8/{number}/{rest}")).ok().filter(|t| path(t) == address).map(Self::Tile)
    }
}

/// The address of a tile: `tile/<L>/<N>[.p/<W>]`.
pub fn path(tile: &Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

/// The bytes of a bundle: each commitment after its length as a big-endian `u16`.
pub fn bundle<'a>(commitments: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for commitment in commitments {
        bytes.extend_from_slice(&u16::try_from(commitment.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(commitment);
    }
    bytes
}

#[cfg(test)]
mod tests;
