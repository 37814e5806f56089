// Compare: button "Compare side by side" in the dialog "Bookmarks" (two or more), dialog "Compare logs": switch "Only what differs",
// table "Logs side by side" with a column for each log (button "Open log <place>", "Leave out <place>") and a row for each field.
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { write } from "./logs.mjs";

const line = (second, client, server, timers, status, state, uri) =>
  `Nov 18 10:00:00 lb haproxy[7]: ${client}:4000 [18/Nov/2026:10:00:${second}.000] fe be/${server} ${timers} ${status} 512 - - ${state} 9/9/9/9/0 0/0 "GET ${uri} HTTP/1.1"`;
const LOGS = [
  line("01", "192.0.2.1", "web1", "1/0/2/30/40", 200, "----", "/a"),
  line("02", "192.0.2.1", "web2", "1/0/2/-1/30007", 504, "sH--", "/a"),
  line("03", "192.0.2.9", "web1", "1/0/2/40/50", 200, "----", "/a?<b>x</b>"),
];
const cells = async (app) => {
  const table = await app.get("table", "Logs side by side");
  const rows = await table.evaluate((e) => [...e.querySelectorAll("tbody tr")].map((tr) => [...tr.children].map((td) => td.innerText.replace(/\s+/g, " ").trim())));
  return Object.fromEntries(rows.filter((row) => row.length > 1).map(([name, ...values]) => [name, values]));
};

everywhere("bookmarked logs are compared side by side, by keyboard alone", async (app) => {
  const { page } = app;
  await app.upload(write("edge.log", `${LOGS.join("\n")}\n`));
  await app.ready();
  await page.keyboard.press("e");
  await app.until(() => page.evaluate(() => document.activeElement?.getAttribute("role") === "gridcell"));
  await page.keyboard.press("Home");
  await page.keyboard.down("Control");
  await page.keyboard.press("Home");
  await page.keyboard.up("Control");
  for (const key of ["b", "ArrowDown", "b", "ArrowDown", "b"]) await page.keyboard.press(key);
  await app.until(async () => (await app.queryAll("img", "Bookmarked")).length === 3);
  await page.keyboard.down("Shift");
  await page.keyboard.press("B");
  await page.keyboard.up("Shift");
  const compare = await app.get("button", "Compare side by side");
  await compare.focus();
  await page.keyboard.press("Enter");
  await app.get("dialog", "Compare logs");
  const found = await cells(app);
  assert.deepEqual(found.Server, ["web1", "web2", "web1"]);
  assert.deepEqual(found.Duration, ["40 ms", "30.0 s × 750", "50 ms × 1.2"]);
  assert.deepEqual(found["App response"], ["30 ms", "–", "40 ms × 1.3"]);
  assert.deepEqual(found["Response code"], ["200", "504", "200"]);
  assert.deepEqual(found["Client IP"], ["192.0.2.1", "192.0.2.1", "192.0.2.9"]);
  assert.deepEqual(found.URI, ["/a", "/a", "/a?<b>x</b>"]);
  assert.ok(!("Request type" in found) && !("Backend" in found), `${Object.keys(found)}`);
  assert.match(await app.text("columnheader", /A:2/), /The server did not answer/i);
  await app.shot("compare");

  const only = await app.get("switch", "Only what differs");
  await only.focus();
  await page.keyboard.press(" ");
  await app.until(async () => "Request type" in await cells(app));
  assert.deepEqual((await cells(app))["Request type"], ["GET", "GET", "GET"]);
  const out = await app.get("button", "Leave out A:3");
  await out.focus();
  await page.keyboard.press("Enter");
  await app.until(async () => (await cells(app)).Server.length === 2);
  assert.equal(await app.query("button", /^Leave out/), null);
  await app.until(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "Compared logs"));
  const open = await app.get("button", "Open log A:2", { within: await app.get("dialog", "Compare logs") });
  await open.focus();
  await page.keyboard.press("Enter");
  await app.until(async () => !(await app.query("dialog", "Compare logs")));
  await app.get("gridcell", "Log detail");
  // What a browser keeps is the next test's as well.
  await app.click("button", "Bookmarks");
  await app.click("button", "Remove all");
  await app.until(async () => !(await app.query("button", "Bookmarks")));
  assert.deepEqual(app.errors, []);
}, { builds: ["hosted"] });
