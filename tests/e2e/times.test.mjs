// The zone that times are shown in: what is shown, what is entered and what is searched mean the same moment.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

const once = { builds: ["file"] };

const choose = async (app, option) => {
  const select = await app.get("combobox", "Zone of the times shown");
  const value = await select.evaluate((e, option) => [...e.options].find((o) => o.text === option).value, option);
  await select.select(value);
};

const cell = (app) => app.page.evaluate(() => {
  const time = document.querySelector('[role=row][aria-rowindex="2"] [role=gridcell] [title]');
  return `${time?.innerText} (${time?.title})`;
});
const firstTime = (app, wanted) => app.until(async () => (await cell(app)) === wanted, { what: () => `${wanted} in the first row` });
const total = (app, wanted) => app.until(
  async () => (await app.text("status", "Total logs")).startsWith(`${wanted} `),
  { what: () => `${wanted} logs` },
);

const enter = async (app, name, value) => {
  const field = await app.get("textbox", name);
  await field.click({ count: 3 });
  await app.page.keyboard.type(value);
};

everywhere("times are shown, entered and searched in the zone that is chosen", async (app) => {
  await app.upload(write("edge.log", lines(250).join("\n")));
  await app.ready();
  await firstTime(app, "10:00:00.000 (2026-11-18 10:00:00.000)");
  await choose(app, "+05:30");
  await firstTime(app, "15:30:00.000 (2026-11-18 15:30:00.000+05:30 = 2026-11-18 10:00:00.000 UTC)");
  await app.until(async () => /15:30:00 – 15:34:09/.test(await app.text("button", "Time range")));
  // Entered: a minute of the zone shown.
  await app.click("button", "Time range");
  await enter(app, "From", "15:31");
  await enter(app, "To", "15:32");
  await app.page.keyboard.press("Enter");
  await total(app, 60);
  await firstTime(app, "15:31:00.000 (2026-11-18 15:31:00.000+05:30 = 2026-11-18 10:01:00.000 UTC)");
  await app.click("button", "Time range");
  await app.click("button", "All");
  await total(app, 250);
  // Searched: the chip names the zone, and says the same when times are shown in another.
  const search = await app.get("searchbox", "Search logs");
  await search.click();
  await app.page.keyboard.type("start_time>=2026-11-18 15:33");
  await app.page.keyboard.press("Enter");
  await total(app, 70);
  await choose(app, "UTC");
  await firstTime(app, "10:03:00.000 (2026-11-18 10:03:00.000)");
  await total(app, 70);
  // It is remembered.
  await choose(app, "-03:00");
  await app.page.reload();
  await app.upload(write("edge.log", lines(250).join("\n")));
  await app.ready();
  await firstTime(app, "07:00:00.000 (2026-11-18 07:00:00.000-03:00 = 2026-11-18 10:00:00.000 UTC)");
  await choose(app, "UTC");
  assert.deepEqual(app.errors, []);
}, once);

everywhere("local time follows summer and winter", async (app) => {
  const winter = lines(2);
  const summer = lines(2).map((line) => line.replace("18/Nov/2026", "18/Jul/2026").replace("Nov 18", "Jul 18"));
  // Only Chromium lets a test say where it is.
  if (app.name === "chromium") await app.page.emulateTimezone("Europe/Zurich");
  await app.upload(write("edge.log", [...summer, ...winter].join("\n")));
  await app.ready();
  await choose(app, "Local time");
  const ahead = await app.page.evaluate(() => ["2026-07-18", "2026-11-18"].map((day) => -new Date(`${day}T10:00:00Z`).getTimezoneOffset() / 60));
  if (app.name === "chromium") assert.deepEqual(ahead, [2, 1]);
  const hour = (at) => String(10 + at).padStart(2, "0");
  const shown = () => app.page.evaluate(() => [2, 4].map((row) => document.querySelector(`[role=row][aria-rowindex="${row}"] [title]`)?.innerText));
  const wanted = [`18 Jul ${hour(ahead[0])}:00:00.000`, `18 Nov ${hour(ahead[1])}:00:00.000`];
  await app.until(async () => String(await shown()) === String(wanted), { what: () => String(wanted) });
  // The night in which an hour is left out, drawn with labels of parts of an hour.
  await app.click("button", "Remove source A");
  const night = Array.from({ length: 24 }, (_, i) => lines(1)[0].replace("18/Nov/2026:10", `29/Mar/2026:0${Math.floor(i / 6)}`)
    .replace(":00:00.000]", `:${i % 6}0:00.000]`).replace("Nov 18", "Mar 29"));
  await app.upload(write("night.log", night.join("\n")));
  await app.ready();
  await app.until(async () => /3 h/.test(await app.text("button", "Time range")), { what: () => "four hours less ten minutes" });
  await choose(app, "UTC");
  assert.deepEqual(app.errors, []);
}, once);
