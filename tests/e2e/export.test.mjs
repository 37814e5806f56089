// The dialog "Export logs": which logs, how they are written, and that the file holds exactly them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

/** Keeps what the page makes a download of, so that a test can read it in any browser. */
const keepBlobs = (page) => page.evaluateOnNewDocument(() => {
  globalThis.saved = [];
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    if (blob.type.startsWith("text/") || blob.type === "application/jsonl") saved.push(blob);
    return create(blob);
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[download]");
    if (link) globalThis.savedAs = link.download;
  }, true);
  // A link that stands nowhere in the document is clicked too.
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    globalThis.savedAs = this.download;
    return click.call(this);
  };
});
const kept = { before: keepBlobs };

const dialog = async (app) => {
  await app.click("button", "Export");
  return app.get("dialog", "Export logs");
};
const preview = (app, pattern) => app.until(async () => pattern.test(await app.text("region", "Preview")), { what: () => `${pattern} in the preview` });
const press = async (app, name) => {
  const button = await app.until(async () => {
    const button = await app.query("button", name);
    return button && await button.evaluate((e) => !e.disabled) ? button : null;
  }, { what: () => `button ${name}` });
  await button.click();
};
/** What was saved, when the dialog says that it is written. */
const saved = async (app, said) => {
  await app.until(async () => said.test(await app.text("status", "Export")), { what: () => `${said} in the dialog` });
  return app.page.evaluate(async () => ({ text: await saved.at(-1).text(), name: savedAs }));
};

everywhere("copies a summary for a ticket", async (app) => {
  await app.upload(write("edge.log", lines(600).join("\n")));
  await app.ready();
  await (await app.get("searchbox", "Search logs")).type("resp_code>=500");
  await app.page.keyboard.press("Enter");
  await app.ready();
  await press(app, "Copy summary");
  const copied = await app.until(() => app.page.evaluate(() => globalThis.copied), { what: () => "the summary" });
  const [head, , files, , search] = copied.split("\n");
  assert.equal(head, "**120 logs** of 600");
  assert.match(files, /^- Files: `edge\.log` \(600 logs, /);
  assert.equal(search, "- Search: `resp_code>=500`");
  assert.match(copied, /\n\| [^|]+ \| 120 \| 100% \|\n/);
  // The first lines, as they stand in the file.
  assert.deepEqual(copied.split("```text\n")[1].split("\n").slice(0, 5), lines(600).filter((line) => / 503 /.test(line)).slice(0, 5));
}, { before: (page) => page.evaluateOnNewDocument(() => {
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.copied = text; } } });
}) });

