// The column Timeline: button "Timeline" with its dialog: radiogroup "Align to", buttons "Zoom in", "Zoom out", "Earlier", "Later", "All",
// status "Zoom", and buttons of what the logs are ordered by.
import assert from "node:assert/strict";
import { everywhere } from "./browser.mjs";
import { write } from "./logs.mjs";

/** Two connections, three requests each, in turns a second apart; the second of each waits in the queue, the third takes longest. */
const LOG = [0, 1, 2, 3, 4, 5].map((i) => {
  const [port, nth] = [4000 + (i % 2), Math.floor(i / 2)];
  const timers = [`1/0/2/100/103`, `1/400/2/50/453`, `1/0/2/1600/1603`][nth];
  return `Nov 18 10:00:0${i} lb haproxy[7]: 192.0.2.9:${port} [18/Nov/2026:10:00:0${i}.000] fe be/web1 ${timers} 200 512 - - ---- 9/9/9/9/0 0/0 "GET /${i} HTTP/1.1"`;
}).join("\n");

const opened = async (app) => {
  await app.upload(write("two.log", LOG));
  await app.ready();
  await app.click("button", "Timeline");
  await app.get("radiogroup", "Align to");
};
/** Of each row from the top: what it asked for, and its bar's left edge and width in shares of the column. */
const bars = (app) => app.page.evaluate(() => [...document.querySelectorAll("[role=row][aria-rowindex]:has(> [role=gridcell])")].map((row) => {
  const column = row.querySelector(".wf").getBoundingClientRect();
  const bar = row.querySelector(".wf .stack").getBoundingClientRect();
  return { path: /\/\d(?=\s|$)/m.exec(row.innerText)[0], left: (bar.left - column.left) / column.width, width: bar.width / column.width };
}));
const near = (a, b) => Math.abs(a - b) < 0.02;

everywhere("bars begin with their connection, or each at the left; the order is by any phase", async (app) => {
  await opened(app);
  const clock = await bars(app);
  assert.ok(clock.every(({ left }, i) => i === 0 || left > clock[i - 1].left), JSON.stringify(clock));
  // By keyboard: arrows choose.
  await (await app.get("radio", "Clock")).focus();
  await app.page.keyboard.press("ArrowRight");
  await app.until(async () => (await bars(app)).every(({ left }, _, all) => near(left, all[0].left)), { what: () => "all at the left" });
  const each = await bars(app);
  assert.ok(near(each[4].width / each[0].width, 1603 / 103) || each[4].width / each[0].width > 10, "to scale");
  await app.click("radio", "Connection");
  await app.until(async () => {
    const [a, b, c, d, e, f] = (await bars(app)).map(({ left }) => left);
    return near(a, b) && near(c, d) && near(e, f) && c > a + 0.2 && e > c + 0.2;
  }, { what: () => "each connection from its own first log" });
  assert.equal(await app.query("radio", "Transaction"), null, "no log here has one");
  await app.shot("waterfall-connection");

  // The longest wait first, then the latest end.
  await app.click("button", "Queue");
  await app.ready();
  await app.until(async () => (await bars(app)).slice(0, 2).map(({ path }) => path).sort().join() === "/2,/3");
  await app.get("button", "Queue, descending");
  await app.click("button", "End");
  await app.ready();
  await app.until(async () => (await bars(app))[0].path === "/0");
  await app.click("button", "End, ascending");
  await app.ready();
  await app.until(async () => (await bars(app))[0].path === "/5");
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });

everywhere("the axis is zoomed by buttons, and what lies outside says so", async (app) => {
  await opened(app);
  const whole = await bars(app);
  const zoom = await app.get("status", "Zoom");
  const factor = () => zoom.evaluate((e) => e.innerText);
  assert.equal(await factor(), "1×");
  await app.click("button", "Zoom in");
  await app.click("button", "Earlier");
  await app.until(async () => (await factor()) === "2×");
  const half = await bars(app);
  assert.ok(near(half[1].left, whole[1].left * 2), `${half[1].left} of ${whole[1].left}`);
  await app.get("img", "Goes on");
  await app.click("button", "Later");
  await app.click("button", "Later");
  await app.get("img", "Before what is shown");
  await app.click("button", "All");
  await app.until(async () => (await factor()) === "1×");
  assert.equal(await app.query("img", "Before what is shown"), null);
  await app.page.keyboard.press("Escape");

  // Pointing at a bar draws lines from its ends over all rows.
  const guides = () => app.page.evaluate(() => (document.querySelector("[role=grid]").getAttribute("style").match(/--guide/g) ?? []).length);
  // The pointer stood where the panel was, over a row.
  await app.page.mouse.move(5, 5);
  await app.until(async () => (await guides()) === 0, { what: () => "no guides" });
  const row = await (await app.page.$("[role=row][aria-rowindex='4'] .wf")).boundingBox();
  await app.page.mouse.move(row.x + row.width / 2, row.y + 5);
  await app.until(async () => (await guides()) >= 4);
  await app.shot("waterfall-guides");
  assert.deepEqual(app.errors, []);
}, { builds: ["file"] });
