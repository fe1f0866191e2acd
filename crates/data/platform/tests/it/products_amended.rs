//! What somebody has had deleted or put right in a product's source reaches the product's next release, and none
//! before it.

use std::time::Duration;

use varde_core::LegalBasis;
use varde_platform::{AmendmentContent, AmendmentKind, BuildState, NewAmendment};

use crate::{
    products::{Products, organisation, steward},
    service::person,
    support::system,
    world::path,
};

/// The row of a person in the product.
fn row(world: &Products, release: varde_core::ReleaseId, person: u32) -> Option<String> {
    world.rows(release).into_iter().find(|row| row.starts_with(&format!("|{person}|")))
}

#[tokio::test]
async fn what_people_have_had_deleted_or_put_right_reaches_the_products_next_release() {
    let world = Products::in_force().await;
    let first = world.made(1).await.release.unwrap();
    let ((_, gone), (_, right)) = (person(&world.world, "p5").await, person(&world.world, "p6").await);
    assert_eq!(row(&world, first, gone).unwrap(), format!("|{gone}|2024-03-06|2|C|"));
    assert_eq!(row(&world, first, right).unwrap(), format!("|{right}|2024-03-07|2|C|"));

    let named = |pairs: &[(&str, &str)]| pairs.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    let asked =
        |dataset: &str, number: &str, kind: AmendmentKind, rows: &[(&str, &str)], says: &[(&str, &str)]| NewAmendment {
            dataset: path(dataset),
            number: number.to_owned(),
            kind,
            content: AmendmentContent { rows: named(rows), says: named(says) },
            basis: LegalBasis::new("GDPR", kind.article()),
        };
    let deleted = asked("hospital/stay", "p5", AmendmentKind::Deletion, &[], &[]);
    world.platform.amend(&steward(organisation(8)), &deleted).await.unwrap();
    let corrected = asked("pharmacy/sale", "p6", AmendmentKind::Correction, &[("atc", "C07")], &[("atc", "N02")]);
    world.platform.amend(&steward(organisation(9)), &corrected).await.unwrap();

    // Made anew of the same releases it is the same: a release never changes.
    assert!(world.platform.want_product(&system(), &path("heart/failure")).await.unwrap());
    let same = world.made(2).await;
    assert_eq!((same.state, same.release), (BuildState::Unchanged, Some(first)));

    // The sources delivered once more, as they were: their next releases heed it, and so does the product's.
    world.world.database.clock().advance(Duration::from_secs(60));
    let stay = world.world.approved(&world.stay).await;
    let sale = world.world.approved(&world.sale).await;
    assert_eq!((stay.quality.amended.deleted, sale.quality.amended.corrected), (2, 1));
    assert_eq!(world.wants(&stay).await, [path("heart/failure")]);
    let next = world.made(3).await;
    assert_eq!(next.state, BuildState::Done);
    let next = next.release.unwrap();
    assert_eq!((world.people(first).len(), world.people(next).len()), (30, 29));
    assert_eq!(row(&world, next, gone), None, "deleted in the source, and gone from what is made of it");
    assert_eq!(row(&world, next, right).unwrap(), format!("|{right}|2024-03-07|2|N|"), "put right in the source");
}
