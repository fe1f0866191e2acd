//! Texts for people in nb, nn and en: Fluent files per context, embedded, gathered in one [`Texts`].

mod check;
mod format;
mod usage;

use std::{collections::BTreeMap, sync::Arc};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;
use varde_core::Language;

pub(crate) use format::size;
pub use format::{DateLike, TimeLike, date_in_words, number, time_in_words};
pub use usage::Usage;

/// The texts of one context, embedded by [`texts!`](crate::texts!).
#[derive(Debug, Clone, Copy)]
pub struct TextSource {
    /// The context's name, which is the file's name.
    pub context: &'static str,
    /// The file in bokmål, nynorsk and English, in the order of [`Language::ALL`].
    pub files: [&'static str; 3],
}

/// Embeds `locales/{nb,nn,en}/<context>.ftl` of the calling crate.
#[macro_export]
macro_rules! texts {
    ($context:literal) => {
        $crate::TextSource {
            context: $context,
            files: [
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/nb/", $context, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/nn/", $context, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/en/", $context, ".ftl")),
            ],
        }
    };
}

/// The shell's own texts.
pub const TEXTS: TextSource = crate::texts!("web");

/// A value put into a text where it says `{ $name }`.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A word or sentence.
    Text(String),
    /// A count: chooses the plural form and is written with the language's grouping.
    Number(i64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

macro_rules! argument_from_integers {
    ($($integer:ty),+) => {
        $(impl From<$integer> for Argument {
            fn from(number: $integer) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }

        // Templates hand over fields by reference.
        impl From<&$integer> for Argument {
            fn from(number: &$integer) -> Self {
                Self::from(*number)
            }
        }

        impl From<&&$integer> for Argument {
            fn from(number: &&$integer) -> Self {
                Self::from(**number)
            }
        })+
    };
}
argument_from_integers!(i16, i32, i64, u8, u16, u32, u64, usize);

type Bundle = FluentBundle<FluentResource>;

/// All texts of the installation. Cloning is cheap.
#[derive(Clone)]
pub struct Texts {
    inner: Arc<Inner>,
}

struct Inner {
    sources: Vec<TextSource>,
    bundles: BTreeMap<Language, Bundle>,
    /// What was wrong with the files while they were read; reported by [`Texts::check`].
    faults: Vec<String>,
}

impl Texts {
    /// Reads the sources. Faults in them do not stop the program: a text that is missing shows its
    /// key, and [`Texts::check`], which a test runs, names them all.
    pub fn new(sources: impl IntoIterator<Item = TextSource>) -> Self {
        let sources: Vec<_> =
            std::iter::once(TEXTS).chain(sources.into_iter().filter(|s| s.context != "web")).collect();
        let mut faults = Vec::new();
        let bundles = Language::ALL.into_iter().map(|l| (l, bundle(l, &sources, &mut faults))).collect();
        Self { inner: Arc::new(Inner { sources, bundles, faults }) }
    }

    /// The text, or the key itself when there is none (which [`Texts::check`] and a test exclude).
    pub fn get(&self, language: Language, key: &str) -> String {
        self.get_with(language, key, &[])
    }

    /// The text with values.
    pub fn get_with(&self, language: Language, key: &str, arguments: &[(&str, Argument)]) -> String {
        self.find(language, key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// The text with values, `None` when there is none.
    pub fn find(&self, language: Language, key: &str, arguments: &[(&str, Argument)]) -> Option<String> {
        let bundle = self.inner.bundles.get(&language)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut values = FluentArgs::new();
        for (name, value) in arguments {
            values.set(*name, fluent(value));
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
        if !errors.is_empty() {
            tracing::warn!(text.key = key, text.language = language.tag(), "a text lacks a value");
        }
        Some(text.into_owned())
    }

    /// Whether there is a text of that key.
    pub fn has(&self, key: &str) -> bool {
        self.inner.bundles.get(&Language::Nb).is_some_and(|b| b.has_message(key))
    }

    /// Everything wrong with the files: syntax, a key twice, a key or a variable that one language
    /// lacks. Empty when all is well.
    pub fn check(&self) -> Vec<String> {
        let mut faults = self.inner.faults.clone();
        faults.extend(check::differences(&self.inner.sources));
        faults
    }

    /// Compares the keys with those that source files and templates use; see [`Usage`].
    pub fn check_usage(&self, usage: &Usage) -> Vec<String> {
        usage.compare(&check::keys(&self.inner.sources))
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("sources", &self.inner.sources.len()).finish_non_exhaustive()
    }
}

fn fluent(value: &Argument) -> FluentValue<'_> {
    match value {
        Argument::Text(text) => FluentValue::from(text.as_str()),
        Argument::Number(number) => FluentValue::from(*number),
    }
}

fn grouped(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) if n.value.fract() == 0.0 => Some(number(language, n.value as i64)),
        _ => None,
    }
}

fn bundle(language: Language, sources: &[TextSource], faults: &mut Vec<String>) -> Bundle {
    let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![identifier]);
    // Our texts run left to right only, and the isolation marks would end up in titles and PDFs.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::Nb => |value, _| grouped(Language::Nb, value),
        Language::Nn => |value, _| grouped(Language::Nn, value),
        Language::En => |value, _| grouped(Language::En, value),
    }));
    for source in sources {
        let place = format!("locales/{language}/{}.ftl", source.context);
        let file = source.files[language as usize];
        let resource = match FluentResource::try_new(file.to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                faults.extend(errors.iter().map(|e| format!("{place}: {e}")));
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(|e| format!("{place}: {e}")));
        }
    }
    bundle
}
