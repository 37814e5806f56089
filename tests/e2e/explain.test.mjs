// Explain selection: what is different in the selected part of the time, found, read and followed.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { SAMPLE, lines, write } from "./logs.mjs";

const HOSTED = { builds: ["hosted"], timeout: 240_000 };
const total = async (app) => Number(/[\d,]+/.exec(await app.text("status", "Total logs"))[0].replaceAll(",", ""));
const off = async (app, role, name) => (await app.get(role, name)).evaluate((e) => [e.getAttribute("aria-disabled"), e.title]);
const names = async (app, role, within) => Promise.all((await app.queryAll(role, null, { within })).map((e) => e.evaluate((node) => node.getAttribute("aria-label"))));

/** Selects the part of the time from one share of the plot's width to another. */
async function brush(app, from, to) {
  const box = await (await app.get("group", "Logs over time")).boundingBox();
  const y = box.y + box.height / 2;
  await app.page.mouse.move(box.x + box.width * from, y);
  await app.page.mouse.down();
  await app.page.mouse.move(box.x + box.width * (from + to) / 2, y, { steps: 3 });
  await app.page.mouse.move(box.x + box.width * to, y, { steps: 3 });
  await app.page.mouse.up();
  await app.get("button", "Clear selection");
  await app.ready();
}

/** Share of the plot's width at a moment of the sample, which runs from 09:01 to 09:52. */
const at = (minute) => (minute - 1) / 51;
const table = (app) => app.get("table", "Fields, most different first");

everywhere("the incident of the sample is explained, and a value leads to its logs", async (app) => {
  await app.upload(SAMPLE);
  await app.ready();
  await brush(app, at(29.2), at(33));
  const selected = await total(app);
  await app.click("button", "Explain selection");
  await app.ready();
  const region = await app.get("region", "Explain selection");
  const text = await region.evaluate((e) => e.innerText);
  assert.match(text, new RegExp(`^${selected} logs in selection`));
  assert.ok(text.includes("less than once in 1,000 times"), text);

  // Most different first: the requests waited in queues, and were slow.
  const fields = await names(app, "rowgroup", await table(app));
  assert.match(fields[0], /^(Queue|Duration), \d+%$/);
  // How many connections there were is told apart, below.
  await app.get("rowheader", /^Load at the time/);
  const isLoad = (name) => /^(Connections on|Server queue|Backend queue)/.test(name);
  assert.ok(fields.some(isLoad) && !isLoad(fields[0]), `${fields}`);
  assert.deepEqual(fields.map(isLoad), fields.map(isLoad).toSorted());
  for (const group of [fields.filter(isLoad), fields.filter((name) => !isLoad(name))]) {
    const sizes = group.map((name) => Number(/(\d+)%$/.exec(name)[1]));
    assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
    assert.ok(sizes.at(-1) >= 6, `${sizes}`);
  }
  const why = await app.get("rowgroup", /^Why significant, \d+%$/);
  const slow = await app.get("button", "Slow: total time over the limit", { within: why });
  const queue = await (await app.get("rowgroup", /^Queue, /)).evaluate((e) => e.innerText);
  assert.match(queue, /median[\s\S]*95th percentile[\s\S]*× slower/);

  // With the mouse: + beside the value; the logs that have it are shown.
  await slow.hover();
  await app.click("button", "Include significance Slow: total time over the limit", { within: why });
  await app.ready();
  assert.match(await app.text("listitem", /significance/), /significance.*Slow: total time over the limit/);
  await app.get("grid", "Logs");
  assert.ok((await total(app)) < selected);
  assert.deepEqual(app.errors, []);
}, HOSTED);

everywhere("X explains and goes back; what is compared can be chosen, and is compared anew when the search changes", async (app) => {
  await app.upload(SAMPLE);
  await app.ready();
  await app.page.keyboard.press("x");
  await app.ready();
  const region = await app.get("region", "Explain selection");
  // Without a selection: significant logs with the others.
  assert.equal((await off(app, "radio", "Selection with rest"))[0], "true");
  assert.ok((await off(app, "radio", "Selection with rest"))[1].includes("select a part of the time"));
  assert.match(await region.evaluate((e) => e.innerText), /significant logs/);
  const server = await app.get("rowgroup", /^Server, \d+%$/);
  await app.get("button", "api2", { within: server });
  assert.deepEqual(await names(app, "rowgroup", await table(app)).then((all) => all.filter((name) => name.startsWith("Why"))), []);

  await app.click("searchbox", "Search logs");
  await app.page.keyboard.type("server_name=api2");
  await app.page.keyboard.press("Enter");
  await app.ready();
  await app.click("radio", "Search with rest");
  await app.ready();
  await app.until(async () => /logs found/.test(await region.evaluate((e) => e.innerText)));
  const found = await region.evaluate((e) => e.innerText);
  assert.match(found, /Server \(the search names it\)/);
  assert.ok(!(await names(app, "rowgroup", await table(app))).some((name) => name.startsWith("Server,")));

  // A part of the time that is selected is compared with the rest, whatever was compared before.
  await brush(app, at(29.2), at(33));
  await app.until(async () => /in selection/.test(await region.evaluate((e) => e.innerText)));
  assert.equal(await (await app.get("radio", "Selection with rest")).evaluate((e) => e.ariaChecked ?? e.getAttribute("aria-checked")), "true");
  await app.click("button", "Clear selection");
  await app.click("radio", "Search with rest");
  await app.ready();

  // By keyboard: the first value, then back to its logs.
  const first = (await app.queryAll("button", null, { within: await table(app) }))[0];
  await first.focus();
  await app.page.keyboard.press("Enter");
  await app.ready();
  await app.get("grid", "Logs");
  assert.ok(await app.query("listitem", /server_name/));
  await app.page.keyboard.press("x");
  await app.get("region", "Explain selection");
  // The focus does not go astray with the value that had it.
  const radio = await app.get("radio", "Search with rest");
  await radio.focus();
  await app.page.keyboard.press("x");
  await app.get("grid", "Logs");
  await app.until(() => app.page.evaluate(() => document.activeElement.getAttribute("role") === "tab"));
  assert.deepEqual(app.errors, []);
}, HOSTED);

everywhere("an answer that comes anew leaves the focus where it was", async (app) => {
  // Countries come when this test wants them: every answer is given anew then.
  await app.page.waitForFunction(() => globalThis.hopscope !== undefined);
  await app.page.evaluate(() => {
    const { lookup } = hopscope;
    hopscope.lookup = () => new Promise((resolve) => { globalThis.release = resolve; }).then(lookup);
  });
  await app.upload(SAMPLE);
  await app.ready();
  await app.page.keyboard.press("x");
  const value = await app.get("button", "api2", { within: await table(app) });
  await app.ready();
  await value.focus();
  const country = async () => app.query("region", "Location", { within: await app.get("region", "Log analytics") });
  assert.equal(await country(), null);
  await app.page.evaluate(() => globalThis.release());
  await app.until(country);
  await app.ready();
  assert.ok(await value.evaluate((e) => e.isConnected && document.activeElement === e));
  assert.deepEqual(app.errors, []);
}, HOSTED);

everywhere("few logs are too few to tell, and with nothing to compare the tab says why", async (app) => {
  await app.upload(write("calm.log", lines(300).filter((line) => line.includes(" 200 ")).join("\n") + "\n"));
  await app.ready();
  const [disabled, why] = await off(app, "tab", "Explain selection");
  assert.equal(disabled, "true");
  assert.match(why, /select a part of the time/);
  await app.page.keyboard.press("x");
  assert.equal(await app.query("region", "Explain selection"), null);

  await app.click("searchbox", "Search logs");
  await app.page.keyboard.type("total_time>=1");
  await app.page.keyboard.press("Enter");
  await app.ready();
  const plot = await (await app.get("group", "Logs over time")).boundingBox();
  await brush(app, 0.05, 0.05 + 8 / plot.width);
  assert.ok((await total(app)) < 10, `${await total(app)} logs`);
  await app.page.keyboard.press("x");
  await app.ready();
  assert.match(await app.text("region", "Explain selection"), /Too few to tell: \d+ logs? in selection/);
  assert.equal(await app.query("table", "Fields, most different first"), null);
  assert.deepEqual(app.errors, []);
}, HOSTED);
