// The files dialog: what was found in each file, and how it is to be read where that is wrong.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write, writeGzip } from "./logs.mjs";

const once = { builds: ["file"] };
const text = (element) => element.evaluate((e) => e.innerText);

const opened = async (app, ...paths) => {
  await app.upload(...paths);
  await app.ready();
  await app.click("button", "Files");
  return app.get("dialog", "Files");
};

/** Chooses the option with this text, and waits until the file is read again. */
const choose = async (app, name, option) => {
  const select = await app.get("combobox", name);
  const value = await select.evaluate((e, option) => [...e.options].find((o) => o.text === option).value, option);
  await select.select(value);
  await app.ready();
};

/** Enters a text in place of what stands there. */
const enter = async (app, name, value) => {
  const field = await app.get("textbox", name);
  await field.click({ count: 3 });
  await app.page.keyboard.press("Delete");
  await app.page.keyboard.type(value);
  await app.page.keyboard.press("Enter");
  await app.ready();
  return field;
};

/** Waits until the first row of the table says this. The dialog lies over it. */
const firstRow = (app, wanted) => app.until(
  () => app.page.evaluate((wanted) => document.querySelector('[role=row][aria-rowindex="2"]')?.innerText.includes(wanted), wanted),
  { what: () => `${wanted} in the first row` },
);

everywhere("sets the zone of stamps that have none, and a clock that was wrong", async (app) => {
  const dialog = await opened(app, write("edge.log", lines(250).join("\n")));
  const file = await app.get("group", "File A: edge.log", { within: dialog });
  assert.match(await text(file), /250 logs.*18 Nov 2026, 10:00:00 – 10:04:09.*HAProxy HTTP.*250 of 250 logs.*UTC, assumed/s);
  await firstRow(app, "10:00:00.000");
  await choose(app, "Time zone of edge.log", "+02:00");
  await firstRow(app, "08:00:00.000");
  assert.doesNotMatch(await text(file), /assumed/);
  await enter(app, "Clock offset of edge.log", "-1.5");
  await firstRow(app, "07:59:58.500");
  const field = await enter(app, "Clock offset of edge.log", "soon");
  assert.equal(await field.evaluate((e) => e.getAttribute("aria-invalid")), "true");
  assert.match(await text(file), /A number of seconds/);
  await firstRow(app, "07:59:58.500");
  // Closed and opened again, it says what is set.
  await app.page.keyboard.press("Escape");
  const shut = async () => !(await app.query("dialog", "Files"));
  await app.until(shut);
  await app.click("button", "Files");
  // Its own button gives the focus back, as Esc does.
  await app.click("button", "Close");
  await app.until(shut);
  assert.equal(await app.page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Files");
  await app.page.keyboard.press("Enter");
  const zone = await app.get("combobox", "Time zone of edge.log");
  assert.equal(await zone.evaluate((e) => e.selectedOptions[0].text), "+02:00");
  assert.equal(await (await app.get("textbox", "Clock offset of edge.log")).evaluate((e) => e.value), "-1.5");
  await enter(app, "Clock offset of edge.log", "");
  await choose(app, "Time zone of edge.log", "As logged");
  await firstRow(app, "10:00:00.000");
  assert.deepEqual(app.errors, []);
}, once);

everywhere("forces a format and finds it again", async (app) => {
  const dialog = await opened(app, writeGzip("edge.log", lines(250).join("\n")), write("other.log", lines(40).join("\n")));
  const file = await app.get("group", "File A: edge.log.gz", { within: dialog });
  await choose(app, "Format of edge.log.gz", "Apache / nginx");
  await app.until(async () => /250 logs · 250 unparsed/.test(await text(file)));
  assert.match(await app.text("group", "File B: other.log"), /40 logs.*HAProxy HTTP/s);
  assert.match(await app.text("status", "Total logs"), /^290/);
  await choose(app, "Format of edge.log.gz", "Detect for each log");
  await app.until(async () => /HAProxy HTTP 250 of 250 logs/.test((await text(file)).replaceAll("\n", " ")));
  assert.match(await app.text("status", "Total logs"), /^290/);
  assert.deepEqual(app.errors, []);
}, once);

everywhere("an opened log closes when its file is read again, and unparsed lines are listed", async (app) => {
  await app.upload(write("edge.log", lines(60).join("\n")), write("other.log", lines(40).join("\n")));
  await app.ready();
  await app.page.keyboard.press("e");
  await app.until(() => app.page.evaluate(() => Boolean(document.activeElement.closest("[role=gridcell]"))));
  await app.page.keyboard.press("Enter");
  await app.get("gridcell", "Log detail");
  await app.click("button", "Files");
  await choose(app, "Time zone of edge.log", "-01:00");
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("gridcell", "Log detail")));
  // The rows of the first file stand an hour later now, behind those of the other.
  await firstRow(app, "10:00:00.000");
  assert.match(await app.text("button", "Time range"), /10:00:00 – 11:00:59/);
  await app.click("button", "Files");
  await choose(app, "Format of other.log", "nevisProxy");
  await app.page.keyboard.press("Escape");
  await app.click("tab", /^Unparsed/);
  assert.match(await app.text("region", "Unparsed lines"), /40 lines did not match/);
  await app.until(async () => /other\.log:1\b/.test(await app.text("region", "Unparsed lines")));
  await app.click("button", "Choose format…");
  await choose(app, "Format of other.log", "Detect for each log");
  await app.until(async () => /Every line matches/.test(await app.text("region", "Unparsed lines")));
  assert.deepEqual(app.errors, []);
}, once);

