// Each family's sample: the columns that its entries need, no cell left out, and what an opened log says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { everywhere } from "./browser.mjs";
import { write } from "./logs.mjs";

/** What the head says, from left to right, and which of the cells may stand empty. */
const FAMILIES = [
  ["trace.log", ["Time", "Level", "Group", "Transaction", "What"], ["Transaction"], /Message of/],
  ["haproxy-tcp.log", ["Time", "Client IP", "Frontend", "Server", "Term.", "Length", "Duration", "Timeline"], [], /tcp|session|client|server/i],
  ["haproxy-http.log", ["Time", "Client IP", "Method", "URI", "Status", "Server", "Term.", "Length", "Duration", "Timeline"], [], /response|answered|server/i],
  ["avi-l7.jsonl", ["Time", "Client IP", "Method", "URI", "Status", "Server", "Length", "Duration", "Timeline"], [], /response|answered|server/i],
  ["access.log", ["Time", "Client IP", "Method", "URI", "Status", "Length"], [], /answered|response/i],
  ["paloalto-traffic.log", ["Time", "Client IP", "Server IP", "Port", "Application", "Action", "End reason", "Rule", "Bytes", "Duration"], ["End reason"], /session|allowed|denied|traffic/i],
  // Its summaries are requests: the columns are theirs, and what is traced stands under URI.
  ["navajo.log", ["Time", "Client IP", "Method", "URI", "Status", "Server", "Length", "Duration", "Timeline"], [], /Message of/],
];

/** A proxy's log without the summaries of its requests. */
const trace = () => readFileSync("public/samples/navajo.log", "utf8").split("\n").filter((line) => !line.includes("NProxyOp")).join("\n");

/** Of the first rows: the words of each cell, and how far the tops of the cells of one row lie apart. */
const rows = (app) => app.page.evaluate(() => {
  const filled = [...document.querySelectorAll("[role=row]:has(> [role=gridcell])")].slice(0, 12);
  return filled.map((row) => {
    const cells = [...row.querySelectorAll(":scope > [role=gridcell]")];
    const tops = cells.map((cell) => cell.getBoundingClientRect().top);
    return { words: cells.map((cell) => cell.innerText.trim()), apart: Math.max(...tops) - Math.min(...tops) };
  });
});

everywhere("times say the day where there are several", async (app) => {
  const line = (day) => `Nov ${day} 10:00:00 lb haproxy[7]: 192.0.2.1:4000 [${day}/Nov/2026:10:00:00.000] fe be/web1 1/0/2/30/40 200 512 - - ---- 9/9/9/9/0 0/0 "GET / HTTP/1.1"`;
  await app.upload(write("days.log", `${line(17)}\n${line(18)}\n`));
  await app.ready();
  await app.until(async () => (await rows(app)).map(({ words }) => words[1]).join() === "17 Nov 10:00:00.000,18 Nov 10:00:00.000");
}, { builds: ["file"] });

everywhere("columns that no log fills are not shown, unless they are chosen", async (app) => {
  await app.upload("public/samples/access.log");
  await app.ready();
  const heads = async () => Promise.all((await app.queryAll("columnheader")).map((head) => head.evaluate((e) => e.getAttribute("aria-label"))));
  await app.until(async () => (await heads()).includes("Status") && !(await heads()).includes("Server"));
  assert.ok(!(await heads()).includes("Duration"), `columns are ${await heads()}`);
}, { builds: ["file"] });

everywhere("failed requests are counted once: in the tile, in the table, and what is left out is said and can be shown", async (app) => {
  await app.upload("public/samples/navajo.log");
  await app.ready();
  const header = () => app.get("region", "Response code").then((tile) => tile.evaluate((e) => e.innerText));
  await app.until(async () => /5 in 111 requests/.test(await header()));
  const [, count, share] = /502\s+(\d+)\s+([\d.]+%)/.exec(await header());
  assert.equal(share, `${(Number(count) / 1.11).toFixed(1)}%`);
  assert.doesNotMatch(await header(), /No value/);

  await app.click("searchbox", "Search logs");
  await app.page.keyboard.type("status=502");
  await app.page.keyboard.press("Enter");
  await app.ready();
  assert.match(await app.text("status", "Total logs"), new RegExp(`^${count} logs`));
  await app.click("button", /^\d+ trace lines left out/);
  await app.ready();
  assert.match(await app.text("status", "Total logs"), new RegExp(`^${2 * count} logs`));
  await app.get("listitem", /exists\(type\)/);
}, { builds: ["file"] });

everywhere("what a firewall drops did not go to the server", async (app) => {
  await app.upload("public/samples/paloalto-traffic.log");
  await app.ready();
  await app.get("region", /^Server port/);
  await (await app.get("searchbox", "Search logs")).type("action=drop");
  await app.page.keyboard.press("Enter");
  await app.get("listitem", /action.*drop/);
  await app.ready();
  // Out of the search, to the first row.
  await app.page.keyboard.press("Escape");
  await app.page.keyboard.press("g");
  await app.page.keyboard.press("Enter");
  const timing = await app.get("group", "End-to-end timing");
  assert.match(await timing.evaluate((e) => e.innerText), /stopped/);
  assert.doesNotMatch(await timing.evaluate((e) => e.innerText), /to server/);
  const detail = await app.get("gridcell", "Log detail");
  assert.match(await detail.evaluate((e) => e.innerText), /came from the client, none of it was let through/);
}, { builds: ["file"] });

for (const [sample, heads, optional, sentence] of FAMILIES) {
  everywhere(`${sample}: its columns, its cells, its words`, async (app) => {
    await app.upload(sample === "trace.log" ? write(sample, trace()) : resolve("public/samples", sample));
    await app.ready();
    const grid = await app.get("grid", "Logs");
    const shown = () => grid.evaluate((e) => [...e.querySelectorAll("[role=columnheader]")].map((h) => h.innerText.trim().split("\n")[0]));
    await app.until(async () => heads.every((head) => shown().then((all) => all.includes(head))));
    const all = await shown();
    assert.deepEqual(all.filter((head) => heads.includes(head)), heads, `columns are ${all}`);
    // The first rows may be drawn before the columns are known: they are drawn again.
    await app.until(async () => (await rows(app)).length > 5);
    for (const { words, apart } of await rows(app)) {
      assert.equal(words.length, all.length, `a cell for each column: ${words}`);
      assert.ok(apart <= 2, `cells stand ${apart} px apart: ${words}`);
    }
    const first = await rows(app);
    for (const head of heads.filter((head) => head !== "Timeline" && !optional.includes(head))) {
      const filled = first.filter(({ words }) => words[all.indexOf(head)] !== "");
      assert.ok(filled.length > 0, `nothing under ${head}: ${first.map(({ words }) => words.join(" | ")).join("\n")}`);
    }
    await app.page.keyboard.press("g");
    await app.page.keyboard.press("Enter");
    const detail = await app.get("gridcell", "Log detail");
    await app.until(async () => sentence.test(await detail.evaluate((e) => e.innerText)));
  }, { builds: ["file"] });
}
