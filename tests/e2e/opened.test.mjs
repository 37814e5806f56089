// What an opened log says, word for word, for an entry of every family: gridcell "Log detail" with its heading, group "End-to-end timing",
// tabs and fields. Golden texts in tests/golden/opened; HOPSCOPE_BLESS=1 writes them: read what came out.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { everywhere } from "./browser.mjs";
import { write } from "./logs.mjs";

const GOLDEN = "tests/golden";
/** Name, file, line from 1 (or what the lines hold that are taken: the first of their logs is opened), and what the tabs must be called besides the usual ones. */
const FAMILIES = [
  ["haproxy-tcp", "haproxy/tcp.log", 5],
  ["haproxy-http", "haproxy/http.log", 1],
  ["haproxy-event", "haproxy/events.log", 1],
  ["avi-l7", "avi/lines.log", 1, "Headers", "OAuth"],
  ["avi-icap", "avi/lines.log", 3, "WAF", "ICAP"],
  ["avi-l4", "avi/connections.log", 4, "Headers"],
  ["avi-dns", "avi/connections.log", 1, "DNS request", "DNS response"],
  ["avi-sip", "avi/connections.log", 3, "SIP"],
  ["nevisproxy-trace", "nevisproxy/trace.log", "0a0c1422-05f1-0c0a0a14-1a1edb85186-000010d5"],
  ["nevisproxy-access", "nevisproxy/access.log", 2],
  ["paloalto-traffic", "paloalto/traffic.log", 1],
  ["paloalto-denied", "paloalto/traffic.log", 3],
  ["paloalto-threat", "paloalto/types.log", 3],
  ["web-access", "web/access.log", 3],
  ["web-error", "web/error.log", 3],
];
const USUAL = ["Details", "Raw", "Lines around", "Related"];

const AGENTS = /Mozilla|okhttp|curl/;

const tidy = (text) => text.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean).join("\n");

for (const [name, file, line, ...more] of FAMILIES) {
  everywhere(`${name}: what an opened log says`, async (app) => {
    const all = readFileSync(`${GOLDEN}/${file}`, "utf8").split("\n");
    const taken = typeof line === "number" ? [all[line - 1]] : all.filter((one) => one.includes(line));
    await app.upload(write(`${name}.log`, `${taken.join("\n")}\n`));
    await app.ready();
    await app.page.keyboard.press("g");
    await app.page.keyboard.press("Enter");
    // Asked for anew each time: rows that were drawn before the columns were known are drawn again, opened logs with them.
    const detail = () => app.get("gridcell", "Log detail");
    const tabs = async () => (await detail()).evaluate((e) => [...e.querySelectorAll("[role=tab]")].map((tab) => tab.getAttribute("aria-label")));
    await app.until(async () => (await tabs()).length >= USUAL.length);
    assert.deepEqual((await tabs()).filter((tab) => !USUAL.includes(tab)), more);
    await app.get("heading", /\w/, { within: await detail() });
    const text = async () => (await detail()).evaluate((e) => e.innerText);
    // What is looked up by the user agent comes a moment later, and is a part of it; so do the counts of relatives.
    if (AGENTS.test(taken[0])) await app.until(async () => /\nBrowser\n/.test(tidy(await text())), { timeout: 60_000, what: () => "the browser by its user agent" });
    let said = "";
    await app.until(async () => {
      const now = await text();
      const settled = now === said;
      said = now;
      if (!settled) await new Promise((resolve) => setTimeout(resolve, 300));
      return settled;
    });
    for (const tab of more) {
      await app.click("tab", tab);
      said += `\n\n${tab}\n${await app.until(async () => { const now = await text(); return now !== said && now; })}`;
    }
    const path = `${GOLDEN}/opened/${name}.txt`;
    if (process.env.HOPSCOPE_BLESS && app.name === "chromium") {
      mkdirSync(`${GOLDEN}/opened`, { recursive: true });
      writeFileSync(path, `${tidy(said)}\n`);
    }
    assert.ok(existsSync(path), `${path} is missing: HOPSCOPE_BLESS=1 writes it`);
    // Browsers put the blanks between elements differently; words are the same.
    const words = (text) => text.replace(/\s+/g, "");
    if (words(said) !== words(readFileSync(path, "utf8"))) assert.equal(tidy(said), readFileSync(path, "utf8").trim());
    assert.deepEqual(app.errors, []);
  }, { builds: ["file"] });
}
