// Histogram, table and opened logs, by roles, names and keys only.

import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

const once = { builds: ["file"] };
const number = (text) => Number(/(\d[\d,]*)/.exec(text)[1].replaceAll(",", ""));
const total = async (app) => number(await app.text("status", "Total logs"));
const COUNT = 3000;

/** COUNT lines, a second apart, every fifth a 503 after 10 s in the queue. */
const opened = async (app, count = COUNT) => {
  await app.upload(write("edge.log", lines(count).join("\n")));
  await app.ready();
  return app.get("grid", "Logs");
};

/** The row with this index (the head is 1), as soon as it has cells. */
const row = async (app, index) => {
  const selector = `[role=row][aria-rowindex="${index}"]:has(> [role=gridcell])`;
  return app.page.waitForSelector(selector, { timeout: 10_000 });
};

/** Types into the search field and presses Enter. */
const search = async (app, text) => {
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
  await app.ready();
};

const text = (element) => element.evaluate((e) => e.innerText);
/** Which row and which of its cells has the focus. */
const focus = (app) => app.page.evaluate(() => {
  const cell = document.activeElement;
  const row = cell.closest("[role=row]");
  return row && { row: Number(row.getAttribute("aria-rowindex")), cell: [...row.children].indexOf(cell) };
});
const focused = (app, rowIndex, cell) => app.until(
  async () => {
    const at = await focus(app);
    return at?.row === rowIndex && at.cell === cell;
  },
  { what: () => `the focus on row ${rowIndex}, cell ${cell}` },
);

everywhere("counts its rows and scrolls to the very last one", async (app) => {
  const grid = await opened(app);
  assert.equal(await grid.evaluate((e) => e.getAttribute("aria-rowcount")), String(COUNT + 1));
  assert.match(await text(await row(app, 2)), /10:00:00\.000/);
  await app.page.keyboard.down("Shift");
  await app.page.keyboard.press("G");
  await app.page.keyboard.up("Shift");
  const last = await row(app, COUNT + 1);
  assert.match(await text(last), /10:49:59\.000/);
  await focused(app, COUNT + 1, 0);
  await app.page.keyboard.press("g");
  await focused(app, 2, 0);
}, once);

everywhere("sorts by a click on the head, both ways", async (app) => {
  await opened(app);
  const head = await app.click("columnheader", "Duration");
  await app.ready();
  assert.equal(await head.evaluate((e) => e.getAttribute("aria-sort")), "descending");
  await app.until(async () => /10\.0 s/.test(await text(await row(app, 2))));
  await app.click("columnheader", "Duration");
  await app.ready();
  await app.until(async () => /40 ms/.test(await text(await row(app, 2))));
  assert.equal(await (await app.get("columnheader", "Time", { within: await app.get("grid", "Logs") })).evaluate((e) => e.getAttribute("aria-sort")), "none");
}, once);

everywhere("columns are moved by key and by dragging, and stay so", async (app) => {
  await opened(app);
  const order = () => app.page.evaluate(() => [...document.querySelectorAll("[role=columnheader]")].map((head) => head.ariaLabel ?? head.getAttribute("aria-label")).filter(Boolean));
  const [first, second, third, ...rest] = await order();
  const head = await app.get("columnheader", second);
  await head.focus();
  await app.page.keyboard.down("Shift");
  await app.page.keyboard.press("ArrowLeft");
  await app.until(async () => (await order())[0] === second);
  // The focus went with it, and there is nothing further left.
  await app.page.keyboard.press("ArrowLeft");
  await app.page.keyboard.press("ArrowRight");
  await app.page.keyboard.up("Shift");
  await app.until(async () => (await order())[0] === first);
  assert.deepEqual(await order(), [first, second, third, ...rest]);
  await app.page.evaluate(([from, to]) => {
    const label = (name) => [...document.querySelectorAll("[role=columnheader]")].find((head) => head.getAttribute("aria-label") === name).firstElementChild;
    const say = (element, type) => element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }));
    say(label(from), "dragstart");
    say(label(to), "dragover");
    say(label(to), "drop");
  }, [third, first]);
  await app.until(async () => (await order())[0] === third);
  assert.deepEqual(await order(), [third, first, second, ...rest]);
  await app.page.reload();
  await opened(app);
  assert.deepEqual(await order(), [third, first, second, ...rest]);
  // The other tests of this browser have the usual columns again.
  await app.click("button", "Columns");
  await app.click("button", "Reset");
  await app.until(async () => (await order())[0] === first);
}, once);

