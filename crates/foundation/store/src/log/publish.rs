//! What anybody may fetch: the checkpoint, the tiles and the bundles of commitments, at the
//! addresses of C2SP tlog-tiles. Nothing in it is personal: commitments are salted.

use varde_ledger::tree::{Resource, TILE_WIDTH, bundle, path};

use super::{Log, LogError, read::read_tiles, signed};

/// A published resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`: tiles never change, the checkpoint does.
    pub cache_control: &'static str,
}

impl Log {
    /// The resource at an address under the log's prefix: `checkpoint`, `tile/<L>/<N>[.p/<W>]` or
    /// `tile/entries/<N>[.p/<W>]`. `None` is 404.
    pub async fn published(&self, address: &str) -> Result<Option<Published>, LogError> {
        if address == "checkpoint" {
            let checkpoint = self.checkpoint().await?;
            return Ok(checkpoint.map(|checkpoint| Published {
                bytes: checkpoint.text().as_bytes().to_vec(),
                content_type: "text/plain; charset=utf-8",
                cache_control: "no-cache",
            }));
        }
        let bytes = match Resource::parse(address) {
            None => None,
            Some(Resource::Tile(tile)) => {
                debug_assert_eq!(path(&tile), address);
                let mut connection = self.pool().acquire().await?;
                read_tiles(&mut connection, &[tile]).await?.remove(&tile)
            }
            Some(Resource::Entries { number, width }) => self.entry_bundle(number, width).await?,
        };
        Ok(bytes.map(|bytes| Published {
            bytes,
            content_type: "application/octet-stream",
            cache_control: "public, max-age=31536000, immutable",
        }))
    }

    async fn entry_bundle(&self, number: u64, width: u32) -> Result<Option<Vec<u8>>, LogError> {
        let Some(from) = number.checked_mul(TILE_WIDTH).filter(|from| *from <= i64::MAX as u64 - TILE_WIDTH) else {
            return Ok(None);
        };
        let commitments: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT e.commitment FROM log.leaf l JOIN log.entry e ON e.id = l.entry \
             WHERE l.index BETWEEN $1 AND $1 + $2 - 1 ORDER BY l.index",
        )
        .bind(signed(from))
        .bind(i64::from(width))
        .fetch_all(self.pool())
        .await?;
        let whole = commitments.len() == width as usize;
        Ok(whole.then(|| bundle(commitments.iter().map(Vec::as_slice))))
    }
}
