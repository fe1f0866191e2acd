//! What can be known of a source, each with where it is told.

use serde::{Deserialize, Serialize};

/// Where a field is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the `dcat:Dataset` that other catalogues read; the term is an RDF property.
    Dataset,
    /// On one of its `dcat:Distribution`s; the term is an RDF property.
    Distribution,
    /// In the source's description, as a property of that key.
    Described,
    /// Worked out here: by the catalogue, the check against profiles, the data platform.
    Known,
}

macro_rules! fields {
    ($($variant:ident $name:literal $place:ident $term:literal;)+) => {
        /// A field of what is known of a source.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field {
            $(#[doc = concat!("`", $term, "`")] #[serde(rename = $name)] $variant),+
        }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in texts and files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Where it is told.
            pub const fn place(self) -> Place {
                match self { $(Self::$variant => Place::$place),+ }
            }

            /// The RDF property with its usual prefix, or the key in the description.
            pub const fn term(self) -> &'static str {
                match self { $(Self::$variant => $term),+ }
            }
        }
    };
}

fields! {
    Title "title" Dataset "dct:title";
    Description "description" Dataset "dct:description";
    Identifier "identifier" Dataset "dct:identifier";
    Keyword "keyword" Dataset "dcat:keyword";
    Theme "theme" Dataset "dcat:theme";
    Spatial "spatial" Dataset "dct:spatial";
    Temporal "temporal" Dataset "dct:temporal";
    Publisher "publisher" Dataset "dct:publisher";
    Contact "contact" Dataset "dcat:contactPoint";
    AccessRights "access_rights" Dataset "dct:accessRights";
    LandingPage "landing_page" Dataset "dcat:landingPage";
    Page "page" Dataset "foaf:page";
    Language "language" Dataset "dct:language";
    Type "type" Dataset "dct:type";
    Frequency "frequency" Dataset "dct:accrualPeriodicity";
    Provenance "provenance" Dataset "dct:provenance";
    Issued "issued" Dataset "dct:issued";
    Modified "modified" Dataset "dct:modified";
    Legislation "legislation" Dataset "dcatap:applicableLegislation";
    Distribution "distribution" Dataset "dcat:distribution";
    Sample "sample" Dataset "adms:sample";
    Version "version" Dataset "dcat:version";
    Alternative "alternative" Dataset "dct:alternative";
    AccessBody "access_body" Dataset "healthdcatap:hdab";
    HealthCategory "health_category" Dataset "healthdcatap:healthCategory";
    HealthTheme "health_theme" Dataset "healthdcatap:healthTheme";
    Purpose "purpose" Dataset "dpv:hasPurpose";
    LegalGround "legal_ground" Dataset "dpv:hasLegalBasis";
    Records "records" Dataset "healthdcatap:numberOfRecords";
    Individuals "individuals" Dataset "healthdcatap:numberOfUniqueIndividuals";
    LowestAge "lowest_age" Dataset "healthdcatap:minTypicalAge";
    HighestAge "highest_age" Dataset "healthdcatap:maxTypicalAge";
    Population "population" Dataset "healthdcatap:populationCoverage";
    CodingSystem "coding_system" Dataset "healthdcatap:hasCodingSystem";
    Variables "variables" Dataset "healthdcatap:hasVariables";
    AccessUrl "access_url" Distribution "dcat:accessURL";
    DownloadUrl "download_url" Distribution "dcat:downloadURL";
    Format "format" Distribution "dct:format";
    MediaType "media_type" Distribution "dcat:mediaType";
    License "license" Distribution "dct:license";
    Rights "rights" Distribution "dct:rights";
    ByteSize "byte_size" Distribution "dcat:byteSize";
    DistributionIssued "distribution_issued" Distribution "dct:issued";
    DistributionModified "distribution_modified" Distribution "dct:modified";
    Relation "relation" Described "relation";
    DerivedFrom "derived_from" Described "source";
    ReferencedBy "referenced_by" Described "isReferencedBy";
    Attribution "attribution" Described "qualifiedAttribution";
    QualityAnnotation "quality_annotation" Described "hasQualityAnnotation";
    Retention "retention" Described "retentionPeriod";
    TemporalResolution "temporal_resolution" Described "temporalResolution";
    SpatialResolution "spatial_resolution" Described "spatialResolutionInMeters";
    OtherIdentifiers "other_identifiers" Described "otherIdentifiers";
    Creator "creator" Described "creator";
    Coverage "coverage" Described "Dekningsgrad";
    Participation "participation" Described "Tilslutningsgrad";
    Collection "collection" Described "Innsamlingsmetode";
    Criteria "criteria" Described "InklusjonsOgEksklusjonskriterier";
    QualityNote "quality_note" Described "Kvalitetsnote";
    ConformsTo "conforms_to" Described "ErISamsvarMed";
    Law "law" Known "legal_basis";
    Editions "editions" Known "editions";
    Linkage "linkage" Known "link_kind";
    Dictionary "dictionary" Known "variables described";
    SharedCodes "shared_codes" Known "coded variables with a code system";
    NationalCheck "national_check" Known "DCAT-AP-NO 2, SHACL";
    HealthCheck "health_check" Known "HealthDCAT-AP, SHACL";
    Release "release" Known "release";
    Rows "rows" Known "rows used of rows read";
    Empty "empty" Known "empty cells";
    Released "released" Known "release date";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let names: BTreeSet<_> = Field::ALL.iter().map(|field| field.name()).collect();
        assert_eq!(names.len(), Field::ALL.len());
        for field in Field::ALL {
            let text = serde_json::to_string(field).unwrap();
            assert_eq!(text, format!("{:?}", field.name()));
            assert_eq!(serde_json::from_str::<Field>(&text).unwrap(), *field);
        }
    }
}