everywhere("writes what the table shows as CSV", async (app) => {
  const log = lines(600);
  await app.upload(write("edge.log", log.join("\n")));
  await app.ready();
  await (await app.get("searchbox", "Search logs")).type("resp_code>=500");
  await app.page.keyboard.press("Enter");
  await app.ready();
  await dialog(app);
  await preview(app, /^start_time,client_ip,method,uri,.*\n2026-11-18T10:00:04\.000Z,192\.0\.2\.4,GET,\/page\/4,/);
  await app.get("radio", /^120 logs shown · resp_code>=500/);
  await app.get("radio", /^600 logs loaded/);
  // Nothing but the search narrows what is shown.
  assert.equal(await app.query("radio", /whole time range/), null);
  await press(app, "Export 120 rows");
  const { text, name } = await saved(app, /^120 logs written to edge-logs\.csv/);
  assert.equal(name, "edge-logs.csv");
  const rows = text.split("\r\n").filter(Boolean);
  assert.equal(rows.length, 121);
  const wanted = log.filter((line) => / 503 /.test(line)).map((line) => /: (\S+):4000 .*"GET (\S+) /.exec(line).slice(1).join());
  assert.deepEqual(rows.slice(1).map((row) => { const [, ip, , uri] = row.split(","); return [ip, uri].join(); }), wanted);
  // A state of dashes is no formula, and nothing else here is one.
  assert.doesNotMatch(text, /'/);
  assert.deepEqual(app.errors, []);
}, kept);

everywhere("writes the lines byte for byte, and JSON with the columns chosen", async (app) => {
  const text = `${lines(300).join("\n")}\r\nno log = at all\n`;
  await app.upload(write("edge.log", text));
  await app.ready();
  await app.page.keyboard.down("Control");
  await app.page.keyboard.press("e");
  await app.page.keyboard.up("Control");
  await app.get("dialog", "Export logs");
  await app.click("radio", "Raw lines");
  assert.equal(await app.query("group", "Columns"), null);
  await press(app, "Export 301 rows");
  assert.equal((await saved(app, /^301 logs written to edge-logs\.log/)).text, text);
  await app.click("radio", "JSON lines");
  await app.click("button", "All");
  const box = await app.get("checkbox", "Raw line");
  assert.equal(await box.evaluate((e) => e.getAttribute("aria-checked")), "true");
  await preview(app, /"raw":"Nov 18/);
  await press(app, "Export 301 rows");
  const objects = (await saved(app, /^301 logs written to edge-logs\.jsonl/)).text.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(objects.length, 301);
  assert.deepEqual(objects.map((o) => o.raw), text.trim().split(/\r?\n/));
  assert.equal(objects[4].response_code, 503);
  assert.equal(objects[4].total_time_ms, 10000);
  assert.equal(objects[4].line, 5);
  assert.deepEqual(app.errors, []);
}, kept);

everywhere("is really downloaded", async (app) => {
  const folder = mkdtempSync(join(tmpdir(), "hopscope-"));
  const session = await app.page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
  await app.upload(write("edge.log", lines(50).join("\n")));
  await app.ready();
  await dialog(app);
  await press(app, "Export 50 rows");
  const path = join(folder, "edge-logs.csv");
  await app.until(() => readdirSync(folder).includes("edge-logs.csv"), { what: () => "the file" });
  assert.equal(readFileSync(path, "utf8").split("\r\n").length, 52);
}, { browsers: ["chromium"] });

everywhere("writes into a file of the user's where it is large, and leaves nothing when it is cancelled", async (app) => {
  // The first 200 rows let expect 300 MB.
  const long = lines(3000).map((line, i) => (i < 200 ? line.replace("/page/", `/page/${"x".repeat(100_000)}/`) : line));
  await app.upload(write("edge.log", `${long.join("\n")}\n`));
  await app.ready();
  await dialog(app);
  await app.click("radio", "Raw lines");
  await press(app, "Export 3,000 rows");
  await app.until(async () => /^3,000 logs written/.test(await app.text("status", "Export")));
  assert.deepEqual(await app.page.evaluate(() => [picked, ended]), ["edge-logs.log", "closed"]);
  assert.equal(await app.page.evaluate(() => new Blob(chunks).text()), `${long.join("\n")}\n`);
  await app.page.evaluate(() => { globalThis.slow = true; });
  await press(app, "Export 3,000 rows");
  await app.get("button", /^Exporting \d+%/);
  await app.click("button", "Cancel");
  await app.page.evaluate(() => { globalThis.slow = false; });
  await app.until(() => app.page.evaluate(() => ended === "aborted"));
  await app.get("button", "Export 3,000 rows");
  assert.deepEqual(app.errors, []);
}, {
  builds: ["hosted"],
  before: (page) => page.evaluateOnNewDocument(() => {
    globalThis.chunks = [];
    const wait = async () => { while (globalThis.slow) await new Promise((resolve) => setTimeout(resolve, 20)); };
    globalThis.showSaveFilePicker = async ({ suggestedName }) => {
      Object.assign(globalThis, { picked: suggestedName, chunks: [] });
      return {
        createWritable: async () => ({
          write: async (bytes) => { chunks.push(bytes.slice()); await wait(); },
          close: async () => { globalThis.ended = "closed"; },
          abort: async () => { globalThis.ended = "aborted"; },
        }),
      };
    };
  }),
});

everywhere("has a name, roles and keys", async (app) => {
  await app.upload(write("edge.log", lines(30).join("\n")));
  await app.ready();
  const open = await dialog(app);
  await preview(app, /^start_time/);
  const box = await app.get("checkbox", "Client IP", { within: open });
  assert.equal(await box.evaluate((e) => e.getAttribute("aria-checked")), "true");
  await box.click();
  await preview(app, /^start_time,method/);
  const safe = await app.get("switch", "Formula-safe values");
  assert.equal(await safe.evaluate((e) => e.getAttribute("aria-checked")), "true");
  await app.click("radio", "CSV");
  await app.page.keyboard.press("ArrowRight");
  await preview(app, /^\{"start_time":"2026/);
  assert.equal(await app.query("switch", "Formula-safe values"), null);
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("dialog", "Export logs")));
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });

everywhere("saves the histogram as a picture, with its legend above", async (app) => {
  await app.upload(write("edge.log", lines(600).join("\n")));
  await app.ready();
  await app.click("button", "Save picture");
  await app.until(() => app.page.evaluate(() => globalThis.pictures?.length === 1), { what: () => "the picture" });
  const found = await app.page.evaluate(async () => {
    const bars = document.querySelector(".plot-canvas");
    const image = await createImageBitmap(pictures[0]);
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [image.width, image.height];
    const context = sheet.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, sheet.width, sheet.height).data;
    // Every pixel is opaque, and there are words above the bars.
    let [clear, dark] = [0, 0];
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] < 255) clear += 1;
      if (at < 26 * 4 * sheet.width && pixels[at] + pixels[at + 1] + pixels[at + 2] < 300) dark += 1;
    }
    return { wide: image.width === bars.width, high: image.height > bars.height, clear, dark, name: savedAs, type: pictures[0].type };
  });
  assert.ok(found.dark > 300, `${found.dark} dark pixels`);
  assert.deepEqual({ ...found, dark: 0 }, { wide: true, high: true, clear: 0, dark: 0, name: "hopscope-histogram.png", type: "image/png" });
  assert.deepEqual(app.errors, []);
}, { builds: ["file"], before: async (page) => {
  await keepBlobs(page);
  await page.evaluateOnNewDocument(() => {
    globalThis.pictures = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      if (blob.type === "image/png") pictures.push(blob);
      return create(blob);
    };
  });
} });