everywhere("sets the year of stamps that have none", async (app) => {
  const event = (stamp) => `${stamp} lb haproxy[7]: Server be/s1 is UP.`;
  const dialog = await opened(app, write("events.log", [event("Dec 31 23:59:59"), event("Jan  1 00:00:01")].join("\n")));
  const file = await app.get("group", "File A: events.log", { within: dialog });
  assert.match(await text(file), /from the file's date/);
  await enter(app, "Year of events.log", "2019");
  await app.until(async () => /31 Dec 2019, 23:59:59 – 1 Jan 2020/.test(await text(file)));
  await enter(app, "Year of events.log", "");
  await app.until(async () => /from the file's date/.test(await text(file)));
  assert.deepEqual(app.errors, []);
}, once);

/** Lines of `log-format "%ci:%cp [%tr] %b/%s %ST %TR/%Tw/%Tc/%Tr/%Ta %hr %{+Q}r"`; every fifth is about a server. */
const ownLines = (n) => Array.from({ length: n }, (_, i) => (i % 5 === 3
  ? "Nov 18 10:24:14 lb haproxy[7]: Server be/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue."
  : `Nov 18 10:24:14 lb haproxy[7]: 192.0.2.${i}:4000 [18/Nov/2026:10:00:${String(i % 60).padStart(2, "0")}.000] be/web${i % 3} `
    + `200 1/0/2/30/40 {acme|shop.example} "GET /p/${i} HTTP/1.1"`));

const OWN = 'log-format "%ci:%cp [%tr] %b/%s %ST %TR/%Tw/%Tc/%Tr/%Ta %hr %{+Q}r"';

everywhere("reads a file with a log-format that was pasted", async (app) => {
  const dialog = await opened(app, write("edge.log", ownLines(50).join("\n")), write("access.log", "no log\n".repeat(9)));
  const file = await app.get("group", "File A: edge.log", { within: dialog });
  assert.match(await text(file), /40 unparsed/);
  await app.click("button", "HAProxy log-format of edge.log…", { within: file });
  const field = await app.get("textbox", "HAProxy log-format of edge.log");
  const read = () => app.get("button", "Read the file with it");
  const preview = () => app.text("region", "Preview of edge.log");
  await field.click();
  // A mistake is told at its place, and cannot be applied.
  await app.page.keyboard.type(OWN.replace("%ST", "%sT"));
  await app.until(async () => /%sT is no name of a log format\..*column 33.*Is it %ST or %st\?/s.test(await preview()));
  assert.equal(await field.evaluate((e) => e.getAttribute("aria-invalid")), "true");
  assert.equal(await (await read()).evaluate((e) => e.disabled), true);
  if (app.name === "chromium") await app.shot("log-format-mistake");
  const replace = async (text) => {
    await app.page.keyboard.down("Control");
    await app.page.keyboard.press("a");
    await app.page.keyboard.up("Control");
    await app.page.keyboard.type(text);
  };
  // Two values in the wrong order fit every line, and nonsense comes out.
  await replace(OWN.replace("%ST %TR/", "%TR %ST/"));
  await app.until(async () => /In 40 of 40 matching lines the status \(%ST\) is none of HTTP/.test(await preview()));
  if (app.name === "chromium") await app.shot("log-format-doubt");
  await replace(OWN);
  await app.until(async () => /40 of the first 50 lines match/.test(await preview()));
  assert.match(await preview(), /Server\s*web0.*At column 32, %ci:%cp is expected\. Read as HAProxy event\./s);
  await (await app.get("textbox", "Request captures of edge.log")).click();
  await app.page.keyboard.type("X-Tenant|Host");
  await app.until(async () => /Host\s*shop\.example.*X-Tenant\s*acme/s.test(await preview()));
  if (app.name === "chromium") await app.shot("log-format");
  await (await read()).click();
  await app.ready();
  await app.until(async () => /50 logs ·? ?.*HAProxy log-format 40 of 50 logs/s.test((await text(file)).replaceAll("\n", " ")));
  assert.doesNotMatch(await text(file), /unparsed/);
  assert.equal(await (await read()).evaluate((e) => e.disabled), true);
  await firstRow(app, "web0");
  // Closed and opened again, it is there, and can be taken away.
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("dialog", "Files")));
  await app.click("button", "Files");
  assert.equal(await (await app.get("textbox", "HAProxy log-format of edge.log")).evaluate((e) => e.value), OWN);
  await app.click("button", "Read without it");
  await app.until(async () => /40 unparsed/.test(await app.text("group", "File A: edge.log")));
  assert.deepEqual(app.errors, []);
}, once);
