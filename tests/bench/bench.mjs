// Times the built page in Chromium on one log, beside the ceiling: only reading the same file with the same number of
// workers. The two are alternated, each in a fresh browser, so that a change of the machine's mood hits both.
// `cargo xtask bench` calls it: node bench.mjs '{ "log": …, "truth": …, "runs": 3, "asks": [[name, search], …], "exports": [format, …] }'
// and reads the JSON that it prints last. With "against": file, another built page takes the place of the ceiling; with
// "table": true, sorting, jumping, scrolling and the help of the search are timed as well; with "filtered": { "search", "pattern" }, the
// last run exports what the search finds, which must be the lines of the file that the pattern matches.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { launch, open } from "../e2e/app.mjs";
import { listen, serveDist } from "../e2e/server.mjs";

const SLICE = 16 * 1024 * 1024;
const LOAD_TIMEOUT = 300_000;
// Between opening the page and dropping a file, milliseconds: nobody is faster, and the workers of the ceiling are running
// as well when it begins.
const SETTLE = 2_000;
const WORKERS = Math.min(8, availableParallelism());

/** In the page: reads the chosen file in slices on `workers` blob workers; milliseconds from start to end. */
async function readOnly(workers, slice) {
  const file = document.querySelector("input").files[0];
  const script = `onmessage = async ({ data: { file, first, step, slice } }) => {
    let bytes = 0;
    for (let at = first * slice; at < file.size; at += step * slice) {
      bytes += (await file.slice(at, at + slice).arrayBuffer()).byteLength;
    }
    postMessage(bytes);
  }`;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const ready = Array.from({ length: workers }, () => new Worker(url));
  // The workers of a real page are running by the time a file is dropped.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = performance.now();
  const parts = await Promise.all(ready.map((worker, first) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ file, first, step: workers, slice });
  })));
  const took = performance.now() - start;
  if (parts.reduce((sum, part) => sum + part, 0) !== file.size) throw new Error("not all was read");
  return took;
}

