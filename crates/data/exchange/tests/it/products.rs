//! Data products as other catalogues are told of them.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use varde_exchange::{Part, Profile, catalogue, source};
use varde_rdf::{Format, Limits, Triple, read};

use crate::{
    profiles::turtle,
    site::Site,
    world::{about, addresses, records, with_product},
};

/// What is made of others is told as a dataset of its own, beside the source that it is in: of which datasets,
/// and of which sources, so that whoever reads the catalogue finds what it is made of there.
#[test]
fn a_data_product_says_what_it_is_made_of_in_every_profile() {
    let record = with_product(&records()[0]);
    let at = "https://varde.example/api/dcat/sources";
    let (whole, product) = (format!("{at}/npr"), format!("{at}/npr/product"));
    for profile in Profile::ALL {
        let said = source(&about(), &record, profile, &addresses());
        let objects = |subject: &str, name: &str| -> Vec<String> {
            let ours = |triple: &&Triple| {
                triple.subject.to_string() == format!("<{subject}>") && triple.predicate.as_str() == name
            };
            let objects = said.iter().filter(ours).map(|t| t.object.to_string().trim_matches(['<', '>']).to_owned());
            objects.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let made_of = [format!("{at}/lmr/dispensing"), format!("{at}/npr/contact")];
        if profile == Profile::SchemaOrg {
            assert_eq!(objects(&product, "http://schema.org/isBasedOn"), made_of);
            continue;
        }
        assert_eq!(objects(&product, "http://www.w3.org/ns/prov#wasDerivedFrom"), made_of, "{}", profile.name());
        assert_eq!(objects(&product, "http://purl.org/dc/terms/source"), [format!("{at}/lmr"), whole.clone()]);
        assert_eq!(objects(&product, "http://purl.org/dc/terms/isPartOf"), [whole.as_str()]);
        assert_eq!(objects(&whole, "http://purl.org/dc/terms/hasPart"), [product.as_str()]);
        assert!(
            objects(&whole, "http://www.w3.org/ns/prov#wasDerivedFrom").is_empty(),
            "a register is not made of one"
        );
        // Its own name, size and codebook; the holder, the law and the access of its source.
        assert!(objects(&product, "http://purl.org/dc/terms/title").contains(&"\"Et dataprodukt\"@nb".to_owned()));
        assert_eq!(
            objects(&product, "http://www.w3.org/ns/dcat#theme"),
            objects(&whole, "http://www.w3.org/ns/dcat#theme")
        );
        assert_eq!(objects(&product, "http://purl.org/dc/terms/issued"), [] as [String; 0], "nobody knows when");
        assert_eq!(objects(&format!("{product}#distribution"), "http://www.w3.org/ns/dcat#byteSize").len(), 1);
        // And the catalogue lists it.
        let part = Part { page: 1, pages: 1, sources: 1 };
        let listed = turtle(&catalogue(&about(), std::slice::from_ref(&record), part, profile, &addresses()));
        assert!(listed.contains(&format!("<{product}>")), "{listed}");
    }
    // Any dataset has an address, also one that is not told beside its source.
    let plain = record.part(&"npr/contact".parse().unwrap()).unwrap();
    let said = turtle(&source(&about(), &plain, Profile::National3, &addresses()));
    assert!(said.contains(&format!("<{at}/npr/contact>")) && !said.contains("wasDerivedFrom"), "{said}");
    assert!(record.part(&"npr/none".parse().unwrap()).is_none());
}

#[tokio::test]
async fn a_data_product_is_found_by_its_own_address_and_beside_its_source() {
    let site = Site::new().await;
    site.publish(&with_product(&records()[0]).source).await;
    for path in ["/api/dcat/sources/npr/product", "/api/dcat/sources/npr", "/api/dcat/catalogue"] {
        for profile in ["dcat-ap-no-2", "dcat-ap-no-3", "health"] {
            let answer = site.get(&format!("{path}?profile={profile}"), &[]).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
            let graph = read(answer.text.as_bytes(), Format::Turtle, None, Limits::default()).unwrap().graph;
            let made_of = graph.iter().filter(|t| t.predicate.as_str() == "http://www.w3.org/ns/prov#wasDerivedFrom");
            let made_of: BTreeSet<String> = made_of.map(|triple| triple.to_string()).collect();
            let of = |dataset: &str| {
                let at = "http://varde.test/api/dcat/sources";
                format!("<{at}/npr/product> <http://www.w3.org/ns/prov#wasDerivedFrom> <{at}/{dataset}>")
            };
            assert_eq!(made_of, [of("lmr/dispensing"), of("npr/contact")].into(), "{path} {profile}");
        }
    }
    // What it names as its own can be asked for, as RDF and as a page.
    let of = site.get("/api/dcat/sources/npr/contact?profile=health", &[]).await;
    assert!(of.status == StatusCode::OK && !of.text.contains("wasDerivedFrom"), "{}", of.text);
    let browser = site.get("/api/dcat/sources/npr/product", &[(header::ACCEPT, "text/html,*/*;q=0.8")]).await;
    assert_eq!((browser.status, browser.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/katalog/npr/product"));
    let none = site.get("/api/dcat/sources/npr/none", &[]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    // The steward is told of the product by its name.
    let page = site.get("/katalog/kontroll/npr", &[]).await;
    assert!(page.text.contains("<code>product</code>"), "{}", page.text);
}
