// Drives the page: starts Chromium or Firefox, opens either build, gives files to it, waits for it, and finds elements only
// by role and accessible name, as people with a screen reader do. For tests and benchmarks alike.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { accessible } from "./accessible.mjs";
import { DIST } from "./server.mjs";

export const BROWSERS = ["chromium", "firefox"];
/** `hosted` is dist/index.html from a server, `file` is dist/hopscope.html as opened by double click. */
export const BUILDS = ["hosted", "file"];

const PROGRAMS = {
  chromium: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  firefox: ["/usr/bin/firefox-esr", "/usr/bin/firefox"],
};
const CHROMIUM_FLAGS = [
  "--no-sandbox", // the tests may run as root, in a container
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--enable-blink-features=ComputedAccessibilityInfo", // element.computedRole and computedName
];
const SHOTS = fileURLToPath(new URL("./shots/", import.meta.url));

export function launch(name, { flags = [] } = {}) {
  const executablePath = process.env[`HOPSCOPE_${name.toUpperCase()}`] ?? PROGRAMS[name].find(existsSync);
  if (!executablePath) throw new Error(`${name} is not here; \`cargo xtask setup\` installs it`);
  return name === "firefox"
    ? puppeteer.launch({ browser: "firefox", executablePath, headless: true, args: flags })
    : puppeteer.launch({ executablePath, headless: true, args: [...CHROMIUM_FLAGS, ...flags], protocolTimeout: 300_000 });
}

/** A page with hopscope in it. */
export class App {
  constructor(page, { name, build, url }) {
    Object.assign(this, { page, name, build, url });
    /** What the page wrote to its console as errors, and errors nobody caught. */
    this.errors = [];
    page.on("console", (message) => { if (message.type() === "error") this.errors.push(message.text()); });
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  /** Gives files to the page, by path, as its "Open files" dialog would. */
  async upload(...paths) {
    const input = await this.page.waitForSelector("input[type=file][multiple]:not([webkitdirectory])", { timeout: 20_000 });
    await input.uploadFile(...paths);
    await input.dispose();
  }

  /** Drops files and folders as a user does: the event is the browser's own (Chromium alone can be told to). */
  async drop(...paths) {
    const session = await this.page.createCDPSession();
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await session.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
    }
  }

  /** Waits until every file is read and what is shown answers the current search. */
  async ready({ timeout = 30_000 } = {}) {
    let text = "";
    await this.until(async () => {
      const footer = await this.query("contentinfo", "Status");
      text = footer ? await footer.evaluate((element) => element.textContent.trim()) : "no footer yet";
      return text.startsWith("Ready");
    }, { timeout, what: () => `Ready in the footer, which says: ${text}` });
    return text;
  }

  /** Asks again and again until the answer is true-ish, and returns it. */
  async until(ask, { timeout = 10_000, what = () => ask.toString() } = {}) {
    const end = Date.now() + timeout;
    for (;;) {
      const answer = await ask();
      if (answer) return answer;
      if (Date.now() > end) throw new Error(`${this.name}, ${this.build}: waited ${timeout} ms for ${what()}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** All elements of the role, in document order; `name` is a string (the whole name) or a regular expression. */
  async queryAll(role, name, { within } = {}) {
    const wanted = name instanceof RegExp ? { source: name.source, flags: name.flags } : name;
    const list = await this.page.evaluateHandle(accessible, role, wanted ?? null, within ?? null);
    const properties = await list.getProperties();
    await list.dispose();
    return [...properties.values()].map((handle) => handle.asElement()).filter(Boolean);
  }

  /** The first such element, or null. */
  async query(role, name, options) {
    return (await this.queryAll(role, name, options))[0] ?? null;
  }

  /** The first such element, as soon as there is one. */
  get(role, name, { timeout = 10_000, ...options } = {}) {
    return this.until(() => this.query(role, name, options), { timeout, what: () => `${role} ${name ?? ""}` });
  }

  async click(role, name, options) {
    const element = await this.get(role, name, options);
    await element.click();
    return element;
  }

  /** The visible text of the element. */
  async text(role, name, options) {
    const element = await this.get(role, name, options);
    return element.evaluate((node) => node.innerText ?? node.textContent);
  }

  /** Writes tests/e2e/shots/<name>.png, to be looked at. */
  async shot(name) {
    await mkdir(SHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SHOTS}${name}-${this.name}.png` });
  }
}

/** Opens a build in a new tab. `before(page)` runs before the page is loaded. */
export async function open(browser, { name, build, origin, hash = "", before, width = 1440, height = 900 }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  const url = (build === "file" ? pathToFileURL(`${DIST}hopscope.html`).href : `${origin}/`) + hash;
  const app = new App(page, { name, build, url });
  await before?.(page);
  await page.goto(url);
  // What another test searched for in the same files is not offered to this one.
  await page.evaluate(() => localStorage.removeItem("hopscope.last-searches"));
  return app;
}