everywhere("anonymises what it writes, and shows first what that changes", async (app) => {
  const text = `${lines(300).map((line) => line.replace("/page/", "/page?user=ana&t=s3cret&n=")).join("\n")}\n192.0.2.77 no log, Cookie: SID=s3cret\n`;
  await app.upload(write("edge.log", text));
  await app.ready();
  await dialog(app);
  await app.click("radio", "Raw lines");
  await preview(app, / lb haproxy\[7\]: 192\.0\.2\.0:4000 .*user=ana/);
  const on = await app.get("switch", "Anonymise");
  assert.equal(await on.evaluate((e) => e.getAttribute("aria-checked")), "false");
  assert.equal(await app.query("list", "Changes"), null);
  await on.click();
  await preview(app, / host-[0-9a-f]{12} haproxy\[7\]: (?!192\.0\.2\.)[\d.]+:4000 .*\?user=\*\*\*&t=\*\*\*&n=\*\*\* /);
  assert.doesNotMatch(await app.text("region", "Preview"), /192\.0\.2\.|ana|s3cret| lb /);
  // What stood there, and what stands there now.
  const changes = await app.text("list", "Changes");
  assert.match(changes, /Address\s+192\.0\.2\.0\s+→\s+[\d.]+/);
  assert.match(changes, /Host\s+lb\s+→\s+host-[0-9a-f]{12}/);
  assert.match(changes, /Credential\s+ana\s+→\s+\*\*\*/);
  await press(app, "Export 301 rows");
  const said = /^301 logs written to edge-logs\.log.* In 1 log that no parser understands only what has the look/;
  const raw = (await saved(app, said)).text;
  assert.doesNotMatch(raw, /192\.0\.2\.|ana|s3cret| lb /);
  assert.equal(raw.split("\n").length, 302);
  // The rest of a line is what it was.
  const states = (lines) => lines.match(/ fe be\/\S+ \S+ \d+ 512 - - \S+ /g);
  assert.deepEqual(states(raw), states(text));
  // Another export of the tab has the same pseudonyms.
  await app.click("radio", "CSV");
  await press(app, "Export 301 rows");
  const csv = (await saved(app, /^301 logs written to edge-logs\.csv/)).text;
  assert.doesNotMatch(csv, /192\.0\.2\.|ana|s3cret/);
  const addresses = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((found) => found[1]))].sort();
  const inRaw = addresses(raw, /haproxy\[7\]: (\S+):4000 /g);
  assert.equal(inRaw.length, 200);
  assert.deepEqual(addresses(csv, /^\S+?Z,([\d.]+),/gm), inRaw);
  // They are one network still.
  assert.equal(new Set(inRaw.map((address) => address.split(".").slice(0, 3).join("."))).size, 1);
  // Switched off, all is as it was.
  await app.click("radio", "Raw lines");
  await app.click("switch", "Anonymise");
  await preview(app, / lb haproxy\[7\]: 192\.0\.2\.0:4000 /);
  assert.equal(await app.query("list", "Changes"), null);
  await press(app, "Export 301 rows");
  assert.equal((await saved(app, /^301 logs written to edge-logs\.log/)).text, text);
  assert.deepEqual(app.errors, []);
}, kept);
