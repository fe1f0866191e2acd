//! Names that are written in files and addresses.

/// Text that is not such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write words of a–z and 0–9 joined by -, at most 60 characters")]
pub struct NotAName;

/// Whether the text is words of lower-case letters a–z and digits joined by `-`, at most 60
/// characters.
fn is_name(text: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 60 && text.split('-').all(word)
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAName;
            fn try_from(text: String) -> Result<Self, NotAName> {
                if is_name(&text) { Ok(Self(text)) } else { Err(NotAName) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAName;
            fn from_str(text: &str) -> Result<Self, NotAName> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a service, such as `persontjenesten`: words of a–z and 0–9 joined by `-`. It
    /// stands in addresses and stays the same over the service's versions.
    ServiceId
);

name!(
    /// The name of an information class within its service, such as `full-access`: words of a–z and
    /// 0–9 joined by `-`.
    ClassId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_joined_by_hyphens() {
        for good in ["persontjenesten", "full-access", "v2"] {
            assert_eq!(good.parse::<ServiceId>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "a--b", "Full", "å", "a/b", "a b", &"a".repeat(61)] {
            assert_eq!(bad.parse::<ClassId>(), Err(NotAName), "{bad}");
        }
    }
}
