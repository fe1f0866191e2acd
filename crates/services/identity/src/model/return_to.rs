//! Where somebody goes after login. It comes from the address, so it is an attacker's text.

use url::Url;

/// A place on this site: an absolute path, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Longer than any address we make.
const LONGEST: usize = 1_500;

impl ReturnTo {
    /// The place, or the front page when the text is anything but a path on this site
    /// (CWE-601: open redirect) or would lead back into the login.
    pub fn parse(text: &str) -> Self {
        Self::checked(text).unwrap_or_else(Self::front_page)
    }

    /// The front page.
    pub fn front_page() -> Self {
        Self("/".to_owned())
    }

    /// The path and query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is where people log in to other systems: the authorisation server's endpoint.
    pub fn is_to_another_system(&self) -> bool {
        self.0.starts_with("/connect/authorize?")
    }

    /// Whether it is the front page, which nobody asked for in particular.
    pub fn is_front_page(&self) -> bool {
        self.0 == "/"
    }

    /// Browsers drop control characters and read `\` as `/`, so both are refused before a parser
    /// that follows the same standard (WHATWG URL) says where the text really leads.
    fn checked(text: &str) -> Option<Self> {
        let plain = text.len() <= LONGEST
            && text.starts_with('/')
            && !text.starts_with("//")
            && !text.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace());
        let here = Url::parse("https://here.invalid/").ok()?;
        let there = here.join(text).ok().filter(|_| plain)?;
        let inside = there.origin() == here.origin() && !there.path().starts_with("//");
        let login = ["/logg-inn", "/logg-ut", "/test-id"].iter().any(|p| there.path().starts_with(p));
        let path = match there.query() {
            Some(query) => format!("{}?{query}", there.path()),
            None => there.path().to_owned(),
        };
        (inside && !login).then_some(Self(path))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_place_on_this_site_is_kept() {
        for text in ["/", "/soknader/1?felt=a&b=%C3%A6", "/katalog"] {
            assert_eq!(ReturnTo::parse(text).as_str(), text);
        }
        assert_eq!(ReturnTo::parse("/a/../b").as_str(), "/b");
    }

    #[test]
    fn anywhere_else_is_the_front_page() {
        let evil = [
            "",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "javascript:alert(1)",
            "evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/%5c",
            "http:/x",
            "/logg-inn?til=/a",
            "/logg-ut",
            "/a b",
            "/a\r\nSet-Cookie: x",
        ];
        for text in evil {
            let place = ReturnTo::parse(text);
            let harmless = place.is_front_page() || place.as_str() == "/%5c";
            assert!(harmless, "{text:?} led to {place:?}");
        }
        assert!(ReturnTo::parse(&format!("/{}", "a".repeat(2_000))).is_front_page());
    }

    proptest! {
        #[test]
        fn no_text_leads_off_the_site(text in "[/\\\\.:@?#a-z\t\n ]{0,24}") {
            let place = ReturnTo::parse(&text);
            let here = Url::parse("https://varde.example/somewhere").unwrap();
            let there = here.join(place.as_str()).unwrap();
            prop_assert_eq!(there.origin(), here.origin());
            let path = place.as_str();
            prop_assert!(path.starts_with('/') && !path.starts_with("//"), "{}", path);
        }
    }
}
