//! Why an entry could not be parsed: a table of reasons with severity, text and advice. A reject never stops a file.

/// How much a reject should worry the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Expected in practice (a cut line, foreign text).
    Info,
    /// The file may be damaged or its format differs from what was expected.
    Warning,
}

macro_rules! reasons {
    ($($reason:ident $id:literal $severity:ident $text:literal $advice:literal;)*) => {
        /// A row of the table of reject reasons.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Reason { $($reason),* }

        impl Reason {
            pub const ALL: &'static [Reason] = &[$(Reason::$reason),*];

            /// Stable name: the value of the field `reject_reason`.
            pub fn id(self) -> &'static str {
                match self { $(Reason::$reason => $id),* }
            }

            pub fn severity(self) -> Severity {
                match self { $(Reason::$reason => Severity::$severity),* }
            }

            /// What was found, for people.
            pub fn text(self) -> &'static str {
                match self { $(Reason::$reason => $text),* }
            }

            /// What to do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Reason::$reason => $advice),* }
            }
        }
    };
}

reasons! {
    UnknownFormat "unknown format" Info "No known format matches this line." "It is kept as text: search it with free words.";
    Empty "empty line" Info "The line is empty." "Nothing to do.";
    TooLong "entry too long" Warning "The entry is longer than 1 MiB." "Only its first bytes are shown; the rest is skipped but counted.";
    Binary "binary data" Warning "The line holds bytes that are not text." "Check that the file is a log and is not compressed or encrypted.";
    CutShort "cut short" Info "The line ends before all fields were read." "Raise the length of log lines on the balancer (HAProxy: log … len 8192).";
    BadTime "bad time" Warning "A time stamp could not be read." "Compare it with the other lines of the file.";
    BadClient "bad client address" Warning "The client address and port could not be read." "Compare the line with the other lines of the file.";
    BadNumber "bad number" Warning "A number was expected." "Compare the line with the other lines of the file.";
    BadTimers "bad timers" Warning "The timers are neither three (TCP) nor five (HTTP) numbers." "If HAProxy has a log-format of its own, give it in the dialog Files.";
    BadTermination "bad termination state" Warning "The termination state was expected: two characters (TCP) or four (HTTP)." "If HAProxy has a log-format of its own, give it in the dialog Files.";
    BadCounters "bad connection counters" Warning "Five connection counters were expected, as in 1/1/0/0/0." "If HAProxy has a log-format of its own, give it in the dialog Files.";
    BadRequest "bad request line" Info "The request line could not be read." "Raise the length of log lines on the balancer if it was cut.";
    BadServer "bad backend and server" Warning "backend/server was expected." "Compare the line with the other lines of the file.";
    BadJson "bad JSON" Warning "The JSON of this entry is damaged." "Check whether the file was cut or edited.";
    NotALog "not a log entry" Info "This JSON is not a log entry that hopscope knows." "It is kept as text: search it with free words.";
    LogFormat "other log-format" Warning "The line does not match the log-format that was given." "The dialog Files shows where it differs.";
    PanicGuard "internal error" Warning "The parser stopped at this entry." "Please report the line: this is a defect of hopscope.";
}

impl Reason {
    pub fn find(id: &str) -> Option<Reason> {
        Self::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

/// An entry that could not be parsed: the reason, and the byte (from 0) of the entry where parsing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    pub reason: Reason,
    pub column: u32,
}

impl Reject {
    pub fn at(reason: Reason, column: usize) -> Self {
        Self { reason, column: column.min(u32::MAX as usize) as u32 }
    }
}
