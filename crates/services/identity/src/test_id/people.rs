//! The made-up people one can be.

use async_trait::async_trait;
use varde_core::{LocalisedText, identifier::NationalNumber};

/// A made-up person in the list.
#[derive(Clone)]
pub struct TestPerson {
    /// Names the person in the form; not the national number.
    pub key: String,
    /// Their name.
    pub name: String,
    /// What they are in the demonstration, such as "Forsker ved Universitetet i Vardøy".
    pub what: LocalisedText,
    /// Their national number.
    pub number: NationalNumber,
}

impl std::fmt::Debug for TestPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestPerson({})", self.key)
    }
}

/// Where the made-up people come from.
#[async_trait]
pub trait TestPeople: Send + Sync {
    /// The people whose name or description holds the words; everybody for no words, those with a
    /// part in the demonstration first. At most `limit`.
    async fn find(&self, words: &str, limit: usize) -> Vec<TestPerson>;

    /// The person of that key.
    async fn by_key(&self, key: &str) -> Option<TestPerson>;
}

/// A list in memory, in its order.
#[async_trait]
impl TestPeople for Vec<TestPerson> {
    async fn find(&self, words: &str, limit: usize) -> Vec<TestPerson> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let fits = |person: &&TestPerson| {
            let what = &person.what;
            let text = format!("{} {} {} {}", person.name, what.nb, what.nn, what.en).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.iter().filter(fits).take(limit).cloned().collect()
    }

    async fn by_key(&self, key: &str) -> Option<TestPerson> {
        self.iter().find(|p| p.key == key).cloned()
    }
}