/** In the page: inflates the chosen file in one worker and keeps nothing; milliseconds from start to end. */
async function inflateOnly() {
  const file = document.querySelector("input").files[0];
  const script = `onmessage = async ({ data: file }) => {
    await file.stream().pipeThrough(new DecompressionStream("gzip")).pipeTo(new WritableStream());
    postMessage("done");
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = performance.now();
  await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(file);
  });
  return performance.now() - start;
}

async function ceiling(log) {
  const bare = await listen(createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<input type=file>");
  }));
  const browser = await launch("chromium");
  try {
    const page = await browser.newPage();
    await page.goto(bare.origin);
    await (await page.$("input")).uploadFile(log);
    return await (log.endsWith(".gz") ? page.evaluate(inflateOnly) : page.evaluate(readOnly, WORKERS, SLICE));
  } finally {
    await browser.close();
    bare.close();
  }
}

/** In the page, before it loads: when files can first be opened, and every task that kept the page from answering. */
function watch() {
  globalThis.watched = { usable: null, tasks: [] };
  const usable = () => {
    if (watched.usable === null && document.querySelector("input[type=file][multiple]")) watched.usable = performance.now();
  };
  new MutationObserver(usable).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) watched.tasks.push([task.startTime, task.duration]);
  }).observe({ type: "longtask", buffered: true });
  // A small export is a download.
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    watched.written = blob.size;
    return create(blob);
  };
  // A large export is written into a file that the user chooses; here its bytes are counted.
  globalThis.showSaveFilePicker = async () => ({
    createWritable: async () => ({
      write: async (bytes) => { watched.written = (watched.written ?? 0) + bytes.byteLength; },
      close: async () => {},
      abort: async () => {},
    }),
  });
}

const memory = async (app) => JSON.parse(await app.page.evaluate(() => globalThis.hopscope.stats())).wasm_bytes;

/** Milliseconds to export the rows shown in this format, bytes written, and by how much the workers' memory grew meanwhile. */
async function exported(app, format) {
  await app.click("button", "Export");
  await app.click("radio", format);
  const button = await app.until(async () => {
    const found = await app.query("button", /^Export \d/);
    return found && await found.evaluate((e) => !e.disabled) ? found : null;
  }, { timeout: 60_000, what: () => "the rows to be counted" });
  const before = await memory(app);
  await app.page.evaluate(() => { watched.written = 0; });
  const start = Date.now();
  await button.click();
  await app.until(async () => /written to/.test(await app.text("status", "Export")), { timeout: LOAD_TIMEOUT, what: () => "the export" });
  const took = Date.now() - start;
  const result = { took, bytes: await app.page.evaluate(() => watched.written), grew: await memory(app) - before };
  await app.page.keyboard.press("Escape");
  return result;
}

/** Exports the lines that `search` finds as a download, and compares them with those of the file that `pattern` matches. */
async function compared(app, log, { search, pattern }) {
  const folder = await mkdtemp(join(tmpdir(), "hopscope-"));
  try {
    const session = await app.page.createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
    let result;
    await ask(app, search, async () => { result = await exported(app, "Raw lines"); });
    const name = await app.until(async () => (await readdir(folder)).find((name) => name.endsWith(".log")), { what: () => "the download" });
    // In whatever order: the table's is that of the times in the lines, not that of the file.
    const linesOf = (text) => text.split("\n").filter(Boolean).sort();
    const [found, all] = [linesOf(await readFile(join(folder, name), "latin1")), linesOf(await readFile(log, "latin1"))];
    const matches = new RegExp(pattern);
    const wanted = all.filter((line) => matches.test(line));
    const differs = wanted.findIndex((line, at) => line !== found[at]);
    if (differs >= 0 || found.length !== wanted.length) {
      throw new Error(`${search} exported ${found.length} lines, ${pattern} matches ${wanted.length}; first other line: ${found[differs]} for ${wanted[differs]}`);
    }
    return { ...result, rows: found.length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function load({ log, asks = [], exports = [], table = false, filtered }, html) {
  const dist = await serveDist((built) => html ?? built);
  const browser = await launch("chromium");
  try {
    const app = await open(browser, { name: "chromium", build: "hosted", origin: dist.origin, before: (page) => page.evaluateOnNewDocument(watch) });
    const { page } = app;
    await app.until(() => page.evaluate(() => watched.usable), { what: () => "the page to open files" });
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    await app.upload(log);
    const mark = (name) => page.evaluate((wanted) => performance.getEntriesByName(wanted)[0]?.startTime, name);
    const ready = await app.until(() => mark("hopscope:ready"), { timeout: LOAD_TIMEOUT, what: () => "the mark hopscope:ready" });
    const drop = await mark("hopscope:drop");
    const first = await mark("hopscope:first-rows");
    const tasks = await page.evaluate(() => watched.tasks);
    const during = tasks.filter(([start]) => start >= drop && start <= ready).map(([, duration]) => duration);
    const answers = {};
    for (const [name, search] of asks) answers[name] = await ask(app, search).catch((error) => String(error));
    if (table) {
      for (const [name, step] of Object.entries({ help: helped, jump: jumped, scroll: scrolled, sort: sorted })) {
        answers[name] = await step(app).catch((error) => String(error));
      }
    }
    const stats = JSON.parse(await page.evaluate(() => globalThis.hopscope.stats()));
    const taken = {};
    for (const format of exports) taken[format] = await exported(app, format).catch((error) => String(error));
    if (filtered) taken.filtered = await compared(app, log, filtered);
    return {
      load: ready - drop,
      firstRows: first === undefined ? null : first - drop,
      usable: await page.evaluate(() => watched.usable),
      longTasks: during.length,
      worstTask: Math.max(0, ...during),
      stats,
      answers,
      exports: taken,
    };
  } finally {
    await browser.close();
    dist.close();
  }
}

/** Milliseconds from Enter in the search field until everything shown answers the search. `then`: what to do with the answer. */
async function ask(app, search, then = async () => {}) {
  const field = await app.get("searchbox", "Search logs");
  await field.click();
  await field.type(search);
  const footer = await app.get("contentinfo", "Status");
  const total = await app.get("status", "Total logs");
  await app.page.evaluate((footer, total) => {
    const before = total.textContent;
    globalThis.answered = new Promise((resolve) => {
      addEventListener("keydown", (event) => {
        const start = event.timeStamp;
        const look = () => {
          const done = footer.textContent.trim().startsWith("Ready") && total.textContent !== before;
          return done ? resolve(performance.now() - start) : requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { capture: true, once: true });
    });
  }, footer, total);
  await app.page.keyboard.press("Enter");
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in 20 s")), 20_000));
  const took = await Promise.race([app.page.evaluate(() => globalThis.answered), timeout]);
  await then();
  // The next search stands alone.
  await (await app.get("button", "Clear search")).click();
  await app.ready();
  return took;
}

/** Milliseconds from `=` behind the name of a field until its values and their counts are listed. */
async function helped(app) {
  const { page } = app;
  await (await app.get("searchbox", "Search logs")).click();
  await page.keyboard.type("client_ip");
  await app.until(() => page.evaluate(() => document.querySelector("[role=option]") !== null), { what: () => "help with fields" });
  await page.evaluate(() => {
    globalThis.answered = new Promise((resolve) => {
      addEventListener("keydown", (event) => {
        const look = () => {
          const listed = [...document.querySelectorAll("[role=option]")].some((option) => option.textContent.includes("%"));
          return listed ? resolve(performance.now() - event.timeStamp) : requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { capture: true, once: true });
    });
  });
  await page.keyboard.type("=");
  const took = await page.evaluate(() => globalThis.answered);
  await (await app.get("button", "Clear search")).click();
  await page.keyboard.press("Escape");
  await app.ready();
  return took;
}

/** Milliseconds from a jump to the middle of the table until the rows there are drawn. */
async function jumped(app) {
  const grid = await app.get("grid", "Logs");
  return grid.evaluate((grid) => new Promise((resolve) => {
    const quarter = Number(grid.getAttribute("aria-rowcount")) / 4;
    const scroller = [...grid.querySelectorAll("*")].find((element) => getComputedStyle(element).overflowY === "scroll");
    const { top, bottom } = scroller.getBoundingClientRect();
    const start = performance.now();
    scroller.scrollTop = scroller.scrollHeight / 2;
    const look = () => {
      const rows = [...scroller.querySelectorAll("[role=row][aria-rowindex]")].filter((row) => {
        const box = row.getBoundingClientRect();
        return box.bottom > top && box.top < bottom;
      });
      const there = rows.length > 1 && rows.every((row) => Number(row.getAttribute("aria-rowindex")) > quarter && row.querySelector("[role=gridcell]"));
      return there ? resolve(performance.now() - start) : requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }));
}

/** Scrolls the table for two seconds, a notch of a wheel (120 px) a frame: frames drawn in a second, and the longest. */
async function scrolled(app) {
  const grid = await app.get("grid", "Logs");
  return grid.evaluate((grid) => new Promise((resolve) => {
    const scroller = [...grid.querySelectorAll("*")].find((element) => getComputedStyle(element).overflowY === "scroll");
    const times = [];
    const step = (time) => {
      times.push(time);
      scroller.scrollTop += 120;
      if (time - times[0] < 2_000) return requestAnimationFrame(step);
      const gaps = times.slice(1).map((time, at) => time - times[at]);
      resolve({ perSecond: gaps.length / (times.at(-1) - times[0]) * 1_000, longest: Math.max(...gaps) });
    };
    scroller.scrollTop = 0;
    requestAnimationFrame(step);
  }));
}

/** Milliseconds from a click on a head until the rows are shown in its order. */
async function sorted(app) {
  const footer = await app.get("contentinfo", "Status");
  const head = await app.get("columnheader", /^Client IP/);
  await app.page.evaluate((footer, head) => {
    globalThis.answered = new Promise((resolve) => {
      addEventListener("click", (event) => {
        const look = () => {
          const done = footer.textContent.trim().startsWith("Ready") && head.getAttribute("aria-sort") !== before;
          return done ? resolve(performance.now() - event.timeStamp) : requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { capture: true, once: true });
    });
    const before = head.getAttribute("aria-sort");
  }, footer, head);
  await head.click();
  return app.page.evaluate(() => globalThis.answered);
}

const job = JSON.parse(process.argv[2]);
const runs = { ceiling: [], others: [], loads: [] };
const other = job.against && await readFile(job.against, "utf8");
for (let run = 0; run < job.runs; run += 1) {
  if (other) runs.others.push(await load(job, other));
  else runs.ceiling.push(await ceiling(job.log));
  runs.loads.push(await load(run + 1 < job.runs ? { ...job, filtered: null } : job));
  const beside = other ? `other ${runs.others.at(-1).load.toFixed(0)}` : `ceiling ${runs.ceiling.at(-1).toFixed(0)}`;
  console.error(`run ${run + 1}: ${beside} ms, load ${runs.loads.at(-1).load.toFixed(0)} ms`);
}
const truth = JSON.parse(await readFile(job.truth, "utf8"));
const { rows } = runs.loads.at(-1).stats;
if (rows !== truth.total) throw new Error(`${rows} rows were loaded, ${truth.total} are in the file`);
const browser = await launch("chromium");
const version = await browser.version();
await browser.close();
console.log(JSON.stringify({ browser: version, workers: WORKERS, ...runs }));
process.exit(0);
