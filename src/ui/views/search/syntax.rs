//! The search language on one page.

use crate::ui::widgets::Popover;
use leptos::prelude::*;

const ROWS: [(&str, &str); 12] = [
    ("timeout", "the text anywhere in the line, also inside a word; no case"),
    ("\"connection reset\"", "the words in this order"),
    ("status=504", "the field has this value"),
    ("client_ip!=10.0.0.7", "it has another value, or the log has no such field"),
    ("uri~=checkout  uri!~=health", "it contains this, or does not"),
    ("uri^=/api  uri$=.js", "it starts or ends with this"),
    ("status>=500  total_time>2s", "numbers, sizes and times in order; times are in ms without a unit"),
    ("client_ip=198.51.100.0/24", "addresses of a network"),
    ("method in (PUT, DELETE)", "any of these; not in: none of them"),
    ("a b", "both must hold; and may stand between them"),
    ("a or b  (a or b) c", "either; brackets group"),
    ("-term  NOT term", "the logs that it does not match"),
];

#[component]
pub fn Syntax(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Popover open=open label="Search syntax" class="syntax">
            <h2>"Search syntax"</h2>
            <table>
                <tbody>
                    {ROWS.map(|(example, what)| {
                        view! {
                            <tr>
                                <th scope="row" class="mono">{example}</th>
                                <td>{what}</td>
                            </tr>
                        }
                    })}
                </tbody>
            </table>
            <p class="sub">"Type a field name for its operators, then an operator for its values."</p>
        </Popover>
    }
}
