//! The persons' chains, link by link.

use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::Digest;
use varde_ledger::chain::Head;

use super::Report;
use crate::log::{LogError, signed, unsigned};

/// Links in one round.
const ROUND: u64 = 8_192;

#[derive(sqlx::FromRow)]
struct LinkRow {
    person: Uuid,
    position: i64,
    index: i64,
    head: Vec<u8>,
    commitment: Option<Vec<u8>>,
}

/// The chain being walked.
#[derive(Default)]
struct Walk {
    person: Uuid,
    head: Head,
    index: Option<i64>,
}

pub(super) async fn verify(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let (mut walk, mut after) = (Walk::default(), (Uuid::nil(), 0));
    loop {
        let links = read_links(connection, after).await?;
        let Some(last) = links.last() else { break };
        after = (last.person, last.position);
        for link in &links {
            walk.step(link, report);
        }
    }
    verify_ends(connection, report).await
}

async fn read_links(connection: &mut PgConnection, after: (Uuid, i64)) -> Result<Vec<LinkRow>, LogError> {
    Ok(sqlx::query_as(
        "SELECT k.person, k.position, k.index, k.head, e.commitment \
         FROM log.link k LEFT JOIN log.leaf l ON l.index = k.index LEFT JOIN log.entry e ON e.id = l.entry \
         WHERE (k.person, k.position) > ($1, $2) ORDER BY k.person, k.position LIMIT $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(signed(ROUND))
    .fetch_all(connection)
    .await?)
}

impl Walk {
    fn step(&mut self, link: &LinkRow, report: &mut Report) {
        if link.person != self.person || report.persons == 0 {
            *self = Self { person: link.person, ..Self::default() };
            report.persons += 1;
        }
        let place = || format!("chain of {}, link {}", link.person, link.position);
        let commitment = link.commitment.as_deref().and_then(|c| c.try_into().ok()).map(Digest::from_bytes);
        let Some(commitment) = commitment else {
            report.fault(place(), format!("points to entry {}, which is not in the tree", link.index));
            return;
        };
        self.head = self.head.then(&commitment);
        if unsigned(link.position) != self.head.count {
            report.fault(place(), format!("link {} is missing before it", self.head.count));
            self.head.count = unsigned(link.position);
        }
        if self.index.is_some_and(|before| before >= link.index) {
            report.fault(place(), "is out of the log's order");
        }
        if link.head != self.head.head.bytes() {
            report.fault(place(), "its head is not that of the links before it");
            // Go on from what is kept, so that one fault is told once.
            self.head.head = link.head.as_slice().try_into().map_or(self.head.head, Digest::from_bytes);
        }
        self.index = Some(link.index);
    }
}

/// Each person's head is that of their last link.
async fn verify_ends(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let wrong: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT coalesce(p.person, k.person) FROM log.person p FULL JOIN \
           (SELECT DISTINCT ON (person) person, position, head FROM log.link ORDER BY person, position DESC) k \
           ON k.person = p.person \
         WHERE (p.count, p.head) IS DISTINCT FROM (k.position, k.head) LIMIT 1000",
    )
    .fetch_all(connection)
    .await?;
    for (person,) in wrong {
        report.fault(format!("chain of {person}"), "its end is not that of its last link");
    }
    Ok(())
}