everywhere("opens an error and explains it", async (app) => {
  await opened(app);
  await app.page.keyboard.press("e");
  await focused(app, 6, 0);
  await app.page.keyboard.press("Enter");
  const detail = await app.get("gridcell", "Log detail");
  const title = await app.get("heading", /\w+ \w+/, { within: detail });
  assert.match(await text(title), /No server became free/);
  const timing = await app.text("group", "End-to-end timing");
  assert.match(timing, /10\.0 s/);
  await app.click("tab", "Raw");
  await app.until(async () => /haproxy\[7\].*sQ--/s.test(await text(detail)));
  await app.get("button", "Copy line");
  await app.page.keyboard.press("Escape");
  await focused(app, 6, 0);
  await app.page.keyboard.press("ArrowLeft");
  await app.until(async () => !(await app.query("gridcell", "Log detail")));
}, once);

everywhere("the next log is opened in place of this one, with the same tab, by button and by key", async (app) => {
  await opened(app);
  await app.page.keyboard.press("g");
  await app.page.keyboard.press("Enter");
  await app.click("tab", "Raw");
  const raw = (path) => app.until(async () => {
    const details = await app.queryAll("gridcell", "Log detail");
    return details.length === 1 && (await text(details[0])).includes(`"GET /page/${path} HTTP/1.1"`);
  }, { what: () => `the raw line of /page/${path} alone` });
  await raw(0);
  await app.click("button", "Next log");
  await raw(1);
  await app.click("button", "Next log");
  await raw(2);
  await app.click("button", "Previous log");
  await raw(1);
  await focused(app, 3, 0);
  await app.page.keyboard.down("Shift");
  await app.page.keyboard.press("J");
  await app.page.keyboard.up("Shift");
  await app.until(async () => /10:00:02\.000/.test(await text(await app.get("gridcell", "Log detail"))));
  await focused(app, 4, 0);
  assert.deepEqual(app.errors, []);
}, once);

everywhere("includes by a click on a value, excludes with Alt", async (app) => {
  await opened(app);
  const cell = async (index, wanted) => app.query("gridcell", wanted, { within: await row(app, index) });
  const value = await cell(6, "503");
  await (await value.$("span")).click();
  await app.until(async () => (await total(app)) === COUNT / 5);
  await app.ready();
  await app.get("listitem", /503/);
  const server = await cell(2, "<NOSRV>");
  await app.page.keyboard.down("Alt");
  await (await server.$("span")).click();
  await app.page.keyboard.up("Alt");
  await app.until(async () => (await total(app)) === 0);
}, once);

everywhere("walks the cells by keys, and filters by + and −", async (app) => {
  await opened(app);
  await app.page.keyboard.press("j");
  await focused(app, 2, 0);
  await app.page.keyboard.press("j");
  await app.page.keyboard.press("ArrowDown");
  await focused(app, 4, 0);
  await app.page.keyboard.press("k");
  await focused(app, 3, 0);
  await app.page.keyboard.press("ArrowRight");
  await app.get("gridcell", "Log detail");
  await app.page.keyboard.press("ArrowRight");
  await app.page.keyboard.press("ArrowRight");
  await focused(app, 3, 2);
  await app.get("button", /^Include client_ip 192\.0\.2\.1$/);
  await app.page.keyboard.press("+");
  await app.until(async () => (await total(app)) === COUNT / 200);
  await app.ready();
  assert.deepEqual(app.errors, []);
}, once);

everywhere("selects in the histogram by keys, and every count follows", async (app) => {
  await opened(app);
  const plot = await app.get("group", "Logs over time");
  await plot.focus();
  await app.page.keyboard.press("Home");
  await app.page.keyboard.press("Enter");
  const end = await app.get("slider", "Selection end");
  await end.focus();
  for (let i = 0; i < 4; i += 1) await app.page.keyboard.press("ArrowRight");
  await app.ready();
  const shown = await total(app);
  assert.ok(shown > 0 && shown < COUNT);
  const all = await app.get("radio", /^All, /);
  assert.equal(number(await all.evaluate((e) => e.ariaLabel)), shown);
  const grid = await app.get("grid", "Logs");
  assert.equal(await grid.evaluate((e) => Number(e.getAttribute("aria-rowcount"))), shown + 1);
  await app.click("button", "Zoom to selection");
  await app.ready();
  assert.equal(await total(app), shown);
  await app.click("button", /^Back to all/);
  await app.ready();
  await app.until(async () => (await total(app)) === COUNT);
}, once);

