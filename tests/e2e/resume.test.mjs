// Coming back to the same files: status "Last time with these files" with buttons "Show that again" and "Close this message"; region
// "Recent files" of the start page with buttons "Open <file>" and "Forget them".
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

const total = async (app) => Number((await app.text("status", "Total logs")).match(/^[\d,]+/)[0].replaceAll(",", ""));
const search = async (app, text) => {
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
  await app.ready();
};
const opened = async (app, ...paths) => {
  await app.upload(...paths);
  await app.ready();
};
const offered = (app) => app.query("status", "Last time with these files");
const kept = (app) => app.page.evaluate(() => localStorage.getItem("hopscope.last-searches") ?? "");

everywhere("the last search is offered with the same files, and with no others", async (app) => {
  const [first, second] = [write("resume.log", lines(300).join("\n")), write("other.log", lines(200).join("\n"))];
  await opened(app, first);
  assert.equal(await offered(app), null);
  await search(app, "status=503 server=\"<NOSRV>\"");
  await app.until(async () => (await kept(app)).includes("resume.log"));
  await app.page.reload();
  await opened(app, second);
  assert.equal(await offered(app), null, "another file");
  await app.page.reload();
  await opened(app, first);
  assert.equal(await total(app), 300, "nothing is left out unasked");
  assert.match(await app.text("status", "Last time with these files"), /status=503 server="<NOSRV>"/);
  await app.shot("last-time");
  await app.click("button", "Show that again");
  await app.ready();
  assert.equal(await total(app), 60);
  assert.equal(await offered(app), null);

  // With all logs shown there is nothing to come back to.
  await app.click("button", "Clear search");
  await app.ready();
  await app.until(async () => !(await kept(app)).includes("resume.log"));
  await app.page.reload();
  await opened(app, first);
  assert.equal(await offered(app), null);
  assert.deepEqual(app.errors, []);
});

everywhere("a recent file is opened again as it is now", async (app) => {
  await app.get("region", "Open logs");
  // The browser's own files for this page can be read without asking, which nobody could answer here.
  await app.page.evaluate(async (text) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("kept.log", { create: true });
    const file = await handle.createWritable();
    await file.write(text);
    await file.close();
    const opening = indexedDB.open("hopscope", 1);
    await new Promise((done, failed) => {
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onsuccess = done;
      opening.onerror = failed;
    });
    const put = opening.result.transaction("files", "readwrite").objectStore("files").put({ name: "kept.log", size: text.length, opened: Date.now(), handle }, "kept");
    await new Promise((done) => { put.onsuccess = done; });
    opening.result.close();
    localStorage.setItem("hopscope.has-recent", "yes");
  }, lines(40).join("\n"));
  await app.page.reload();
  await app.click("button", "Open kept.log");
  await app.ready();
  await app.get("group", "Source A: kept.log");
  assert.equal(await total(app), 40);
  await app.page.reload();
  await app.click("button", "Forget them");
  await app.until(async () => !(await app.query("region", "Recent files")));
  assert.deepEqual(app.errors, []);
}, { browsers: ["chromium"], builds: ["hosted"] });

everywhere("dropped files are listed when nothing is open, and can be forgotten", async (app) => {
  const path = write("dropped.log", lines(300).join("\n"));
  await app.get("region", "Open logs");
  assert.equal(await app.query("region", "Recent files"), null);
  await app.drop(path);
  await app.ready();
  assert.equal(await total(app), 300);
  await app.until(() => app.page.evaluate(() => localStorage.getItem("hopscope.has-recent")));
  await app.page.reload();
  await app.get("region", "Recent files");
  await app.get("button", "Open dropped.log");
  await app.shot("recent");
  await app.click("button", "Forget them");
  await app.until(async () => !(await app.query("region", "Recent files")));
  await app.page.reload();
  await app.get("region", "Open logs");
  assert.equal(await app.query("region", "Recent files"), null);
  assert.deepEqual(app.errors, []);
}, { browsers: ["chromium"] });
