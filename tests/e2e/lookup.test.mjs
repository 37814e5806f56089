// What no log says: patterns in the search, browsers and systems by the user agent, countries and IP groups by the address.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

const AGENTS = [
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "Chrome", "Windows 10", "Computer"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1", "Mobile Safari", "iOS", "Mobile"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux", "Computer"],
];
const ADDRESSES = [["193.0.6.139", "NL"], ["133.11.0.1", "JP"], ["10.30.4.31", "Internal"], ["192.0.2.1", null]];
const count = (all, of) => all.reduce((counts, one) => counts.set(of(one), (counts.get(of(one)) ?? 0) + 1), new Map());

/** Access log lines whose addresses and agents take turns. */
const access = (n) => Array.from({ length: n }, (_, i) => {
  const second = String(i % 60).padStart(2, "0");
  return `${ADDRESSES[i % 4][0]} - - [18/Nov/2026:10:00:${second} +0000] "GET /api/v${i % 3}/item/${i} HTTP/1.1" 200 512 "-" "${AGENTS[i % 3][0]}"`;
});

const tile = async (app, title) => app.get("region", title, { within: await app.get("region", "Log analytics") });
const values = async (app, title) => {
  const text = await (await tile(app, title)).evaluate((element) => element.innerText);
  return Object.fromEntries([...text.matchAll(/([^\n]+)\n([\d,]+)\n[<>]?[\d.]+%/g)].map(([, value, n]) => [value, Number(n.replaceAll(",", ""))]));
};
const shows = (app, title, wanted) => app.until(async () => {
  const found = await app.query("region", title, { within: await app.get("region", "Log analytics") });
  return found && JSON.stringify(Object.entries(await values(app, title)).sort()) === JSON.stringify(Object.entries(wanted).sort());
}, { what: () => `${title}: ${JSON.stringify(wanted)}` });
const total = (app, wanted) => app.until(
  async () => (await app.text("status", "Total logs")).startsWith(`${wanted} `),
  { what: () => `${wanted} logs` },
);
const search = async (app, text) => {
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
};

everywhere("browsers, systems, devices and countries are tiles that filter", async (app) => {
  const logs = access(240);
  await app.upload(write("access.log", logs.join("\n")));
  await app.ready();
  await shows(app, "Browser", { Chrome: 80, "Mobile Safari": 80, Firefox: 80 });
  await shows(app, "Client OS", { "Windows 10": 80, iOS: 80, Linux: 80 });
  await shows(app, "Device", { Computer: 160, Mobile: 80 });
  await shows(app, "Location", { NL: 60, JP: 60, Internal: 60, "No value": 60 });
  await search(app, "client_country=jp browser!=chrome");
  await total(app, count(logs, (line) => line.startsWith("133.") && !line.includes("Chrome")).get(true));
  // Logs that come later are looked up as well.
  await app.upload(write("more.log", access(24).join("\n")));
  await app.ready();
  await total(app, 44);
  assert.deepEqual(app.errors, []);
});

everywhere("a search may be a regular expression", async (app) => {
  await app.upload(write("access.log", access(240).join("\n")));
  await app.ready();
  await search(app, "uri=~^/api/v[02]/item/\\d5$");
  await total(app, access(240).filter((line) => /"GET \/api\/v[02]\/item\/\d5 /.test(line)).length);
  // One that is none does not run, and says where it is wrong.
  await search(app, 'host=~"a(b"');
  const alert = await app.get("alert");
  await app.until(async () => (await alert.evaluate((e) => e.innerText)).includes("`a(b` is no pattern: unclosed group"));
  await app.page.keyboard.press("Escape");
  assert.deepEqual(app.errors, []);
});

everywhere("a link with a regular expression is answered once the files are there", async (app) => {
  await app.upload(write("edge.log", lines(50).join("\n")));
  await app.ready();
  await total(app, 10);
  assert.deepEqual(app.errors, []);
}, { hash: `#q=${encodeURIComponent("termination_state=~^s")}` });

everywhere("networks get names", async (app) => {
  await app.upload(write("access.log", access(240).join("\n")));
  await app.ready();
  await app.click("button", "IP groups", { within: await tile(app, "Client IP") });
  const text = await app.get("textbox", "IP groups, a line for each");
  await text.click();
  await app.page.keyboard.type("10.30.0.0/16, 193.0.6.139 = Zurich\n133.11.0.0/99 = Tokyo");
  await app.click("button", "Apply");
  await app.until(async () => (await app.text("alert")).includes("Line 2: `133.11.0.0/99` is no network"));
  await shows(app, "IP group", { Zurich: 120, "No value": 120 });
  await text.click({ count: 3 });
  await app.page.keyboard.down("Control");
  await app.page.keyboard.press("a");
  await app.page.keyboard.up("Control");
  await app.page.keyboard.type("10.30.0.0/16, 193.0.6.139 = Zurich\n133.11.0.0/16 = Tokyo");
  await app.click("button", "Apply");
  await shows(app, "IP group", { Zurich: 120, Tokyo: 60, "No value": 60 });
  await search(app, "client_group=tokyo");
  await total(app, 60);
  // It is remembered.
  await app.page.reload();
  await app.upload(write("access.log", access(120).join("\n")));
  await app.ready();
  await shows(app, "IP group", { Zurich: 60, Tokyo: 30, "No value": 30 });
  await app.page.evaluate(() => localStorage.removeItem("hopscope.ip-groups"));
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });
