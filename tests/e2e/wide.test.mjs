// A table with more columns than there is room for: button "Columns" with checkboxes and buttons "Pin <column>"; scrolled sideways by keys
// and wheel, the head with it; cells that are copied.
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { lines, write } from "./logs.mjs";

const COLUMNS = ["Backend", "Client port", "Host", "Process ID", "Queue", "Server connect", "App response", "Frontend"];

const opened = async (app) => {
  await app.upload(write("wide.log", lines(300).join("\n")));
  await app.ready();
  return app.get("grid", "Logs");
};
/** Left edges of the head and of the first row's cell under this label, and of the lead cell; how far the rows are scrolled. */
const place = (app, label) => app.page.evaluate((label) => {
  const grid = document.querySelector("[role=grid]");
  const head = [...grid.querySelectorAll("[role=columnheader]")].find((e) => e.getAttribute("aria-label") === label);
  const row = grid.querySelector("[role=row][aria-rowindex='2']");
  const cell = row.children[[...head.parentElement.children].indexOf(head)];
  const left = (e) => Math.round(e.getBoundingClientRect().left);
  const scroller = row.closest(".grid-scroll");
  return { head: left(head), cell: left(cell), right: Math.round(cell.getBoundingClientRect().right), lead: left(row.children[0]), scrolled: scroller.scrollLeft, edge: left(scroller) + scroller.clientWidth };
}, label);

everywhere("columns beyond the edge are scrolled to, pinned ones stay, and cells are copied with tabs", async (app) => {
  const { page } = app;
  await opened(app);
  const before = await place(app, "Time");
  assert.equal(before.scrolled, 0);
  await app.click("button", "Columns");
  const find = await app.get("textbox", "Find a column");
  for (const name of COLUMNS) {
    await find.click({ count: 3 });
    await page.keyboard.type(name);
    const box = await app.query("checkbox", name);
    if (box && (await box.evaluate((e) => e.getAttribute("aria-checked"))) === "false") await box.click();
  }
  await find.click({ count: 3 });
  await page.keyboard.type("Client IP");
  // By keyboard: the button stands behind its checkbox.
  await (await app.get("button", "Pin Client IP")).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await app.until(async () => (await place(app, "Timeline")).right > (await place(app, "Timeline")).edge, { what: () => "a table wider than its room" });
  const at = await place(app, "Client IP");
  assert.equal(at.head, at.cell);
  assert.ok((await place(app, "Time")).cell > at.cell, "a pinned column is the first");

  // To the last column of the first row by key.
  const lead = await page.$("[role=row][aria-rowindex='2'] > [data-c='0']");
  await lead.focus();
  await page.keyboard.press("End");
  await app.until(async () => (await place(app, "Timeline")).scrolled > 0);
  const last = await place(app, "Timeline");
  assert.ok(last.right <= last.edge + 1, `${last.right} of ${last.edge}`);
  await app.until(async () => (await place(app, "Timeline")).head === last.cell, { what: () => "the head above its column" });
  assert.equal((await place(app, "Client IP")).cell, at.cell);
  assert.equal(last.lead, at.lead);
  await app.shot("wide");
  // And back: the column behind the pinned one is not under it.
  const column = () => page.evaluate(() => Number(document.activeElement.dataset.c));
  while (await column() > 2) {
    const now = await column();
    await page.keyboard.press("ArrowLeft");
    await app.until(async () => (await column()) < now);
  }
  await app.until(async () => { const time = await place(app, "Time"); return time.cell >= at.right && time.head === time.cell; });

  // An opened log is as wide as the room, wherever the table is scrolled to.
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const detail = await app.get("gridcell", "Log detail");
  const { left, right } = await detail.evaluate((e) => { const { left, right } = e.getBoundingClientRect(); return { left, right }; });
  assert.ok(Math.abs(left - at.lead) <= 3 && right <= last.edge + 1, `${left} to ${right}`);
  await page.keyboard.press("Enter");
  await app.until(async () => !(await app.query("gridcell", "Log detail")));

  // Two cells of two rows go as lines with tabs; a part of one cell goes as it is.
  const copied = (from, to, whole) => page.evaluate((from, to, whole) => {
    const cell = ([row, column]) => document.querySelector(`[role=row][aria-rowindex='${row}'] > [data-c='${column}']`);
    const range = document.createRange();
    range.setStart(cell(from), 0);
    range.setEnd(cell(to), cell(to).childNodes.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const data = new DataTransfer();
    const event = new ClipboardEvent("copy", { bubbles: true, cancelable: true, clipboardData: data });
    cell(to).dispatchEvent(event);
    getSelection().removeAllRanges();
    return { text: event.clipboardData.getData("text/plain"), taken: event.defaultPrevented };
  }, from, to, whole);
  const cells = await copied([2, 1], [3, 2]);
  assert.ok(cells.taken);
  const rows = cells.text.trim().split("\n").map((row) => row.split("\t"));
  assert.equal(rows[0][0], "192.0.2.0");
  assert.match(rows[0][1], /^10:00:00\.000$/);
  assert.deepEqual(rows[1].slice(0, 2), ["192.0.2.1", "10:00:01.000"]);
  assert.equal((await copied([2, 1], [2, 1])).taken, false);

  // Sized by key; all of it comes back with the next visit, until it is reset.
  const head = await app.get("columnheader", "Client IP");
  await head.focus();
  await page.keyboard.down("Control");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.up("Control");
  await app.until(async () => (await place(app, "Client IP")).right === at.right + 16);
  await page.reload();
  await opened(app);
  assert.equal((await place(app, "Client IP")).right, at.right + 16);
  await app.click("button", "Columns");
  await app.click("button", "Reset");
  await page.keyboard.press("Escape");
  await app.until(async () => (await place(app, "Time")).cell === before.cell);
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });
