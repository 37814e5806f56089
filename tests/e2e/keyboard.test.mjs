// What no other test does without a mouse: Tab leads to it, keys work it.
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

/** Presses Tab until the element with this role and name has the focus. */
async function tabTo(app, role, name, { most = 120 } = {}) {
  const wanted = await app.get(role, name);
  for (let presses = 0; presses < most; presses += 1) {
    if (await wanted.evaluate((e) => document.activeElement === e)) return wanted;
    await app.page.keyboard.press("Tab");
  }
  throw new Error(`${app.name}: ${most} times Tab do not lead to ${role} ${name}`);
}

const opened = async (app) => {
  await app.upload(write("edge.log", `${lines(300).join("\n")}\n`));
  await app.ready();
};

everywhere("the bars are made of response codes", async (app) => {
  await opened(app);
  await tabTo(app, "combobox", "Colour bars by");
  // As in every list of the browser: letters lead to the option.
  await app.page.keyboard.type("Response");
  await app.until(async () => /5xx/.test(await app.text("group", "Legend")), { what: () => "5xx in the legend" });
  await app.page.keyboard.press("Home");
  await app.until(async () => !/5xx/.test(await app.text("group", "Legend")), { what: () => "the legend of significance" });
  assert.deepEqual(app.errors, []);
}, { builds: ["hosted"] });

everywhere("networks get names, and a name is searched for", async (app) => {
  const { page } = app;
  await opened(app);
  await tabTo(app, "button", "IP groups");
  await page.keyboard.press("Enter");
  await tabTo(app, "textbox", "IP groups, a line for each", { most: 5 });
  await page.keyboard.type("192.0.2.0/25 = Near\n192.0.2.128/25 = Far");
  await tabTo(app, "button", "Apply", { most: 3 });
  await page.keyboard.press("Enter");
  const tile = await app.get("region", "IP group", { within: await app.get("region", "Log analytics") });
  assert.equal(await app.query("dialog", "IP groups"), null);
  // The focus is back where it came from.
  await app.until(() => page.evaluate(() => document.activeElement?.textContent === "IP groups"));
  const near = await app.get("button", "Near", { within: tile });
  const wanted = lines(300).filter((line) => Number(/192\.0\.2\.(\d+):/.exec(line)[1]) < 128).length;
  await tabTo(app, "button", "Near");
  assert.ok(await near.evaluate((e) => document.activeElement === e));
  await page.keyboard.press("Enter");
  await app.until(async () => (await app.text("status", "Total logs")).startsWith(`${wanted} `), { what: () => `${wanted} logs` });
  await page.evaluate(() => localStorage.removeItem("hopscope.ip-groups"));
  assert.deepEqual(app.errors, []);
}, { builds: ["hosted"] });
