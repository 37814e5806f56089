// Bookmarks: key B and button "Bookmark" (pressed or not) of an opened log, textbox "Note", img "Bookmarked" in the row, button
// "Bookmarks" with its dialog: list "Bookmarks" of buttons "Open log <place>: <note or log>", "Remove bookmark <place>", "Remove all".
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";

const SAMPLE = "public/samples/haproxy-http.log";
const total = async (app) => Number((await app.text("status", "Total logs")).match(/^[\d,]+/)[0].replaceAll(",", ""));

everywhere("a log is marked, noted, found again after another search and another visit, and stands in the summary", async (app) => {
  const { page } = app;
  await app.upload(SAMPLE);
  await app.ready();
  assert.equal(await app.query("button", "Bookmarks"), null);
  // By keyboard alone: to the first error, mark it, open it, write a note.
  await page.keyboard.press("e");
  await app.until(() => page.evaluate(() => document.activeElement?.getAttribute("role") === "gridcell"));
  await page.keyboard.press("b");
  await app.get("img", "Bookmarked");
  await page.keyboard.press("Enter");
  const note = await app.get("textbox", "Note");
  await note.focus();
  await page.keyboard.type("here it <b>began");
  assert.equal(await (await app.get("button", "Bookmark")).evaluate((e) => e.ariaPressed ?? e.getAttribute("aria-pressed")), "true");
  await app.shot("bookmark");
  const line = await (await app.get("gridcell", "Log detail")).evaluate((e) => e.textContent);
  assert.ok(line.length > 0);

  // The summary for a ticket has it with its note, as text.
  await app.click("button", "Copy summary");
  const copied = await app.until(() => page.evaluate(() => globalThis.copied.at(-1)));
  assert.match(copied, /\*\*here it \\<b\\>began\*\* \(`haproxy-http\.log`, line \d+\):\n\n```text\n/);

  // It comes back with the file, in a search that does not have it.
  await page.reload();
  await app.upload(SAMPLE);
  await app.ready();
  const all = await total(app);
  const box = await app.get("searchbox", "Search logs");
  await box.click();
  await page.keyboard.type("status=200");
  await page.keyboard.press("Enter");
  await app.ready();
  assert.ok(await total(app) < all);
  assert.equal(await app.query("img", "Bookmarked"), null);
  await page.keyboard.press("Escape");
  await app.click("button", "Bookmarks");
  await app.get("list", "Bookmarks");
  await app.shot("bookmarks");
  await app.click("button", /^Open log A:[\d,]+: here it <b>began$/);
  assert.equal(await (await app.get("textbox", "Note")).evaluate((e) => e.value), "here it <b>began");
  await app.ready();
  assert.equal(await total(app), all, "a log that the search does not have is shown among all");

  await app.click("button", "Bookmarks");
  await app.click("button", /^Remove bookmark A:/);
  await app.until(async () => !(await app.query("button", "Bookmarks")));
  assert.equal(await app.query("textbox", "Note"), null);
  await page.reload();
  await app.upload(SAMPLE);
  await app.ready();
  assert.equal(await app.query("button", "Bookmarks"), null);
}, {
  before: (page) => page.evaluateOnNewDocument(() => {
    globalThis.copied = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.copied.push(text); } } });
  }),
});

everywhere("a note that is being written is not disturbed by what is looked up meanwhile", async (app) => {
  const { page } = app;
  await page.waitForFunction(() => globalThis.hopscope !== undefined);
  await page.evaluate(() => {
    const { lookup } = hopscope;
    hopscope.lookup = () => new Promise((resolve) => { globalThis.release = resolve; }).then(lookup);
  });
  await app.upload(SAMPLE);
  await app.ready();
  await page.keyboard.press("e");
  await app.until(() => page.evaluate(() => document.activeElement?.getAttribute("role") === "gridcell"));
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await (await app.get("textbox", "Note")).focus();
  await page.keyboard.type("before ");
  const says = async (what) => (await (await app.get("gridcell", "Log detail")).evaluate((e) => e.innerText)).includes(what);
  assert.equal(await says("Browser"), false);
  await page.evaluate(() => globalThis.release());
  await app.until(async () => app.query("region", "Browser", { within: await app.get("region", "Log analytics") }), { timeout: 60_000, what: () => "the tile Browser" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await page.keyboard.type("and after");
  assert.equal(await page.evaluate(() => document.activeElement.value), "before and after");
  // The log takes it in when nobody works in it.
  await (await app.get("searchbox", "Search logs")).focus();
  await app.until(() => says("Browser"), { what: () => "the browser in the opened log" });
  assert.equal(await (await app.get("textbox", "Note")).evaluate((e) => e.value), "before and after");
  await page.keyboard.press("Escape");
  await app.click("button", "Bookmarks");
  await app.click("button", "Remove all");
  assert.deepEqual(app.errors, []);
}, { builds: ["hosted"] });
