// What makes a log significant: shown, changed by mouse and keyboard, kept.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { write } from "./logs.mjs";

const once = { builds: ["file"] };
const number = (text) => Number(/(\d[\d,]*)/.exec(text)[1].replaceAll(",", ""));

/** HAProxy HTTP lines with these status codes, times in ms (app response, total) and termination states. */
const log = (parts) => parts.map(([status, response, total, state], i) =>
  `Nov 18 10:00:00 lb haproxy[7]: 192.0.2.${i}:4000 [18/Nov/2026:10:00:${String(i).padStart(2, "0")}.000] fe be/web1 `
  + `0/0/1/${response}/${total} ${status} 512 - - ${state} 9/9/9/9/0 0/0 "GET /page/${i} HTTP/1.1"`).join("\n");

const PARTS = [
  ...Array(4).fill([200, 30, 40, "----"]),
  ...Array(3).fill([404, 30, 40, "----"]),
  ...Array(2).fill([200, 700, 6_000, "----"]),
  [503, 30, 40, "----"],
  [200, 30, 40, "CD--"],
];
const significant = (rule) => PARTS.filter(rule).length;
const standard = ([status, , total, state]) => status >= 400 || total >= 5_000 || state !== "----";

/** Waits until the switch says that so many logs are significant. */
const shows = async (app, count) => {
  let found;
  await app.until(async () => {
    await app.ready();
    const radio = await app.get("radio", /^Significant, /);
    found = number(await radio.evaluate((element) => element.ariaLabel));
    return found === count;
  }, { what: () => `${count} significant logs, not ${found}` });
};

/** Writes a text into a field of the panel and leaves it. */
const enter = async (app, name, text, leave = "Tab") => {
  const field = await app.get("textbox", name);
  await field.click();
  await app.page.keyboard.down("Control");
  await app.page.keyboard.press("a");
  await app.page.keyboard.up("Control");
  await app.page.keyboard.press("Backspace");
  if (text) await app.page.keyboard.type(text);
  await app.page.keyboard.press(leave);
};

const rules = (title, run, options = once) => everywhere(title, async (app) => {
  try {
    await app.upload(write("rules.log", log(PARTS)));
    await run(app);
    assert.deepEqual(app.errors, []);
  } finally {
    // Tabs of one browser keep what the one before chose.
    await app.page.evaluate(() => localStorage.clear());
  }
}, options);

rules("a slow total time is chosen, and every count follows", async (app) => {
  await shows(app, significant(standard));
  await app.click("button", "Significance rules");
  await app.get("dialog", "Significance rules");
  assert.match(await app.text("group", "Rules in force"), /HAProxy[^]*Total time of 5 s or more/);
  await enter(app, "Total time", "40 ms");
  await shows(app, PARTS.length);
  assert.match(await app.text("group", "Rules in force"), /Total time of 40 ms or more/);
  assert.match(await app.text("region", "Why significant"), /total time over the limit\s*11/);
  await enter(app, "Total time", "");
  await shows(app, significant(([status, , , state]) => status >= 400 || state !== "----"));
  await enter(app, "App response", "0.5s");
  await shows(app, significant(standard));
  assert.match(await app.text("region", "Why significant"), /app response over the limit\s*2/);
  // What means nothing changes nothing.
  await enter(app, "Total time", "7");
  const field = await app.get("textbox", "Total time");
  assert.equal(await field.evaluate((element) => element.ariaInvalid ?? element.getAttribute("aria-invalid")), "true");
  await shows(app, significant(standard));
  await app.click("button", "Reset rules");
  await app.until(async () => (await (await app.get("textbox", "Total time")).evaluate((e) => e.value)) === "5 s");
  await shows(app, significant(standard));
  assert.equal(await (await app.get("textbox", "App response")).evaluate((e) => e.value), "");
});

rules("codes are excluded, and an opened log says so", async (app) => {
  await app.ready();
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type("status=404");
  await app.page.keyboard.press("Enter");
  await shows(app, significant(([status]) => status === 404));
  await app.click("button", "Expand log");
  const detail = () => app.text("gridcell", "Log detail");
  await app.until(async () => /response code 4xx/.test(await detail()));
  await app.click("button", "Significance rules");
  await enter(app, "Excluded response codes", "404, 5xx");
  await shows(app, 0);
  await app.until(async () => !/response code 4xx/.test(await detail()));
  assert.match(await app.text("group", "Rules in force"), /but not 404, 5xx/);
  await enter(app, "Excluded response codes", "4x4", "Enter");
  await shows(app, 0);
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("dialog", "Significance rules")));
  await app.click("button", "Clear search");
  await shows(app, significant(([, , total, state]) => total >= 5_000 || state !== "----"));
});

rules("by keyboard: opened, a preset taken, kept over a reload, reset", async (app) => {
  await app.ready();
  await app.page.keyboard.down("Shift");
  await app.page.keyboard.press("S");
  await app.page.keyboard.up("Shift");
  await app.get("dialog", "Significance rules");
  const avi = await app.get("radio", "Avi");
  assert.equal(await avi.evaluate((radio) => radio === document.activeElement), true);
  await app.page.keyboard.press("ArrowRight");
  await shows(app, significant(([status, , , state]) => status >= 500 || state !== "----"));
  await app.page.keyboard.press("ArrowRight");
  await shows(app, significant(([status]) => status >= 500));
  const halog = await app.get("radio", "halog");
  assert.equal(await halog.evaluate((radio) => radio.ariaChecked ?? radio.getAttribute("aria-checked")), "true");
  await app.page.keyboard.press("Escape");
  // The page is loaded again: files are read by the rules that were kept.
  await app.page.reload();
  await app.upload(write("rules.log", log(PARTS)));
  await shows(app, significant(([status]) => status >= 500));
  await (await app.get("button", "Significance rules")).focus();
  await app.page.keyboard.press("Enter");
  await app.get("dialog", "Significance rules");
  await (await app.get("button", "Reset rules")).focus();
  await app.page.keyboard.press("Enter");
  await shows(app, significant(standard));
  await app.page.reload();
  await app.upload(write("rules.log", log(PARTS)));
  await shows(app, significant(standard));
}, {});
