// Reports: what halog reports, as tables that are ordered, filter and lead to the logs.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { SAMPLE, sampleLines, write } from "./logs.mjs";

const HOSTED = { builds: ["hosted"], timeout: 240_000 };
const number = (text) => Number(text.replaceAll(",", ""));
const total = async (app) => number(/[\d,]+/.exec(await app.text("status", "Total logs"))[0]);
const region = (app) => app.get("region", "Reports");

/** Heads and cells of the table, as text; a head by its name. */
const table = async (app) => (await app.get("table", /./, { within: await region(app) })).evaluate((e) => {
  const cells = (row) => [...row.children].map((cell) => cell.textContent.trim());
  return {
    heads: [...e.querySelectorAll("th")].map((head) => head.ariaLabel ?? head.textContent),
    rows: [...e.querySelectorAll("tbody tr")].map(cells),
  };
});
const column = ({ heads, rows }, name) => rows.map((row) => row[heads.indexOf(name)]);

async function open(app, ...files) {
  await app.upload(...files);
  await app.ready();
  await app.click("tab", "Reports");
  await app.ready();
}

/** Chooses of a list by its text. */
async function choose(app, list, text) {
  const select = await app.get("combobox", list);
  const value = await select.evaluate((e, text) => [...e.options].find((option) => option.text === text).value, text);
  await select.select(value);
  await app.ready();
}

/** HAProxy HTTP lines by backend and server, counted without hopscope. */
const servers = () => {
  const counts = new Map();
  for (const line of sampleLines) {
    const [, backend, server, timers, retries] = / ([^ ]+)\/([^ ]+) ([-\d+]+\/[-\d+]+\/[-\d+]+\/[-\d+]+\/\+?\d+) -?\d+ .*? \d+\/\d+\/\d+\/\d+\/(\+?\d+) \d+\/\d+ /.exec(line) ?? [];
    if (!backend || retries.startsWith("+")) continue;
    const key = `${server} ${backend}`;
    const count = counts.get(key) ?? { logs: 0, unfinished: 0 };
    count.logs += 1;
    count.unfinished += timers.split("/").includes("-1") ? 1 : 0;
    counts.set(key, count);
  }
  return counts;
};

everywhere("servers are counted within their backends, ordered by a click on a head, and filter", async (app) => {
  await open(app, SAMPLE);
  const first = await table(app);
  assert.deepEqual(first.heads.slice(0, 4), ["Server", "Backend", "Logs", "Share"]);
  const logs = column(first, "Logs").map(number);
  assert.deepEqual(logs, logs.toSorted((a, b) => b - a));
  const expected = servers();
  assert.equal(first.rows.length, expected.size);
  for (const [at, [server, backend]] of first.rows.entries()) {
    const count = expected.get(`${server} ${backend}`);
    assert.equal(logs[at], count.logs, `${server} ${backend}`);
    assert.equal(number(column(first, "Unfinished")[at]), count.unfinished, `${server} ${backend}`);
  }

  // By mouse: most errors first, then fewest.
  await app.click("button", "Errors");
  await app.ready();
  const errors = column(await table(app), "Errors").map(number);
  assert.deepEqual(errors, errors.toSorted((a, b) => b - a));
  assert.ok(errors[0] > 0);
  // By keyboard: the focus stays on the head.
  await app.page.keyboard.press("Enter");
  await app.until(async () => number(column(await table(app), "Errors")[0]) === errors.at(-1));
  assert.equal(await (await app.get("columnheader", "Errors")).evaluate((e) => e.ariaSort ?? e.getAttribute("aria-sort")), "ascending");
  assert.equal(await app.page.evaluate(() => document.activeElement.ariaLabel), "Errors");
  await app.click("button", "Total, 95th percentile");
  await app.ready();

  // A value filters, and the table stays; the other way round with Alt, from the keyboard too.
  const all = await total(app);
  const [server] = first.rows[0];
  const within = await region(app);
  await app.click("button", server, { within });
  await app.ready();
  assert.match(await app.text("listitem", /server_name/), new RegExp(server));
  const some = await table(app);
  assert.deepEqual([...new Set(column(some, "Server"))], [server]);
  await choose(app, "Group by", "Response code");
  const codes = await table(app);
  // Events of the server are no requests, and it says so.
  const requests = column(codes, "Logs").map(number).reduce((a, b) => a + b);
  const said = await (await region(app)).evaluate((e) => e.innerText);
  assert.ok(said.includes(`${requests} logs by response code`), said);
  assert.ok(said.includes(`${await total(app) - requests} logs are no request or session`), said);
  const code = column(codes, "Response code")[0];
  await (await app.get("button", code, { within })).focus();
  await app.page.keyboard.press("-");
  await app.ready();
  assert.ok(!column(await table(app), "Response code").includes(code));
  assert.ok((await total(app)) < all);

  // Esc leads back to the logs; the focus does not go astray.
  await app.page.keyboard.press("Escape");
  await app.get("grid", "Logs");
  await app.until(() => app.page.evaluate(() => document.activeElement.getAttribute("role") === "tab"));
  assert.deepEqual(app.errors, []);
}, HOSTED);

