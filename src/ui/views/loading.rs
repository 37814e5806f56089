//! What is being read: one line per file, until a second after the end.

use crate::protocol::{Progress, SourceId, SourceProgress, SourceState};
use crate::show;
use crate::text::few::Few;
use crate::ui::reactive::{effect, memo};
use crate::ui::sync::now;
use crate::ui::widgets::{Glyph, Icon, Show, each, follow, hear, live};
use crate::ui::{App, use_app};
use leptos::prelude::*;
use std::time::Duration;

/// Reads shorter than this show nothing; the panel closes itself this long after the end.
const QUICK: Duration = Duration::from_millis(300);
const LINGER: Duration = Duration::from_millis(1_000);

/// When reading of a source began, and how much text it had then.
type Starts = StoredValue<Few<SourceId, (f64, u64)>>;

fn is_active(source: &SourceProgress) -> bool {
    matches!(source.state, SourceState::Waiting | SourceState::Reading)
}

#[component]
pub fn Loading() -> impl IntoView {
    let app = use_app();
    let open = RwSignal::new(false);
    // The files of this load, in order; earlier ones are not listed again.
    let batch = RwSignal::new(Vec::<SourceId>::new());
    let starts: Starts = StoredValue::new(Few::default());
    let active = memo(move || app.progress.with(|progress| progress.sources.iter().any(is_active)));
    effect(move || {
        app.progress.with(|progress| {
            for source in progress.sources.iter().filter(|source| is_active(source)) {
                if !batch.with_untracked(|batch| batch.contains(&source.id)) {
                    batch.update(|batch| batch.push(source.id));
                }
                if source.state == SourceState::Reading {
                    starts.update_value(|starts| {
                        starts.entry(source.id, || (now(), source.text));
                    });
                }
            }
        });
    });
    effect(move || {
        if active.get() {
            set_timeout(move || open.set(open.get_untracked() || active.get_untracked()), QUICK);
            return;
        }
        let close = move || {
            let failed = app.progress.with_untracked(|progress| {
                let ours = batch.get_untracked();
                progress.sources.iter().any(|s| s.state == SourceState::Failed && ours.contains(&s.id))
            });
            let stays = active.get_untracked() || (failed && open.get_untracked());
            if !stays {
                open.set(false);
                batch.set(Vec::new());
                starts.set_value(Few::default());
            }
        };
        set_timeout(close, LINGER);
    });
    let close = move |_| {
        open.set(false);
        batch.set(Vec::new());
    };
    view! {
        <Show when=move || open.get() && !app.is_empty()>
            <section class="loads" role="region" aria-label="Loading">
                <div class="load-head">
                    <b>{live(move || app.progress.with(|progress| headline(progress, &batch.get())))}</b>
                    <span class="sub">{live(move || app.progress.with(|progress| overall(progress, &batch.get(), starts)))}</span>
                    <Show when=move || active.get()>
                        <span class="sub hide-n">
                            "You can search and filter now; counts grow as files are read."
                        </span>
                    </Show>
                    <i class="grow"></i>
                    <Show
                        when=move || active.get()
                        fallback=move || {
                            view! { <button type="button" class="btn sm" on:click=hear(close)>"Close"</button> }
                        }
                    >
                        <button type="button" class="btn sm" on:click=hear(move |_| app.stop(None))>
                            "Stop and keep what is read"
                        </button>
                    </Show>
                </div>
                <div class="load-list">
                    {each(move || batch.get(), |id| *id, move |id| view! { <Line app=app id=id starts=starts /> })}
                </div>
            </section>
        </Show>
    }
}

fn of_batch<'p>(progress: &'p Progress, batch: &[SourceId]) -> impl Iterator<Item = &'p SourceProgress> {
    progress.sources.iter().filter(move |source| batch.contains(&source.id))
}

fn headline(progress: &Progress, batch: &[SourceId]) -> String {
    let files = of_batch(progress, batch).count() as u64;
    let reading = of_batch(progress, batch).any(is_active);
    format!("{} {}", if reading { "Reading" } else { "Read" }, show::count(files, "file", "files"))
}

