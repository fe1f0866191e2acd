//! Which kinds of files may leave at all.

/// Kinds that can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A table.
    Csv,
    /// Tables, or single results, as programs write them.
    Json,
    /// Text and tables for people.
    Html,
    /// A picture; people look at it.
    Png,
    /// Plain text or Markdown.
    Text,
}

impl FileKind {
    /// The kind by the name's ending. Everything else (Parquet, pickle, RDS, zip, SVG, …) can hide rows, or be read
    /// in more ways than one, and does not leave.
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Some(match ending.as_str() {
            "csv" | "tsv" => Self::Csv,
            "json" => Self::Json,
            "html" => Self::Html,
            "png" => Self::Png,
            "txt" | "md" => Self::Text,
            _ => return None,
        })
    }

    /// Whether the bytes are what the name says. What lies inside a picture is looked at where files leave:
    /// in the rooms' airlock.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            _ => !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok(),
        }
    }
}
