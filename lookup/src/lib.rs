//! What hopscope looks up that no log says: patterns, user agents, countries. The libraries for it and their tables weigh as
//! much as all the rest, and most searches need none of them: so they are a program of their own, which stands packed in the page
//! and is unpacked when it is first asked for.
//!
//! A question is a list of texts, and so is its answer. Natively [`answer`] is called; in a browser the texts cross from one
//! memory to the other ([`wire`]).

pub mod wire;

#[cfg(feature = "whole")]
mod agents;
#[cfg(feature = "whole")]
mod countries;
#[cfg(all(feature = "whole", target_arch = "wasm32"))]
mod exports;
#[cfg(feature = "whole")]
mod patterns;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A pattern, then texts. Answer: one text with a byte for each of them, 1 where the pattern is found in it. Nothing at
    /// all where the pattern is none.
    Matches,
    /// The same, upper and lower case being different letters.
    MatchesExactly,
    /// A pattern. Answer: nothing where it is one; else its first and last byte that are wrong, in figures, and why.
    Fault,
    /// `User-Agent` headers. Answer: browser, operating system and device of each.
    Agents,
    /// Addresses. Answer: the country of each, two letters; empty where none is known.
    Countries,
}

impl Subject {
    const ALL: [Subject; 5] =
        [Subject::Matches, Subject::MatchesExactly, Subject::Fault, Subject::Agents, Subject::Countries];

    pub fn number(self) -> u32 {
        self as u32
    }

    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }
}

/// Answers a question.
#[cfg(feature = "whole")]
pub fn answer(subject: Subject, texts: &[&[u8]]) -> Vec<Vec<u8>> {
    match subject {
        Subject::Matches => patterns::matches(texts, true),
        Subject::MatchesExactly => patterns::matches(texts, false),
        Subject::Fault => texts.first().and_then(|pattern| patterns::fault(pattern)).unwrap_or_default(),
        Subject::Agents => texts.iter().flat_map(|text| agents::agent(text)).collect(),
        Subject::Countries => texts.iter().map(|text| countries::country(text)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_keep_their_numbers() {
        for (number, subject) in Subject::ALL.into_iter().enumerate() {
            assert_eq!((subject.number(), Subject::from_number(number as u32)), (number as u32, Some(subject)));
        }
        assert_eq!(Subject::from_number(5), None);
    }
}