everywhere("percentiles, queues and silences have their tables; a moment leads to its logs", async (app) => {
  // A quiet minute, then three requests at once, of which the last waited behind two others.
  const line = (time, queue, ahead) => `Nov 18 10:00:00 lb haproxy[7]: 192.0.2.1:4000 [18/Nov/2026:${time}] fe be/web1 1/${queue}/2/30/${queue + 40} `
    + `200 512 - - ---- 9/9/9/9/0 ${ahead}/0 "GET /a HTTP/1.1"`;
  const lines = [
    ...Array.from({ length: 20 }, (_, i) => line(`10:00:${String(i).padStart(2, "0")}.000`, 0, 0)),
    line("10:01:19.500", 0, 0), line("10:01:19.500", 5, 1), line("10:01:19.500", 700, 2),
  ];
  await open(app, write("edge.log", lines.join("\n")));
  await app.click("radio", "Timer percentiles");
  await app.ready();
  const timers = await table(app);
  assert.deepEqual(timers.heads, ["Percentile", "Logs", "Client", "Queue", "Connect", "App response", "Data transfer", "Total"]);
  assert.equal(timers.rows.length, 72);
  assert.deepEqual(timers.rows.at(-1), ["100.0%", "23", "1 ms", "700 ms", "2 ms", "30 ms", "7 ms", "740 ms"]);

  await app.click("radio", "Queue peaks");
  await app.ready();
  const queues = await table(app);
  assert.deepEqual(queues.rows, [["web1", "be", "2", "2", "2", "10:01:19.500", "0", "353 ms", "700 ms"]]);
  assert.deepEqual(queues.heads.slice(2, 6), ["Logs", "Logs queued at the server", "Peak of the server queue", "First peak of the server queue"]);

  await app.click("radio", "Silences");
  await app.ready();
  const rows = async () => (await table(app)).rows;
  assert.equal((await rows()).length, 20);
  assert.deepEqual((await rows())[0], ["10:00:19.000", "10:01:19.500", "1 m 01 s", "3"]);
  await choose(app, "then at least", "2 logs");
  assert.equal((await rows()).length, 1);
  await choose(app, "Silent for at least", "5 min");
  await app.until(async () => (await (await region(app)).evaluate((e) => e.innerText)).includes("no silence of this length"));
  await choose(app, "Silent for at least", "30 s");
  await app.click("button", "10:01:19.500", { within: await region(app) });
  await app.ready();
  await app.get("grid", "Logs");
  await app.get("button", /^Back to all/);
  assert.deepEqual(app.errors, []);
}, HOSTED);

everywhere("without what a report needs it cannot be chosen, and says why", async (app) => {
  await app.upload(write("notes.txt", "one\ntwo\nthree\n"));
  await app.ready();
  const off = async (role, name) => (await app.get(role, name)).evaluate((e) => [e.getAttribute("aria-disabled"), e.title]);
  assert.deepEqual(await off("tab", "Unparsed 3"), [null, ""]);
  await app.upload("public/samples/paloalto-traffic.log");
  await app.ready();
  await app.click("tab", "Reports");
  await app.ready();
  assert.deepEqual(await off("radio", "Queue peaks"), ["true", "No log tells of queues."]);
  await choose(app, "Group by", "Application");
  const { heads, rows } = await table(app);
  assert.ok(heads.includes("Bytes") && !heads.includes("Unfinished"), `${heads}`);
  assert.ok(rows.length > 2);
  assert.deepEqual(app.errors, []);
}, HOSTED);
