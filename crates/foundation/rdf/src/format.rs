//! Formats, their media types, and what a reader's `Accept` header asks for (RFC 9110 section 12.5.1).

use std::{cmp::Ordering, str::FromStr};

use oxrdfio::{JsonLdProfileSet, RdfFormat};

/// A way to write RDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Turtle (W3C recommendation 2014).
    Turtle,
    /// JSON-LD 1.1.
    JsonLd,
    /// RDF/XML.
    RdfXml,
    /// N-Triples: one statement a line.
    NTriples,
}

impl Format {
    /// All of them, the one to prefer first.
    pub const ALL: [Self; 4] = [Self::Turtle, Self::JsonLd, Self::RdfXml, Self::NTriples];

    /// Its media type, without parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Turtle => "text/turtle",
            Self::JsonLd => "application/ld+json",
            Self::RdfXml => "application/rdf+xml",
            Self::NTriples => "application/n-triples",
        }
    }

    /// The name to ask for it by in an address: `?format=ttl`; also the end of its file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turtle => "ttl",
            Self::JsonLd => "jsonld",
            Self::RdfXml => "rdf",
            Self::NTriples => "nt",
        }
    }

    /// The format with that media type; parameters such as `charset` are passed over. The older names
    /// that catalogues still send (`application/x-turtle`, `text/xml`, `application/json`) are known.
    pub fn from_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/turtle" | "application/x-turtle" | "application/turtle" => Some(Self::Turtle),
            "application/ld+json" | "application/json" => Some(Self::JsonLd),
            "application/rdf+xml" | "application/xml" | "text/xml" => Some(Self::RdfXml),
            "application/n-triples" => Some(Self::NTriples),
            _ => None,
        }
    }

    /// The format of a file by the end of its name.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let end = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match end.as_str() {
            "ttl" | "n3" => Some(Self::Turtle),
            "jsonld" | "json" => Some(Self::JsonLd),
            "rdf" | "xml" | "owl" => Some(Self::RdfXml),
            "nt" => Some(Self::NTriples),
            _ => None,
        }
    }

    pub(crate) fn of_library(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
            Self::RdfXml => RdfFormat::RdfXml,
            Self::NTriples => RdfFormat::NTriples,
        }
    }
}

/// There is no format of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown format: use ttl, jsonld, rdf or nt")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|f| f.name() == text).ok_or(UnknownFormat)
    }
}

/// What can be answered with: RDF, or a page for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offer {
    /// A page (`text/html`).
    Page,
    /// RDF.
    Rdf(Format),
}

impl Offer {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Page => "text/html",
            Self::Rdf(format) => format.media_type(),
        }
    }
}

/// The offer that the `Accept` header wants most; of those wanted equally, the first offered. No header,
/// or an empty one, wants anything. `None` when the header excludes every offer: answer 406.
pub fn negotiate(accept: Option<&str>, offers: &[Offer]) -> Option<Offer> {
    let ranges: Vec<Range<'_>> = accept.unwrap_or("").split(',').filter_map(Range::read).collect();
    if ranges.is_empty() {
        return offers.first().copied();
    }
    let wanted = offers.iter().map(|offer| (quality(offer.media_type(), &ranges), *offer));
    let mut best: Option<(f32, Offer)> = None;
    for (quality, offer) in wanted.filter(|(quality, _)| *quality > 0.0) {
        if best.is_none_or(|(most, _)| quality > most) {
            best = Some((quality, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

/// One part of the header: `text/*;q=0.5`.
struct Range<'a> {
    kind: &'a str,
    sub_kind: &'a str,
    quality: f32,
}

impl<'a> Range<'a> {
    fn read(part: &'a str) -> Option<Self> {
        let mut pieces = part.split(';');
        let (kind, sub_kind) = pieces.next()?.trim().split_once('/')?;
        let weight = pieces.find_map(|p| p.trim().strip_prefix("q=").or_else(|| p.trim().strip_prefix("Q=")));
        // A weight that is no number is the client's mistake; nobody is served worse for it.
        let quality = weight.map_or(1.0, |w| w.trim().parse::<f32>().ok().filter(|q| q.is_finite()).unwrap_or(1.0));
        Some(Self { kind: kind.trim(), sub_kind: sub_kind.trim(), quality: quality.clamp(0.0, 1.0) })
    }

    /// How closely the range names the media type; `None` when it does not.
    fn fits(&self, kind: &str, sub_kind: &str) -> Option<u8> {
        match (self.kind, self.sub_kind) {
            (k, s) if k.eq_ignore_ascii_case(kind) && s.eq_ignore_ascii_case(sub_kind) => Some(2),
            (k, "*") if k.eq_ignore_ascii_case(kind) => Some(1),
            ("*", "*") => Some(0),
            _ => None,
        }
    }
}

/// The weight of the range that names the media type most closely; zero when none does.
fn quality(media_type: &str, ranges: &[Range<'_>]) -> f32 {
    let (kind, sub_kind) = media_type.split_once('/').unwrap_or((media_type, ""));
    let fitting = ranges.iter().filter_map(|range| Some((range.fits(kind, sub_kind)?, range.quality)));
    let closest = fitting.max_by(|a, b| a.0.cmp(&b.0).then(a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal)));
    closest.map_or(0.0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERS: [Offer; 4] =
        [Offer::Page, Offer::Rdf(Format::Turtle), Offer::Rdf(Format::JsonLd), Offer::Rdf(Format::RdfXml)];

    #[test]
    fn the_header_chooses() {
        let cases = [
            (None, Some(Offer::Page)),
            (Some(""), Some(Offer::Page)),
            (Some("*/*"), Some(Offer::Page)),
            (Some("text/turtle"), Some(Offer::Rdf(Format::Turtle))),
            (Some("application/rdf+xml;q=0.4, application/ld+json;q=0.9"), Some(Offer::Rdf(Format::JsonLd))),
            // What a browser sends.
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some(Offer::Page)),
            // The closest range counts, not the greatest weight.
            (Some("text/*;q=0.9, text/html;q=0"), Some(Offer::Rdf(Format::Turtle))),
            (Some("text/turtle;q=0, */*;q=0.1, text/html;q=0"), Some(Offer::Rdf(Format::JsonLd))),
            (Some("TEXT/TURTLE ; Q=1"), Some(Offer::Rdf(Format::Turtle))),
            (Some("image/png"), None),
            (Some("text/turtle;q=0"), None),
            (Some("nonsense"), Some(Offer::Page)),
            (Some("text/turtle;q=much"), Some(Offer::Rdf(Format::Turtle))),
        ];
        for (accept, expected) in cases {
            assert_eq!(negotiate(accept, &OFFERS), expected, "{accept:?}");
        }
    }

    #[test]
    fn names_media_types_and_file_names_lead_back_to_the_format() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
            assert_eq!(Format::from_media_type(format.media_type()), Some(format));
            assert_eq!(Format::from_file_name(&format!("catalogue.2017.{}", format.name())), Some(format));
        }
        assert_eq!(Format::from_media_type("text/turtle; charset=utf-8"), Some(Format::Turtle));
        assert_eq!(Format::from_file_name("noend"), None);
        assert_eq!("csv".parse::<Format>(), Err(UnknownFormat));
    }
}
