//! SAS format files: `proc format; value $name 'A000'="Kolera" … ; run;`, as registers keep their
//! code lists. Comments are skipped; a code may have its text in single or double quotes.

use super::{ImportFault, fault::SasFault};
use crate::{Concept, UNDETERMINED, Wording};

/// How owners mark a provisional code (særkode) in its text; in one published file the letter is lost.
const TEMPORARY: [&str; 2] = ["SÆRKODE", "S\u{fffd}RKODE"];

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Equals,
    Comma,
    Minus,
    End,
}

/// The codes and texts of the file's one format.
pub(super) fn read(text: &str) -> Result<Vec<Concept>, ImportFault> {
    let tokens = tokens(text)?;
    let mut concepts = Vec::new();
    let mut formats: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some((token, _)) = tokens.get(at) {
        let begins = matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("value"));
        if begins && (at == 0 || tokens[at - 1].0 == Token::End) {
            let (name, next) = format_name(&tokens, at + 1)?;
            formats.push(name);
            at = pairs(&tokens, next, &mut concepts)?;
        } else {
            at += 1;
        }
    }
    match formats.len() {
        0 => Err(ImportFault::Sas { line: 1, what: SasFault::NoFormat }),
        1 => Ok(concepts),
        _ => Err(ImportFault::SeveralFormats(formats)),
    }
}

fn fault(tokens: &[(Token, usize)], at: usize, what: SasFault) -> ImportFault {
    let line = tokens.get(at).or(tokens.last()).map_or(1, |(_, line)| *line);
    ImportFault::Sas { line, what }
}

fn format_name(tokens: &[(Token, usize)], at: usize) -> Result<(String, usize), ImportFault> {
    match tokens.get(at) {
        Some((Token::Word(name), _)) => Ok((name.clone(), at + 1)),
        _ => Err(fault(tokens, at, SasFault::NoName)),
    }
}

/// `'A'='text'`, `'A','B'='text'`, until the semicolon; gives the place after it.
fn pairs(tokens: &[(Token, usize)], mut at: usize, into: &mut Vec<Concept>) -> Result<usize, ImportFault> {
    loop {
        let mut codes = Vec::new();
        loop {
            match tokens.get(at).map(|(token, _)| token) {
                Some(Token::End) if codes.is_empty() => return Ok(at + 1),
                Some(Token::Quoted(code) | Token::Word(code)) => codes.push(code.clone()),
                _ => return Err(fault(tokens, at, SasFault::Unexpected)),
            }
            match tokens.get(at + 1).map(|(token, _)| token) {
                Some(Token::Comma) => at += 2,
                Some(Token::Equals) => break,
                Some(Token::Minus) => return Err(fault(tokens, at, SasFault::Range)),
                _ => return Err(fault(tokens, at + 1, SasFault::Unexpected)),
            }
        }
        let Some((Token::Quoted(text), _)) = tokens.get(at + 2) else {
            return Err(fault(tokens, at + 2, SasFault::NoText));
        };
        into.extend(codes.iter().map(|code| concept(code, text)));
        at += 3;
    }
}

fn concept(code: &str, text: &str) -> Concept {
    let text = text.trim();
    let temporary = TEMPORARY.iter().any(|mark| text.starts_with(mark));
    // Published files have codes without a text: such a code is its own.
    let display = if text.is_empty() { Wording::new(UNDETERMINED, code.trim()) } else { Wording::nb(text) };
    Concept { temporary, ..Concept::new(code.trim(), display) }
}

/// The tokens with the line that each begins on.
fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ImportFault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            _ if rest.starts_with("/*") => {
                let end = rest.find("*/").ok_or(ImportFault::Sas { line, what: SasFault::Comment })?;
                end + 2
            }
            // A comment statement, which only stands where a statement may begin.
            '*' if tokens.last().is_none_or(|(token, _)| *token == Token::End) => {
                rest.find(';').map_or(rest.len(), |end| end + 1)
            }
            c if c.is_whitespace() => c.len_utf8(),
            '\'' | '"' => {
                let (quoted, taken) = quoted(rest, first).ok_or(ImportFault::Sas { line, what: SasFault::Unclosed })?;
                tokens.push((Token::Quoted(quoted), line));
                taken
            }
            '=' | ',' | '-' | ';' => {
                let token = match first {
                    '=' => Token::Equals,
                    ',' => Token::Comma,
                    '-' => Token::Minus,
                    _ => Token::End,
                };
                tokens.push((token, line));
                1
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "=,;'\"".contains(c)).unwrap_or(rest.len());
                tokens.push((Token::Word(rest[..end].to_owned()), line));
                end
            }
        };
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    Ok(tokens)
}

/// A quoted text, in which a doubled quote stands for one, and how many bytes it takes. A line's end
/// closes nothing, and no text of a code goes on over one: a quote that is missing is found there.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\n' => return None,
            c if c == quote && letters.peek().is_some_and(|(_, next)| *next == quote) => {
                letters.next();
                out.push(quote);
            }
            c if c == quote => return Some((out, at + c.len_utf8())),
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_codes(text: &str) -> Result<Vec<(String, String, bool)>, ImportFault> {
        let shown = |c: Concept| (c.code, c.display.get("nb").to_owned(), c.temporary);
        Ok(read(text)?.into_iter().map(shown).collect())
    }

    #[test]
    fn a_format_is_read_with_quotes_comments_and_lists() {
        let text = "* kodene; proc format;\nvalue $icd_F /* alle */\n'A000'=\"Si \"\"hei\"\"\"\r\n'B','C' = 'to'\n\
                    '17X38'='SÆRKODE: åpen kode 38'\n;\nrun;\n";
        let row = |code: &str, text: &str, temporary| (code.to_owned(), text.to_owned(), temporary);
        assert_eq!(
            read_codes(text).unwrap(),
            [
                row("A000", "Si \"hei\"", false),
                row("B", "to", false),
                row("C", "to", false),
                row("17X38", "SÆRKODE: åpen kode 38", true),
            ]
        );
        let value = "proc format; value sex 1='mann' 2='kvinne'; run;";
        assert_eq!(read_codes(value).unwrap().len(), 2);
        assert_eq!(read_codes("proc format; value $a 'value'='et ord';").unwrap(), [row("value", "et ord", false)]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let at = |text: &str| match read(text).unwrap_err() {
            ImportFault::Sas { line, what } => (line, what),
            other => panic!("{other}"),
        };
        assert_eq!(at("proc format;\nrun;"), (1, SasFault::NoFormat));
        assert_eq!(at("proc format;\nvalue $a\n'A'=\"uten slutt\n'B'='b';"), (3, SasFault::Unclosed));
        assert_eq!(at("proc format;\nvalue $a\n'A'-'C'='fra til';"), (3, SasFault::Range));
        assert_eq!(at("proc format;\nvalue $a\n'A'='a'\n'B';"), (4, SasFault::Unexpected));
        assert_eq!(at("proc format;\nvalue $a\n'A'=;"), (3, SasFault::NoText));
        assert_eq!(at("proc format; /* uten slutt"), (1, SasFault::Comment));
        let several = read("proc format; value $a 'A'='a'; value $b 'B'='b';").unwrap_err();
        assert_eq!(several, ImportFault::SeveralFormats(vec!["$a".to_owned(), "$b".to_owned()]));
        // A file that ends in the middle.
        assert_eq!(at("proc format;\nvalue $a\n'A'='a'\n"), (3, SasFault::Unexpected));
    }
}
