//! Real published files: ICD-10, NCSP and ICPC-2B. They may not be redistributed, so the tests look
//! for them in `VARDE_SHARED_REAL`, say when they are not there, and pass without.

use std::{env, fs, path::PathBuf};

use varde_core::Actor;
use varde_terminology::{
    Confirmed, Difference, Kind, TerminologyError, Wording,
    import::{Described, Remark},
};

use crate::world::{World, machine};

fn real(name: &str) -> Option<Vec<u8>> {
    let found = env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let folder = found.or_else(|| {
        let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real");
        beside.is_dir().then_some(beside)
    })?;
    fs::read(folder.join("code-systems").join(name)).ok()
}

macro_rules! or_say {
    ($($name:literal),+) => {{
        let files = [$(real($name)),+];
        if files.iter().any(Option::is_none) {
            eprintln!("set VARDE_SHARED_REAL to run this test with the real files");
            return;
        }
        files.map(Option::unwrap)
    }};
}

fn described(key: &str, version: &str) -> Described {
    Described {
        key: Some(key.parse().unwrap()),
        title: Wording::nb(key.to_uppercase()),
        oid: Some(if key == "icd10" { "2.16.578.1.12.4.1.1.7110" } else { "2.16.578.1.12.4.1.1.7210" }.to_owned()),
        version: Some(version.to_owned()),
        by_prefix: true,
        ..Described::default()
    }
}

#[tokio::test]
async fn icd10_of_three_years_stops_at_the_truncated_one() {
    let [first, truncated, last] = or_say!("icd10no_2015.sas", "icd10no_2016.sas", "icd10no_2017.sas");
    let world = World::new().await;
    let import = async |file: &[u8], version: &str, why: Option<&Confirmed>| {
        world.service.import_file(&machine(), file, &described("icd10", version), why).await
    };
    let (imported, _) = import(&first, "2015", None).await.unwrap();
    assert_eq!(imported[0].size, 19_588);
    let asked = import(&truncated, "2016", None).await.unwrap_err();
    let TerminologyError::Loss(loss) = asked else { panic!("{asked}") };
    assert_eq!((loss.lost, loss.of, loss.now, loss.percent()), (10_577, 19_588, 9_062, 53));
    let (imported, remarks) = import(&last, "2017", None).await.unwrap();
    assert_eq!(imported[0].size, 19_595);
    assert!(remarks.is_empty());
    assert_eq!(imported[0].predecessor.as_deref(), Some("2015"), "the one that was stopped is no edition");
    let Difference { added, removed, renamed, .. } = imported[0].difference.clone().unwrap();
    assert_eq!((added.len(), removed.len(), renamed.len()), (27, 20, 34));
    let shown = world.service.shown(&machine(), &"icd10".parse().unwrap(), Some("2017")).await.unwrap();
    let below = shown.content.position("I500").map(|at| shown.content.descendants(at).len());
    assert_eq!(below, Some(0));
    assert_eq!(shown.edition.subject.url(), "http://helsedir.no/fhir/CodeSystem/no-kodeverk-7110");
    let (again, _) = import(&last, "2017", None).await.unwrap();
    assert!(again[0].unchanged);
}

#[tokio::test]
async fn ncsp_of_three_years_differs_as_published() {
    let [first, second, third] = or_say!("ncsp_2015.sas", "ncsp_2016.sas", "ncsp_2017.sas");
    let world = World::new().await;
    let import = async |file: &[u8], version: &str| {
        world.service.import_file(&machine(), file, &described("ncsp", version), None).await.unwrap()
    };
    assert_eq!(import(&first, "2015").await.0[0].size, 6_701);
    let (imported, _) = import(&second, "2016").await;
    let difference = imported[0].difference.clone().unwrap();
    assert_eq!((imported[0].size, difference.added.len(), difference.removed.len()), (6_497, 360, 564));
    let (imported, remarks) = import(&third, "2017").await;
    assert_eq!(imported[0].size, 6_682);
    assert!(matches!(remarks[0], Remark::Damaged { letters: 193, .. }), "{remarks:?}");
    let shown = world.service.shown(&machine(), &"ncsp".parse().unwrap(), Some("2017")).await.unwrap();
    assert!(shown.content.get("17X38").unwrap().temporary, "provisional codes are marked");
}

#[tokio::test]
async fn icpc2b_gives_a_system_and_a_map_to_icd10() {
    let [file] = or_say!("icpc2b_with_icd10_map.csv");
    let world = World::new().await;
    let described = Described {
        url: Some("urn:oid:2.16.578.1.12.4.1.1.7171".to_owned()),
        version: Some("2022".to_owned()),
        ..Described::default()
    };
    let imported = world.publish(&described, &String::from_utf8(file).unwrap()).await;
    assert_eq!((imported[0].kind, imported[0].size), (Kind::CodeSystem, 16_391 + 707));
    assert_eq!(
        (imported[1].kind, imported[1].key.as_str(), imported[1].size),
        (Kind::ConceptMap, "icpc2b-icd10", 16_391)
    );
    let nobody = Actor::anonymous();
    let shown = world.service.shown(&nobody, &"icpc2b".parse().unwrap(), None).await.unwrap();
    let rubric = shown.content.position("A01").unwrap();
    assert_eq!(shown.content.at(rubric).display.get("nb"), "Smerte generell/flere steder");
    assert!(shown.content.children(rubric).len() > 5);
    let mapped = world.service.mapped(&nobody, "urn:oid:2.16.578.1.12.4.1.1.7171", "A010002").await.unwrap();
    assert_eq!(mapped[0].mapping.targets[0].code, "R520");
}
