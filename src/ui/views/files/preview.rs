//! The first lines of a file as a log-format reads them: name and value of each field, and where a line differs.

use crate::protocol::{Mistake, Preview, PreviewLine, PreviewMiss, RowMark};
use crate::record::Field;
use crate::show;
use crate::ui::names::{plain, value_text};
use crate::ui::widgets::Mark;
use leptos::prelude::*;

/// `pasted`: what a mistake is in.
pub(super) fn view(preview: Option<&Preview>, pasted: &str) -> AnyView {
    match preview {
        None => ().into_any(),
        Some(Preview { mistake: Some(found), .. }) => mistake(found, pasted),
        Some(preview) => lines(preview),
    }
}

/// What, where, what to do.
fn mistake(mistake: &Mistake, pasted: &str) -> AnyView {
    let line = pasted.lines().nth(mistake.line.saturating_sub(1) as usize).unwrap_or_default();
    let column = mistake.column.saturating_sub(1) as usize;
    // A long line is shown from near its mistake on.
    let skipped = column.saturating_sub(60);
    let part = |from: usize, to: usize| plain(&line.chars().skip(from).take(to - from).collect::<String>());
    let before = format!("{}{}", if skipped > 0 { "…" } else { "" }, part(skipped, column));
    let caret = format!("{}^", " ".repeat(before.chars().count()));
    let several = pasted.lines().count() > 1;
    let place = match several {
        true => format!("line {}, column {}", mistake.line, mistake.column),
        false => format!("column {}", mistake.column),
    };
    let message = plain(&mistake.message);
    let advice = plain(&mistake.advice);
    view! {
        <div role="alert">
            <p class="lf-says">
                <Mark mark=RowMark::Error />
                <b>{message}</b>
                " "
                <span class="sub">{place}</span>
            </p>
            <pre>
                {before}
                <span class="bad">{part(column, column + 1)}</span>
                {part(column + 1, column + 81)}
                "\n"
                <span class="err">{caret}</span>
            </pre>
            <p class="sub">{advice}</p>
        </div>
    }
    .into_any()
}

fn lines(preview: &Preview) -> AnyView {
    let all = preview.matching == preview.lines;
    let mark = match preview.matching {
        _ if all && preview.doubt.is_empty() => RowMark::Fine,
        0 => RowMark::Error,
        _ => RowMark::Warning,
    };
    let says = match (preview.lines, all) {
        (0, _) => "There is no line to try it on.".to_owned(),
        (1, true) => "The first line matches.".to_owned(),
        (lines, true) => format!("All of the first {} lines match.", show::integer(lines)),
        (lines, false) => {
            format!("{} of the first {} lines match.", show::integer(preview.matching), show::integer(lines))
        }
    };
    let says = says + &plain(&preview.doubt);
    let shown: Vec<_> = preview.shown.iter().map(line).collect();
    view! {
        <p class="lf-says" role="status">
            <Mark mark=mark />
            <b>{says}</b>
        </p>
        <ul class="lf-lines">{shown}</ul>
    }
    .into_any()
}

fn line(line: &PreviewLine) -> AnyView {
    let pairs = line.fields.iter().filter_map(|(index, value)| {
        let field = Field::from_index(usize::from(*index))?;
        // Path and query are parts of the URI, the end is the start and the total: said once.
        let part = matches!(field, Field::UriPath | Field::UriQuery | Field::EndTime);
        (!part).then(|| pair(field.label().to_owned(), value_text(field, value)))
    });
    let extras = line.extras.iter().map(|(name, value)| pair(plain(name), plain(value)));
    let pairs: Vec<_> = pairs.chain(extras).collect();
    let text = match &line.miss {
        None => view! { <span class="cut">{plain(&line.text)}</span> }.into_any(),
        Some(miss) => broken(&line.text, miss),
    };
    let says = line.miss.as_ref().map(|miss| {
        let place = if miss.column > 0 { format!("At column {}, ", miss.column) } else { String::new() };
        let read_as = match miss.read_as.as_str() {
            "" => "Unparsed.".to_owned(),
            read_as => format!("Read as {read_as}."),
        };
        let says = format!("{place}{} is expected. {read_as}", plain(&miss.expected));
        view! {
            <p class="lf-says">
                <Mark mark=RowMark::Warning />
                {says}
            </p>
        }
    });
    view! {
        <li>
            <p class="lf-text">
                <span class="mut num">{show::integer(line.line)}</span>
                {text}
            </p>
            {says}
            <dl>{pairs}</dl>
        </li>
    }
    .into_any()
}

fn pair(name: String, value: String) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd title=value.clone()>{value.clone()}</dd>
        </div>
    }
    .into_any()
}

/// The line with the place where it differs.
fn broken(text: &str, miss: &PreviewMiss) -> AnyView {
    let column = miss.column.saturating_sub(1) as usize;
    let word = text.chars().skip(column).take_while(|letter| !letter.is_whitespace()).count();
    let part = |from: usize, count: usize| plain(&text.chars().skip(from).take(count).collect::<String>());
    let bad = if miss.column > 0 { word.clamp(1, 40) } else { 0 };
    view! {
        <span class="lf-broken">{part(0, column)}<span class="bad">{part(column, bad)}</span>{part(column + bad, 400)}</span>
    }
    .into_any()
}
