// Lines around: tab "Lines around" of an opened log, list "Lines around" of lines as they stand in the file with buttons "Open line <n>"
// and "Line <n>, this log", buttons "20 more before" and "20 more after"; a dialog of the same name from the file and line of an
// unparsed line.
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write, writeGzip } from "./logs.mjs";

const N = 250;
const total = async (app) => Number(/[\d,]+/.exec(await app.text("status", "Total logs"))[0].replaceAll(",", ""));
const listed = async (app, where) => app.queryAll("listitem", null, { within: await app.get("list", "Lines around", where) });
/** [what is written, its number] of each line. */
const shown = async (app, where) => Promise.all((await listed(app, where)).map((item) => item.evaluate((e) =>
  [e.querySelector(".mono").textContent, Number(e.querySelector("button").textContent.replaceAll(",", ""))])));
const holds = async (app, all, from, to, where) => {
  await app.until(async () => (await listed(app, where)).length === to - from + 1, { what: () => `lines ${from} to ${to}` });
  assert.deepEqual(await shown(app, where), all.slice(from - 1, to).map((text, nth) => [text, from + nth]));
};

for (const [kind, make] of [["plain", write], ["gzip", writeGzip]]) {
  everywhere(`what stands around a log in its file is shown, and the search stays (${kind})`, async (app) => {
    const { page } = app;
    const all = lines(N);
    all[107] = "what <b>no</b> parser reads";
    // Another file, at the same times, is not between them.
    await app.upload(make("edge.log", `${all.join("\n")}\n`), write("other.log", `${lines(40).join("\n")}\n`));
    await app.ready();
    await app.click("searchbox", "Search logs");
    await page.keyboard.type("status=503 uri=/page/5 source~=edge");
    await page.keyboard.press("Enter");
    await app.ready();
    const found = await total(app);
    assert.ok(found > 3 && found < 20);

    // By keyboard alone: into the table, open, to the third tab.
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await app.until(() => page.evaluate(() => document.activeElement?.getAttribute("role") === "gridcell"));
    await page.keyboard.press("Enter");
    const tab = await app.get("tab", "Details");
    await tab.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const here = all.findIndex((line, i) => i % 5 === 4 && line.includes("/page/5 ")) + 1;
    await holds(app, all, here - 5, here + 5);
    await app.get("button", `Line ${here}, this log`);
    const before = await app.get("button", "20 more before");
    await before.focus();
    await page.keyboard.press("Enter");
    await holds(app, all, Math.max(1, here - 25), here + 5);
    await app.click("button", "20 more after");
    await holds(app, all, Math.max(1, here - 25), here + 25);
    if (here <= 25) assert.equal(await app.query("button", "20 more before"), null);
    assert.equal(await total(app), found);
    await app.shot(`lines-around-${kind}`);

    // A line that the search does not have is opened among all.
    await app.click("button", `Open line ${here + 1}`);
    await app.until(async () => await total(app) === N + 40);
    await app.ready();
    assert.deepEqual(app.errors, []);
  }, { builds: ["hosted"] });
}

everywhere("the file and line of an unparsed line lead to what stands around it", async (app) => {
  const all = lines(N);
  all[107] = "what <b>no</b> parser reads";
  await app.upload(write("edge.log", `${all.join("\n")}\n`));
  await app.ready();
  await app.click("tab", /^Unparsed/);
  await app.click("button", "edge.log:108");
  const dialog = await app.get("dialog", "Lines around");
  await holds(app, all, 103, 113, { within: dialog });
  await app.shot("lines-around-unparsed");
  await app.click("button", "Open line 107", { within: dialog });
  await app.until(async () => !(await app.query("dialog", "Lines around")));
  await app.get("gridcell", "Log detail");
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });
