// Log analytics and the unparsed lines: every figure agrees with what is in the file.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everywhere } from "./browser.mjs";

const FOLDER = mkdtempSync(join(tmpdir(), "hopscope-"));

/** A generated log and what is true of it. */
function generated() {
  const log = join(FOLDER, "edge1.log");
  execFileSync("cargo", ["xtask", "gen", "--kind", "haproxy-http", "--lines", "3000", "--seed", "3", "--damaged", "2000", "--out", log]);
  return { log, truth: JSON.parse(readFileSync(`${log}.truth.json`, "utf8")) };
}
const { log, truth } = generated();

const SLOW = { builds: ["hosted"], timeout: 300_000 };

const int = (text) => Number(text.replaceAll(",", ""));
const total = async (app) => int((await app.text("status", "Total logs")).match(/[\d,]+/)[0]);

/** A tile of the rail; looked for there alone, because asking for every role on the page takes long. */
const tile = async (app, title) => app.get("region", title, { within: await app.get("region", "Log analytics") });

/** Rows of a tile as shown: [text, count], the lines "n more" and "No value" among them. */
async function rows(app, title) {
  const text = await (await tile(app, title)).evaluate((element) => element.innerText);
  return [...text.matchAll(/([^\n]+)\n([\d,]+)\n[<>]?[\d.]+%/g)].map(([, value, count]) => [value, int(count)]);
}

const duration = (ms) => {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
};

async function opened(app) {
  await app.upload(log);
  await app.ready();
}

everywhere("every tile counts every log", async (app) => {
  await opened(app);
  assert.equal(await total(app), truth.total);
  for (const title of ["Response code", "Termination state", "Server", "Client IP", "URL path"]) {
    const sum = (await rows(app, title)).reduce((sum, [, count]) => sum + count, 0);
    assert.equal(sum, truth.total, title);
  }
  for (const [code, count] of await rows(app, "Response code")) {
    if (/^-?\d+$/.test(code)) assert.equal(count, truth.response_code[code], code);
  }
  assert.deepEqual(app.errors, []);
}, SLOW);

everywhere("a value of a tile filters, and the tile says what it hides", async (app) => {
  await opened(app);
  await app.click("button", "200", { within: await tile(app, "Response code") });
  await app.ready();
  assert.equal(await total(app), truth.response_code["200"]);
  const others = Object.keys(truth.response_code).length - 1;
  await app.click("button", `${others} other values hidden`, { within: await tile(app, "Response code") });
  await app.ready();
  assert.equal(await total(app), truth.total);

  const value = await app.get("button", "200", { within: await tile(app, "Response code") });
  await value.hover();
  await app.click("button", "Exclude response_code 200", { within: await tile(app, "Response code") });
  await app.ready();
  assert.equal(await total(app), truth.total - truth.response_code["200"]);
}, SLOW);

everywhere("percentiles are those of the file", async (app) => {
  await opened(app);
  const table = await app.get("table", "Percentiles of Duration", { within: await tile(app, "Duration") });
  const cells = await Promise.all((await app.queryAll("cell", null, { within: table })).map((cell) => cell.evaluate((e) => e.innerText)));
  const { p50, p90, p99, max } = truth.total_time;
  assert.deepEqual(cells.slice(1), [p50, p90, p99, max].map(duration));
}, SLOW);

everywhere("the full list of a tile has every value", async (app) => {
  await opened(app);
  await app.click("button", "Open Client IP");
  const list = await app.get("region", "Top Client IP");
  await app.until(async () => (await list.evaluate((e) => e.innerText)).includes(truth.client_ip_top_10[9][0]));
  const text = await list.evaluate((e) => e.innerText);
  assert.match(text, new RegExp(`${truth.client_ip_distinct.toLocaleString("en-US")} unique`));
  const [address, count] = truth.client_ip_top_10[0];
  assert.ok(text.includes(`${address}\n${count.toLocaleString("en-US")}`));
  await (await app.get("textbox", "Find a value")).type(address);
  await app.until(async () => /\b1 value, most/.test(await list.evaluate((e) => e.innerText)));
  await app.click("button", "Back to log analytics");
  await app.get("region", "Log analytics");
}, SLOW);

everywhere("lines that do not parse are listed with file, line and reason", async (app) => {
  const lines = readFileSync("public/samples/haproxy-http.log", "utf8").split("\n");
  lines.splice(2, 0, "this is no log line");
  lines.splice(9, 0, `${lines[10].slice(0, 80)}`);
  const damaged = join(FOLDER, "damaged.log");
  writeFileSync(damaged, lines.join("\n"));
  await app.upload(damaged);
  await app.ready();
  await app.click("tab", "Unparsed 2");
  const region = await app.get("region", "Unparsed lines");
  await app.until(async () => (await region.evaluate((e) => e.innerText)).includes("this is no log line"));
  const text = await region.evaluate((e) => e.innerText);
  assert.match(text, /2 lines did not match the format of their file\./);
  assert.match(text, /damaged\.log:3\n[^\n]+\nthis is no log line/);
  assert.match(text, /damaged\.log:10\n/);
  const reasons = await app.queryAll("radio", null, { within: await app.get("radiogroup", "Reason") });
  await reasons[0].click();
  await app.until(async () => (await region.evaluate((e) => e.innerText.match(/damaged\.log:\d+/g)))?.length === 1);
}, SLOW);

everywhere("tiles stand in the order of the user, by keyboard and by mouse, and are found so again", async (app) => {
  await opened(app);
  const titles = async () => app.page.evaluate(() => [...document.querySelectorAll(".tiles .tile h3")].map((h) => h.innerText));
  const before = (title, other) => async () => {
    const all = await titles();
    return all.includes(title) && all.indexOf(title) < all.indexOf(other);
  };
  assert.ok(await before("Response code", "Termination state")());
  // By keyboard, and the focus goes along: twice up is two places.
  const rail = await app.get("region", "Log analytics");
  const title = await app.get("button", "Server", { within: rail });
  await title.focus();
  const at = async () => (await titles()).indexOf("Server");
  const first = await at();
  for (const step of [1, 2]) {
    await app.page.keyboard.down("Alt");
    await app.page.keyboard.press("ArrowUp");
    await app.page.keyboard.up("Alt");
    await app.until(async () => (await at()) === first - step && await title.evaluate((e) => document.activeElement === e));
  }
  // By mouse.
  await app.page.evaluate(() => {
    const tile = (name) => [...document.querySelectorAll(".tiles .tile")].find((t) => t.querySelector("h3").innerText === name).parentElement;
    const transfer = new DataTransfer();
    const say = (on, type) => on.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    say(tile("Duration"), "dragstart");
    say(tile("Response code"), "dragover");
    say(tile("Response code"), "drop");
    say(tile("Duration"), "dragend");
  });
  await app.until(before("Duration", "Response code"));
  const order = await titles();
  await app.page.reload();
  await opened(app);
  await app.until(async () => String(await titles()) === String(order), { what: () => String(order) });
  await app.click("button", "Usual order of tiles", { within: await app.get("region", "Log analytics") });
  await app.until(before("Response code", "Duration"));
  assert.deepEqual(app.errors, []);
}, SLOW);

everywhere("a pinned tile stands first, behind those that do, until it is pinned no more", async (app) => {
  await opened(app);
  const order = async () => {
    const all = await app.page.evaluate(() => [...document.querySelectorAll(".tiles .tile h3")].map((h) => h.innerText));
    return all.filter((title) => !["What stands out", "End to end"].includes(title));
  };
  const usual = await order();
  const [second, last] = [usual[1], usual.at(-1)];
  const pin = async (title) => app.get("button", `Pin ${title}`, { within: await app.get("region", "Log analytics") });
  const first = (...titles) => app.until(async () => String((await order()).slice(0, titles.length)) === String(titles), { what: () => String(titles) });
  // By keyboard: the focus stays on the button, wherever its tile goes.
  await (await pin(last)).focus();
  await app.page.keyboard.press("Enter");
  await first(last, usual[0]);
  await app.until(async () => (await pin(last)).evaluate((e) => e === document.activeElement && e.getAttribute("aria-pressed") === "true"));
  await (await pin(second)).click();
  await first(last, second, usual[0]);
  await app.page.reload();
  await opened(app);
  await first(last, second, usual[0]);
  for (const title of [last, second]) await (await pin(title)).click();
  // Browsers and countries have been looked up meanwhile.
  const known = async () => (await order()).filter((title) => usual.includes(title));
  await app.until(async () => String(await known()) === String(usual), { what: () => String(usual) });
  assert.equal(await app.query("button", "Usual order of tiles"), null);
  assert.deepEqual(app.errors, []);
}, SLOW);

everywhere("a link says which tiles come first, for this visit", async (app) => {
  await opened(app);
  const titles = async () => app.page.evaluate(() => [...document.querySelectorAll(".tiles .tile h3")].map((h) => h.innerText));
  await app.until(async () => String((await titles()).filter((title) => !["What stands out", "End to end"].includes(title)).slice(0, 3)) === "Client IP,Duration,Response code");
  assert.equal(await app.page.evaluate(() => localStorage.getItem("hopscope.tiles")), null);
  assert.deepEqual(app.errors, []);
}, { ...SLOW, hash: "#tiles=client_ip,total_time,%3Cb%3E,nothing" });
