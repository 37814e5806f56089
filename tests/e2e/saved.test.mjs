// Saved searches and links: dialog "Saved searches" (button "Saved searches"): textbox "Name for this search", button "Save
// current", checkboxes "with time range", "with columns", list "Saved searches", buttons "Remove saved search <name>",
// "Import searches", "Export searches", "Copy link", "Copy link without values".
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everywhere } from "./browser.mjs";

const SAMPLE = "public/samples/haproxy-http.log";
const total = async (app) => Number((await app.text("status", "Total logs")).match(/^[\d,]+/)[0].replaceAll(",", ""));

async function search(app, text) {
  const box = await app.get("searchbox", "Search logs");
  await box.click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
  await app.ready();
}

/** What the page copies is kept here: a test has no clipboard of its own. */
async function hearCopies(page) {
  await page.evaluateOnNewDocument(() => {
    globalThis.copied = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.copied.push(text); } } });
  });
}

everywhere("a search with a name is found again, also by keyboard alone", async (app) => {
  await app.upload(SAMPLE);
  await app.ready();
  const all = await total(app);
  await search(app, "status>=500");
  const errors = await total(app);
  assert.ok(errors > 0 && errors < all);

  await app.page.keyboard.press("Escape");
  await app.page.keyboard.down("Control");
  await app.page.keyboard.press("s");
  await app.page.keyboard.up("Control");
  await app.get("dialog", "Saved searches");
  // The name has the focus.
  await app.page.keyboard.type("Server errors");
  await app.page.keyboard.press("Enter");
  const one = await app.get("button", new RegExp(`^Server errors ?${errors.toLocaleString("en")} ?status>=500$`));
  await app.shot("saved");
  await app.page.keyboard.press("Escape");

  await app.click("button", "Clear search");
  await app.ready();
  assert.equal(await total(app), all);
  await app.click("button", "Saved searches");
  await app.click("button", /^Server errors/);
  await app.ready();
  assert.equal(await total(app), errors);

  // It is still there when the page is opened again, and can be removed.
  await app.page.reload();
  await app.upload(SAMPLE);
  await app.ready();
  await app.click("button", "Saved searches");
  await app.click("button", "Remove saved search Server errors");
  await app.until(async () => !(await app.query("button", /^Server errors/)));
  assert.ok(one);
});

everywhere("a link carries the question, and its receiver sees the same", async (app) => {
  await app.upload(SAMPLE);
  await app.ready();
  await search(app, "status>=500 timeout-or-not");
  await app.click("button", /^Remove filter timeout/);
  await app.ready();
  await search(app, "uri~=/");
  await app.click("radio", /^Significant,/);
  await app.click("columnheader", "Duration");
  await app.ready();
  const wanted = await total(app);
  const head = async () => (await app.queryAll("columnheader")).length;
  const columns = await head();
  await app.click("button", "Saved searches");
  await app.click("button", "Copy link");
  await app.click("button", "Copy link without values");
  const [link, bare] = await app.until(async () => {
    const copied = await app.page.evaluate(() => globalThis.copied);
    return copied.length === 2 && copied;
  });
  const fragment = link.slice(link.indexOf("#"));
  assert.ok(fragment.includes("uri") && !bare.includes("uri%7E") && bare.includes("status"), `${link}\n${bare}`);
  if (app.build === "file") {
    assert.ok(!link.includes("/"), "the path of a file is nobody's business");
  }

  // The receiver's page: nothing open yet, the link in its address.
  await app.page.evaluate((hash) => { location.hash = hash; }, fragment);
  await app.page.reload();
  await app.upload(SAMPLE);
  await app.ready();
  assert.equal(await total(app), wanted);
  assert.equal(await head(), columns);
  assert.equal(await (await app.get("columnheader", "Duration")).evaluate((head) => head.getAttribute("aria-sort")), "descending");
  await app.get("radio", /^Significant,/);

  // A link that anybody may have written is data: what is wrong in it is left out.
  await app.page.evaluate(() => { location.hash = "q=%22%3E%3Cimg+src%3Dx%3E%22&show=nothing&period=9..1&sort=-nonsense&columns=HTTP:time,%3Cb%3E"; });
  await app.until(async () => (await total(app)) === 0);
  await app.get("listitem", /<img src=x>/);
}, { before: hearCopies });

everywhere("saved searches are taken to a file and back", async (app) => {
  const folder = await mkdtemp(join(tmpdir(), "hopscope-"));
  const file = join(folder, "searches.txt");
  await writeFile(file, "Slow\tq=total_time%3E1s\nnonsense\nBroken\tq=status%3E%3D\nAborted <b>\tq=termination_state%5E%3DC&show=all\n");
  await app.upload(SAMPLE);
  await app.ready();
  await app.click("button", "Saved searches");
  const chooser = async (path) => {
    const [chosen] = await Promise.all([app.page.waitForFileChooser(), app.click("button", "Import searches")]);
    await chosen.accept([path]);
  };
  await chooser(file);
  await app.get("button", /^Slow/);
  await app.get("button", /^Aborted <b>/);
  assert.equal((await app.queryAll("button", /^Remove saved search/)).length, 2);
  await writeFile(file, "nothing of ours");
  await chooser(file);
  assert.equal(await app.text("alert"), "No saved searches in that file.");
  assert.equal((await app.queryAll("button", /^Remove saved search/)).length, 2);

  const saved = app.page.evaluate(() => new Promise((done) => {
    URL.createObjectURL = (blob) => { blob.text().then(done); return "blob:none"; };
  }));
  await app.click("button", "Export searches");
  const lines = (await saved).trim().split("\n");
  assert.deepEqual(lines.map((line) => line.split("\t")[0]), ["Slow", "Aborted <b>"]);
  assert.ok(lines[0].endsWith("q=total_time%3E1s"), lines[0]);
}, { browsers: ["chromium"] });
