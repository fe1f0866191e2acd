//! Which kinds of files may leave at all.

/// Kinds that can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A table.
    Csv,
    /// Values or tables.
    Json,
    /// A picture; people look at it.
    Png,
    /// A page without scripts.
    Html,
    /// Plain text or Markdown.
    Text,
}

impl FileKind {
    /// The kind by the name's ending. Everything else (Parquet, pickle, RDS, zip, SVG, …) can hide
    /// rows and does not leave.
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Some(match ending.as_str() {
            "csv" | "tsv" => Self::Csv,
            "json" => Self::Json,
            "png" => Self::Png,
            "html" | "htm" => Self::Html,
            "txt" | "md" => Self::Text,
            _ => return None,
        })
    }

    /// Whether the bytes are what the name says. A PNG must end where its image ends: data behind it
    /// would travel unseen.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Self::Png => png_ends(bytes) == Some(bytes.len()),
            _ => !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok(),
        }
    }
}

/// Where the image ends: after the IEND chunk. Text chunks (tEXt, zTXt, iTXt, eXIf) are refused:
/// nobody sees them.
fn png_ends(bytes: &[u8]) -> Option<usize> {
    let mut at = bytes.starts_with(b"\x89PNG\r\n\x1a\n").then_some(8)?;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        let hidden = [b"zTXt".as_slice(), b"iTXt", b"eXIf"].contains(&kind) || (kind == b"tEXt" && length > 200);
        at = at.checked_add(12)?.checked_add(length)?;
        match (hidden, kind) {
            (true, _) => return None,
            (false, b"IEND") => return Some(at),
            _ if at > bytes.len() => return None,
            _ => {}
        }
    }
}

/// Whether HTML can do something: scripts, handlers, frames, forms, or load from elsewhere.
pub(super) fn is_active(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let tags =
        ["<script", "<iframe", "<object", "<embed", "<form", "<base", "<link", "<meta http-equiv", "<svg", "<!--"];
    let handler = text.split('<').any(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        tag.split(|c: char| c.is_whitespace() || c == '/' || c == '"' || c == '\'')
            .any(|word| word.starts_with("on") && word.contains('='))
    });
    let outside = ["javascript:", "http://", "https://", "src=\"//", "url("].iter().any(|word| text.contains(word));
    tags.iter().any(|tag| text.contains(tag)) || handler || outside
}