/// `36% of 301 MB · 357 MB/s · about 1 s left`
fn overall(progress: &Progress, batch: &[SourceId], starts: Starts) -> String {
    let (mut read, mut size, mut rate, mut read_rate) = (0, 0, 0.0, 0.0);
    for source in of_batch(progress, batch) {
        read += source.read;
        size += source.size;
        if source.state == SourceState::Reading {
            let speed = speed(source, starts);
            rate += speed;
            read_rate += speed * source.read as f64 / source.text.max(1) as f64;
        }
    }
    let percent = (read * 100).checked_div(size).unwrap_or(100);
    let mut text = format!("{percent}% of {}", show::bytes(size as i64));
    if rate > 0.0 {
        text.push_str(&format!(" · {}", per_second(rate)));
        let left = (size.saturating_sub(read)) as f64 / read_rate.max(1.0);
        if left >= 0.5 {
            text.push_str(&format!(" · about {} left", show::span((left.ceil() * 1e6) as i64)));
        }
    }
    text
}

/// Bytes of text a second since its reading began.
fn speed(source: &SourceProgress, starts: Starts) -> f64 {
    starts.with_value(|starts| match starts.get(&source.id) {
        Some((at, text)) if now() - at >= 100.0 => source.text.saturating_sub(*text) as f64 / (now() - at) * 1e3,
        _ => 0.0,
    })
}

fn per_second(rate: f64) -> String {
    format!("{:.0} MB/s", rate / 1e6)
}

#[component]
fn Line(app: App, id: SourceId, starts: Starts) -> impl IntoView {
    let source = memo(move || {
        app.progress.with(|progress| progress.sources.iter().find(|s| s.id == id).cloned()).unwrap_or_default()
    });
    let name = memo(move || source.with(|source| show::visible(&source.name).into_owned()));
    let percent = memo(move || {
        source.with(|s| match s.state {
            SourceState::Done => 100,
            _ if s.size == 0 => 0,
            _ => (s.read * 100 / s.size).min(100),
        })
    });
    let state = move || {
        source.with(|source| match source.state {
            SourceState::Waiting => ().into_any(),
            SourceState::Reading => format!("{}%", percent.get()).into_any(),
            SourceState::Done => {
                view! { <span class="ok"><Icon glyph=Glyph::Check small=true />"Done"</span> }.into_any()
            }
            SourceState::Stopped => "Stopped".into_any(),
            SourceState::Failed => view! { <span class="err">"Failed"</span> }.into_any(),
        })
    };
    let format = move || {
        source.with(|source| match source.format.is_empty() {
            true => view! { <span class="mut">{if is_active(source) { "Waiting" } else { "" }}</span> }.into_any(),
            false => view! { {source.format.clone()}" "<span class="mut">{source.why.clone()}</span> }.into_any(),
        })
    };
    let bytes = move || {
        source.with(|s| match s.state {
            SourceState::Reading => format!("{} of {}", show::bytes(s.read as i64), show::bytes(s.size as i64)),
            _ => show::bytes(s.size as i64),
        })
    };
    let rate =
        move || source.with(|s| (s.state == SourceState::Reading).then(|| speed(s, starts)).filter(|r| *r > 0.0));
    let skip = move || format!("Skip {}", name.get());
    view! {
        <div class="ld">
            <span class="k" aria-hidden="true">{show::letter(id)}</span>
            <span class="cut">{name}</span>
            <span class="cut" title=follow(move || source.with(|s| s.why.clone()))>{live(format)}</span>
            <span
                class="prog"
                class:done=follow(move || source.with(|s| s.state == SourceState::Done))
                role="progressbar"
                aria-label=name
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=follow(move || percent.get().to_string())
            >
                <i style:width=follow(move || format!("{}%", percent.get()))></i>
            </span>
            <span class="num sub">{live(bytes)}</span>
            <span class="num sub">{live(move || rate().map(per_second))}</span>
            <span class="num">{live(move || source.with(|s| show::logs(s.rows)))}</span>
            <span class="ld-state">{live(state)}</span>
            <Show when=move || source.with(is_active) fallback=|| view! { <span></span> }>
                <button type="button" class="mut" aria-label=follow(skip) title=follow(skip) on:click=hear(move |_| app.stop(Some(id)))>
                    <Icon glyph=Glyph::Close small=true />
                </button>
            </Show>
        </div>
    }
}
