// The main job, end to end, as a support engineer does it: drop a log, ask, brush, open a row, read why, go back.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { everywhere } from "./browser.mjs";
import { write, writeGzip } from "./logs.mjs";

const folder = mkdtempSync(join(tmpdir(), "hopscope-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, "edge1.log");
execFileSync("cargo", ["xtask", "gen", "--kind", "haproxy-http", "--lines", "20000", "--seed", "11", "--out", log]);
const truth = JSON.parse(readFileSync(`${log}.truth.json`, "utf8"));
const zipped = writeGzip("edge2.log", readFileSync(log));

const once = { timeout: 240_000 };
const number = (text) => Number(/[\d,]+/.exec(text)[0].replaceAll(",", ""));
const total = async (app) => number(await app.text("status", "Total logs"));
const isTotal = (app, wanted) => app.until(async () => (await total(app)) === wanted);

async function search(app, text) {
  await app.click("searchbox", "Search logs");
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
  await app.ready();
}

everywhere("a log and a gzip of it: what failed, where and why", async (app) => {
  await app.upload(log);
  await app.ready();
  assert.equal(await total(app), truth.total);
  await app.upload(zipped);
  await app.ready();
  await isTotal(app, 2 * truth.total);

  await search(app, "resp_code>=500");
  const failed = 2 * truth.response_code_500_and_above;
  await isTotal(app, failed);

  // Brush: press in the plot, drag, let go.
  const plot = await app.get("group", "Logs over time");
  const box = await plot.boundingBox();
  const y = box.y + box.height / 2;
  await app.page.mouse.move(box.x + box.width * 0.3, y);
  await app.page.mouse.down();
  await app.page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await app.page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
  await app.page.mouse.up();
  await app.get("button", "Clear selection");
  await app.ready();
  const brushed = await total(app);
  assert.ok(brushed > 0 && brushed < failed, `${brushed} of ${failed}`);
  const grid = await app.get("grid", "Logs");
  await app.until(async () => (await grid.evaluate((e) => Number(e.getAttribute("aria-rowcount")))) === brushed + 1);

  await app.click("button", "Expand log");
  const detail = await app.get("gridcell", "Log detail");
  assert.match(await detail.evaluate((e) => e.innerText), /server|queue|HAProxy/i);
  await app.get("group", "End-to-end timing");

  await app.click("button", "Clear selection");
  await app.ready();
  await isTotal(app, failed);
  await app.click("button", /^Remove filter/);
  await app.ready();
  await isTotal(app, 2 * truth.total);
  assert.deepEqual(app.errors, []);
}, once);

const corpus = ["../shared/corpora", "../../shared/corpora"].map((at) => join(at, "haproxy/raravena80/haproxy.log.gz")).find(existsSync);
if (corpus) {
  const real = write("real.log", gunzipSync(readFileSync(corpus)));
  everywhere("17,211 real lines have 50 answers of 500 and above, and with their gzip 100", async (app) => {
    await app.upload(real);
    await app.ready();
    assert.equal(await total(app), 17_211);
    await search(app, "resp_code>=500");
    await isTotal(app, 50);
    await app.upload(corpus);
    await app.ready();
    await isTotal(app, 100);
  }, once);
} else {
  console.log("the corpora are not here: the test on 17,211 real lines is skipped");
}

everywhere("bad files get a clear message, and the rest stays usable", async (app) => {
  const good = readFileSync("public/samples/haproxy-http.log");
  const lines = good.toString().split("\n").filter(Boolean).length;
  const whole = readFileSync(writeGzip("whole.log", good));
  const cut = whole.subarray(0, whole.length * 0.8);
  await app.upload(
    write("empty.log", ""),
    write("picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])),
    write("long.txt", Buffer.alloc(50 << 20, "x")),
    write("cut.log.gz", cut),
    write("notes.txt", "to do: buy milk\nand bread\n"),
    write("good.log", good),
  );
  await app.ready();
  const page = await app.page.evaluate(() => document.body.innerText);
  assert.match(page, /empty\.log is empty\./);
  assert.match(page, /picture\.png is a PNG image\./);
  assert.match(page, /cut\.log\.gz ends early\. \d+ logs before the break are shown\./);
  assert.match(page, /No known format matches notes\.txt\. Shown as text lines\./);
  // Nothing is lost: each line of text is a row, the long one too.
  await search(app, "source=good.log");
  await isTotal(app, lines);
  await app.click("button", /^Remove filter/);
  await search(app, "log_type=unparsed source in (long.txt, notes.txt)");
  await isTotal(app, 3);
}, once);