everywhere("keys pressed one after the other open the log they led to", async (app) => {
  await opened(app);
  // Nothing waits between them, and the focus is nowhere at first.
  await app.page.keyboard.press("e");
  await app.page.keyboard.press("Enter");
  const first = await app.get("gridcell", "Log detail");
  await app.until(async () => /503/.test(await text(first)), { what: () => "503 in the detail" });
  assert.match(await text(await row(app, 6)), /10:00:04\.000/);
  await app.page.keyboard.press("Enter");
  await app.until(async () => !(await app.query("gridcell", "Log detail")));
  // The next error, then a row that is still to be fetched.
  await app.page.keyboard.press("e");
  await app.page.keyboard.press("Enter");
  await app.until(async () => /10:00:09\.000/.test(await text(await app.get("gridcell", "Log detail"))));
  await app.page.keyboard.press("Enter");
  await app.until(async () => !(await app.query("gridcell", "Log detail")));
  await app.page.keyboard.down("Shift");
  await app.page.keyboard.press("G");
  await app.page.keyboard.up("Shift");
  await app.page.keyboard.press("Enter");
  await app.until(async () => /10:49:59\.000/.test(await text(await app.get("gridcell", "Log detail"))));
  assert.equal((await app.queryAll("gridcell", "Log detail")).length, 1);
  assert.deepEqual(app.errors, []);
});

everywhere("lists what belongs to an opened log, counted before the click", async (app) => {
  // Of COUNT lines a second apart the 201st, with client 192.0.2.0:4000 like every 200th.
  await opened(app);
  await search(app, "status=503 client_ip=192.0.2.4");
  await (await row(app, 3)).click();
  await app.page.keyboard.press("Enter");
  await app.click("tab", "Related");
  // 10:03:24; within ten minutes stand those of 10:00:04, 10:06:44, 10:10:04 and 10:13:24, within a minute none.
  await app.get("radio", "Connection 4");
  assert.equal(await app.query("radio", /^Client within/), null);
  const list = await app.get("list", "Related logs");
  const names = () => list.evaluate((node) => [...node.querySelectorAll("button")].map((button) => button.ariaLabel));
  await app.until(async () => (await names()).length === 5);
  assert.deepEqual(await names(), [
    "Open log −3 m 20 s: GET /page/4 503", "Open log this log: GET /page/1 503", "Open log +3 m 20 s: GET /page/5 503",
    "Open log +6 m 40 s: GET /page/2 503", "Open log +10 m 00 s: GET /page/6 503",
  ]);
  // No server was chosen: HAProxy answered.
  const timing = await app.text("group", "End-to-end timing");
  assert.match(timing, /503 from HAProxy/);
  assert.match(timing, /not sent/);
  await app.shot("related");
  await app.click("button", "Show all as a search");
  await app.ready();
  assert.equal(await total(app), 5);
  await app.get("listitem", /client_port/);
}, once);

everywhere("rows are wrapped, or compact, and stay so", async (app) => {
  const long = `/report?${Array.from({ length: 12 }, (_, i) => `column_${i}=value_${i}`).join("&")}`;
  const all = lines(400).map((line) => line.replace(/\/page\/\d/, long));
  const path = write("long.log", `${all.join("\n")}\n`);
  await app.upload(path);
  await app.ready();
  const cell = () => app.page.evaluate(() => {
    const row = [...document.querySelectorAll("[role=row][aria-rowindex]")].find((e) => e.querySelector("[title^='/report']"));
    const uri = row?.querySelector("[title^='/report']");
    const [top, first] = [document.querySelector(".grid-scroll").getBoundingClientRect().top, document.querySelectorAll("[role=row][aria-rowindex]:has(> [role=gridcell])")];
    const seen = [...first].filter((e) => e.getBoundingClientRect().bottom > top + 1)[0];
    return { height: row?.getBoundingClientRect().height, lines: Math.round(uri?.getBoundingClientRect().height / 18), first: Number(seen?.getAttribute("aria-rowindex")) };
  });
  const wrap = await app.get("button", "Wrap long values");
  assert.deepEqual({ ...(await cell()), lines: 0 }, { height: 24, lines: 0, first: 2 });
  // From the middle: the first row on screen stays the first.
  await row(app, 2);
  await app.page.evaluate(() => { document.querySelector(".grid-scroll").scrollTop = 100 * 24; });
  await app.until(async () => (await cell()).first === 102);
  await wrap.focus();
  await app.page.keyboard.press("Enter");
  await app.until(async () => (await cell()).height === 60);
  await app.until(async () => (await cell()).first === 102, { what: () => "the same row at the top" });
  assert.ok((await cell()).lines >= 2, `${(await cell()).lines} lines`);
  await app.shot("wrapped");
  await app.page.reload();
  await app.upload(path);
  await app.ready();
  assert.equal((await cell()).height, 60);
  await app.click("button", "Columns");
  await app.click("radio", "Compact");
  await app.until(async () => (await cell()).height === 20);
  await app.shot("compact");
  // What a browser keeps is the next test's as well.
  await app.click("radio", "Normal");
  await app.until(async () => (await cell()).height === 24);
  assert.deepEqual(app.errors, []);
}, { builds: ["hosted"] });
