// An opened nevisProxy log shows its transaction: steps inside each other, each of which opens its line.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";

const once = { builds: ["file"] };
const ID = "0a0c1422-05f1-0c0a0a14-1a1edfa7e65-00001103";

/** Types into the search field and presses Enter. */
const search = async (app, text) => {
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
  await app.ready();
};

/** Names of the steps and how deep each is. */
const steps = async (app) => {
  const list = await app.get("list", "Steps");
  const items = await app.queryAll("listitem", null, { within: list });
  return Promise.all(items.map(async (item) => {
    const [button] = await app.queryAll("button", null, { within: item });
    const name = button ? await button.evaluate((e) => e.getAttribute("aria-label")) : await item.evaluate((e) => e.innerText);
    return [Number(await item.evaluate((e) => e.getAttribute("aria-level"))), name];
  }));
};

everywhere("a request of the sample opens into its filters and backend calls, and each into its line", async (app) => {
  await app.upload("public/samples/navajo.log");
  await app.ready();
  // One log of it is shown; the others of the transaction are not in the table.
  await search(app, `transaction_id="${ID}" type=request`);
  await app.click("button", "Expand log");
  await app.get("region", "Transaction");
  const found = await steps(app);
  const wanted = [
    [1, /^Request POST \/auth\/login, 23(\.0)? ms with all inside/],
    [2, /^Filter SessionManagement, 22(\.0)? ms with all inside, 1(\.0)? ms alone/],
    [3, /^Filter Authentication, 21(\.0)? ms with all inside/],
    [4, /^Backend auth1\.example\.net:8991, /],
    [5, /^Message OpenSSLHan: handshake with auth1/],
    [5, /^Message IW4Esau4Co: no connection/],
  ];
  assert.equal(found.length, wanted.length, JSON.stringify(found));
  wanted.forEach(([level, name], at) => {
    assert.equal(found[at][0], level, found[at][1]);
    assert.match(found[at][1], name);
  });
  await app.shot("transaction");
  // What a message says is there to be read, however long it is.
  for (const item of await app.queryAll("listitem", null, { within: await app.get("list", "Steps") })) {
    const cut = await item.evaluate((e) => /^Message/.test(e.innerText) && [...e.querySelectorAll("span")].some((s) => s.innerText.length > 30 && s.scrollWidth > s.clientWidth));
    assert.ok(!cut, await item.evaluate((e) => e.innerText));
  }
  // The line of a step is not among those found: all of the transaction is shown then, and that line opened.
  await app.click("button", /^Message OpenSSLHan/);
  await app.ready();
  await app.until(async () => /Log detail/.test((await app.query("gridcell", "Log detail")) ? "Log detail" : ""));
  const detail = await app.get("gridcell", "Log detail");
  await app.until(async () => /the certificate has expired/.test(await detail.evaluate((e) => e.innerText)));
  assert.match(await app.text("status", "Total logs"), /^13\b/);
  const here = await app.get("button", /^Message OpenSSLHan/);
  assert.equal(await here.evaluate((e) => e.getAttribute("aria-current")), "true");
  // A step whose line is in the table opens beside it.
  await app.click("button", /^Filter Authentication/);
  await app.until(async () => (await app.queryAll("gridcell", "Log detail")).length === 2);
}, once);

everywhere("a transaction whose log was cut says what is missing", async (app) => {
  await app.upload("tests/golden/nevisproxy/rotated-2.log");
  await app.ready();
  await search(app, 'transaction_id$="000010d7" op=request');
  await app.click("button", "Expand log");
  const missing = await app.text("list", "Missing");
  assert.match(missing, /The answer to the request is not in these logs\./);
  assert.match(missing, /The end of filter Authentication is not in these logs\./);
  await app.get("button", /^Filter Authentication, – with all inside, incomplete/);
  await app.shot("transaction-cut");
}, once);
