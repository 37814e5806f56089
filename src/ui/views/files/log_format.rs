//! A HAProxy `log-format` of a file: given here, shown at work on the first lines, then the file is read with it.

use super::controls::OneFile;
use super::preview;
use crate::protocol::{LogFormat, Preview, RowMark, Settings};
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Mark, Show, follow, hear, live};
use leptos::ev::Event;
use leptos::prelude::*;

const EXAMPLE: &str = "log-format \"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B … %hr %hs %{+Q}r\"";

/// What stands in the panel of one file.
#[derive(Clone, Copy)]
struct Panel {
    file: OneFile,
    given: RwSignal<LogFormat>,
    /// How the first lines are read with it.
    preview: RwSignal<Option<Preview>>,
}

impl OneFile {
    /// True where HAProxy wrote the file, or may have: some of it is not understood.
    fn may_be_haproxy(self) -> bool {
        let settings = self.settings.get();
        let name = settings.format.and_then(|format| self.app.formats.get().get(usize::from(format)).cloned());
        let forced_other = name.is_some_and(|name| name != "HAProxy");
        let found = self.source.with(|s| s.format.starts_with("HAProxy") || (s.rows > 0 && s.unparsed > 0));
        settings.log_format.is_some() || found && !forced_other
    }

    pub(super) fn log_format(self, name: &str) -> AnyView {
        let set = self.settings.get_untracked().log_format;
        let open = RwSignal::new(set.is_some());
        let panel = Panel { file: self, given: RwSignal::new(set.unwrap_or_default()), preview: RwSignal::default() };
        panel.follow();
        let offered = memo(move || self.may_be_haproxy());
        let name = StoredValue::new(name.to_owned());
        view! {
            <Show when=move || offered.get()>
                <div class="file-lf">
                    <button
                        type="button"
                        class="btn q sm"
                        aria-label=name.with_value(|name| format!("HAProxy log-format of {name}…"))
                        aria-expanded=follow(move || open.get().to_string())
                        on:click=hear(move |_| open.update(|open| *open = !*open))
                    >
                        "HAProxy log-format…"
                    </button>
                    <span class="sub">{live(move || panel.says())}</span>
                    <Show when=move || open.get()>{name.with_value(|name| panel.view(name))}</Show>
                </div>
            </Show>
        }
        .into_any()
    }
}

impl Panel {
    fn is_empty(self) -> bool {
        self.given.with(|given| given.text.trim().is_empty())
    }

    fn is_set(self) -> bool {
        self.file.settings.with(|settings| settings.log_format.is_some())
    }

    fn says(self) -> &'static str {
        if self.is_set() { "The file is read with it" } else { "Give it where the log has a format of its own" }
    }

    /// Asks for the preview of whatever stands in the panel.
    fn follow(self) {
        effect(move || {
            let given = self.given.get();
            if given.text.trim().is_empty() {
                self.preview.set(None);
                return;
            }
            let (app, id, settings) = (self.file.app, self.file.id, self.file.settings.get_untracked());
            let settings = Settings { log_format: Some(given.clone()), ..settings };
            leptos::task::spawn_local(async move {
                let answer = app.preview(id, settings).await;
                // The dialog may have been closed, or more been written.
                if answer.is_some() && self.given.try_get_untracked() == Some(given) {
                    self.preview.set(answer);
                }
            });
        });
    }

    /// True where the file can be read with what stands here, and is not yet.
    fn is_new(self) -> bool {
        let good = self.preview.with(|preview| preview.as_ref().is_some_and(|preview| preview.mistake.is_none()));
        let set = self.file.settings.with(|settings| settings.log_format.clone());
        good && !self.is_empty() && set.as_ref() != Some(&self.given.get())
    }

    fn view(self, name: &str) -> AnyView {
        let mistake = move || self.preview.with(|preview| preview.as_ref().is_some_and(|p| p.mistake.is_some()));
        let wrote = move |event: Event| self.given.update(|given| given.text = event_target_value(&event));
        let region = format!("Preview of {name}");
        let (id, file) = (format!("log-format-{}", self.file.id), self.file);
        let apply = move || file.change(|settings| settings.log_format = Some(self.given.get_untracked()));
        view! {
            <div class="lf">
                <textarea
                    rows="3"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=EXAMPLE
                    aria-label=format!("HAProxy log-format of {name}")
                    aria-describedby=id.clone()
                    aria-invalid=follow(move || mistake().then_some("true"))
                    prop:value=self.given.get_untracked().text
                    on:input=hear(wrote)
                ></textarea>
                <p class="sub">
                    "Paste the format, its line of haproxy.cfg, or the frontends with their capture lines: "
                    "log-format, log-format-sd, option httplog, httpslog or tcplog."
                </p>
                <div class="lf-names">
                    {self.names(("Request captures", "%hr", "Host|User-Agent"), name, |given| &mut given.request)}
                    {self.names(("Response captures", "%hs", "Server|Content-Type"), name, |given| &mut given.response)}
                </div>
                <div class="lf-do">
                    <button
                        type="button"
                        class="btn primary sm"
                        disabled=follow(move || !self.is_new())
                        on:click=hear(move |_| apply())
                    >
                        "Read the file with it"
                    </button>
                    <Show when=move || self.is_set()>
                        <button
                            type="button"
                            class="btn sm"
                            on:click=hear(move |_| file.change(|settings| settings.log_format = None))
                        >
                            "Read without it"
                        </button>
                    </Show>
                    <Show when=mistake>
                        <Mark mark=RowMark::Warning />
                        <span class="sub">"The file stays as it is read now."</span>
                    </Show>
                </div>
                <div class="lf-preview" id=id role="region" aria-label=region>
                    {live(move || self.preview.with(|found| preview::view(found.as_ref(), &self.given.get_untracked().text)))}
                </div>
            </div>
        }
        .into_any()
    }

    /// Names of captured headers, by position.
    fn names(
        self,
        (label, alias, example): (&'static str, &'static str, &'static str),
        name: &str,
        part: fn(&mut LogFormat) -> &mut String,
    ) -> AnyView {
        let mut now = self.given.get_untracked();
        let wrote = move |event: Event| self.given.update(|given| *part(given) = event_target_value(&event));
        view! {
            <label class="file-field">
                <span>{label}" "<span class="mono">{alias}</span></span>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=example
                    aria-label=format!("{label} of {name}")
                    prop:value=std::mem::take(part(&mut now))
                    on:input=hear(wrote)
                />
            </label>
        }
        .into_any()
    }
}
