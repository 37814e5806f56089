//! Line icons drawn in the text colour, inlined so that nothing is fetched.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($name:ident $path:literal),* $(,)?) => {
        /// One icon: a single path on a 16 × 16 grid (24 × 24 for the nodes of the timing diagram).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($name),* }

        impl Glyph {
            fn path(self) -> &'static str {
                match self { $(Glyph::$name => $path),* }
            }
        }
    };
}

glyphs! {
    Search "M2.8 7a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0M10.2 10.2l3.3 3.3",
    Zoom "M2.6 7a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0 -8.8 0M10.3 10.3l3.4 3.4M7 5.2v3.6M5.2 7h3.6",
    Close "M4.5 4.5l7 7m0-7-7 7",
    Plus "M8 3.5v9M3.5 8h9",
    Minus "M3.5 8h9",
    Right "M6.2 4.2l3.8 3.8-3.8 3.8",
    Down "M4.2 6.2l3.8 3.8 3.8-3.8",
    Export "M8 2.5v7M5.2 6.9 8 9.7l2.8-2.8M2.8 10.5v2.2c0 .5.4.8.8.8h8.8c.4 0 .8-.3.8-.8v-2.2",
    Upload "M8 10V3M5.2 5.7 8 2.9l2.8 2.8M2.8 10.5v2.2c0 .5.4.8.8.8h8.8c.4 0 .8-.3.8-.8v-2.2",
    Bookmark "M4.5 2.8h7v10.4L8 10.4l-3.5 2.8z",
    Star "M8 2.4l1.7 3.6 3.9.5-2.9 2.7.8 3.9L8 11.2l-3.5 1.9.8-3.9L2.4 6.5l3.9-.5z",
    Moon "M13 9.6A5.6 5.6 0 0 1 6.4 3a5.4 5.4 0 1 0 6.6 6.6z",
    Sun "M5.2 8a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1",
    Eye "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM6.2 8a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0",
    EyeOff "M3.4 5.6C2.4 6.7 1.8 8 1.8 8S4 12.2 8 12.2c1 0 1.9-.3 2.6-.6M6.2 4.1c.6-.2 1.1-.3 1.8-.3 4 0 6.2 4.2 6.2 4.2s-.5 1-1.4 2M2.6 2.6l10.8 10.8",
    Columns "M3.5 3h9a1 1 0 0 1 1 1v8a1 1 0 0 1 -1 1h-9a1 1 0 0 1 -1 -1v-8a1 1 0 0 1 1 -1zM6.2 3v10M9.8 3v10",
    Rail "M3.5 3h9a1 1 0 0 1 1 1v8a1 1 0 0 1 -1 1h-9a1 1 0 0 1 -1 -1v-8a1 1 0 0 1 1 -1zM9.5 3v10M11.2 5.5h.8M11.2 7.8h.8",
    Help "M2.4 8a5.6 5.6 0 1 0 11.2 0a5.6 5.6 0 1 0 -11.2 0M6.4 6.4c.1-1 .8-1.5 1.7-1.5s1.6.6 1.6 1.4c0 1.1-1.6 1.2-1.6 2.4M8.1 11v.1",
    Command "M3.2 3.5h9.6a1.2 1.2 0 0 1 1.2 1.2v6.6a1.2 1.2 0 0 1 -1.2 1.2h-9.6a1.2 1.2 0 0 1 -1.2 -1.2v-6.6a1.2 1.2 0 0 1 1.2 -1.2zM4.6 6.4l1.8 1.6-1.8 1.6M8 10h3",
    Explain "M2.5 4h8M2.5 6.6h4M2.5 10h3M2.5 12.6h10.5",
    Lock "M4.7 7h6.6a1.2 1.2 0 0 1 1.2 1.2v4a1.2 1.2 0 0 1 -1.2 1.2h-6.6a1.2 1.2 0 0 1 -1.2 -1.2v-4a1.2 1.2 0 0 1 1.2 -1.2zM5.4 7V5.2a2.6 2.6 0 0 1 5.2 0V7",
    Client "M5.9 5h12.2a1.4 1.4 0 0 1 1.4 1.4v7.2a1.4 1.4 0 0 1 -1.4 1.4h-12.2a1.4 1.4 0 0 1 -1.4 -1.4v-7.2a1.4 1.4 0 0 1 1.4 -1.4zM2.5 18.5h19",
    Balancer "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0M6.8 12h4.4m0 0 4.6-3.4M11.2 12l4.6 3.4M14 8.2l2-.1-.5 1.9M14 15.8l2 .1-.5-1.9",
    Server "M6.2 4h11.6a1.2 1.2 0 0 1 1.2 1.2v4.2a1.2 1.2 0 0 1 -1.2 1.2h-11.6a1.2 1.2 0 0 1 -1.2 -1.2v-4.2a1.2 1.2 0 0 1 1.2 -1.2zM6.2 13.4h11.6a1.2 1.2 0 0 1 1.2 1.2v4.2a1.2 1.2 0 0 1 -1.2 1.2h-11.6a1.2 1.2 0 0 1 -1.2 -1.2v-4.2a1.2 1.2 0 0 1 1.2 -1.2zM8 7.3h.1M8 16.7h.1M11.5 7.3h4.5M11.5 16.7h4.5",
    Open "M9.5 3h3.5v3.5M13 3 8.6 7.4M11.5 9.5V12c0 .6-.4 1-1 1H4c-.6 0-1-.4-1-1V5.5c0-.6.4-1 1-1h2.5",
    Copy "M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-6a1 1 0 0 1 -1 -1v-6a1 1 0 0 1 1 -1zM10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2",
    File "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
    Folder "M2.5 12.5v-9h4l1.4 1.8h5.6v7.2z",
    Back "M9.8 4.2 6 8l3.8 3.8",
    Clock "M2.4 8a5.6 5.6 0 1 0 11.2 0a5.6 5.6 0 1 0 -11.2 0M8 4.8V8l2.2 1.6",
    Check "M3.5 8.5l3 3 6-7",
    Pin "M5.5 2.5h5M6.3 2.5v4l-2 2.5h7.4l-2-2.5v-4M8 9v4.5",
    Waterfall "M2.5 4h4M5 8h5M9 12h4.5",
    Wrap "M2.5 4h11M2.5 8h8.2a2.2 2.2 0 0 1 0 4.4H8m0 0 1.6-1.6M8 12.4 9.6 14M2.5 12.4h2.5",
    Filter "M2.5 3.5h11L9.3 8.6v4.2l-2.6-1.4V8.6z",
    Sliders "M2.5 4.5h5.6M11 4.5h2.5M9.6 3v3M2.5 11.5h2.5M7.9 11.5h5.6M6.4 10v3",
    Text "M2.5 4h11M2.5 7h8M2.5 10h11M2.5 13h6",
}

/// Decoration: the button around it carries the name.
#[component]
pub fn Icon(glyph: Glyph, #[prop(optional)] small: bool) -> impl IntoView {
    let node = matches!(glyph, Glyph::Client | Glyph::Balancer | Glyph::Server);
    let box_ = if node { "0 0 24 24" } else { "0 0 16 16" };
    view! {
        <svg class="ic" class:s=small class:node=node viewBox=box_ aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}

/// The mark of the product: three hops and the arcs between them.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="ic logo" viewBox="0 0 26 16" aria-hidden="true">
            <circle cx="4" cy="11.5" r="2.2" fill="currentColor" stroke="none"></circle>
            <circle cx="13" cy="11.5" r="2.2" fill="currentColor" stroke="none"></circle>
            <circle cx="22" cy="11.5" r="2.8"></circle>
            <path d="M4 7.6C5.6 2.6 11.4 2.6 13 7.6M13 7.6c1.5-4.4 6.2-4.9 8.2-.9"></path>
        </svg>
    }
}
