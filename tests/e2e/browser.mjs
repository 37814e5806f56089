// The harness of the browser tests: registers a test for each browser and build. See README.md.

import { after, test } from "node:test";
import { BROWSERS, BUILDS, launch, open } from "./app.mjs";
import { serveDist } from "./server.mjs";

export * from "./app.mjs";

/**
 * Registers one test for every browser and build: `run(app, t)` gets a page that was just opened. A browser is started
 * once per test file, and only if one of its tests runs.
 */
export function everywhere(title, run, { browsers = BROWSERS, builds = BUILDS, timeout = 120_000, ...options } = {}) {
  for (const name of browsers) {
    for (const build of builds) {
      test(`${title} (${name}, ${build})`, { timeout }, async (t) => {
        const { browser, origin } = await started(name);
        const app = await open(browser, { name, build, origin, ...options });
        try {
          await run(app, t);
        } catch (error) {
          await app.shot(`failed-${title.replace(/[^a-z0-9]+/gi, "-")}-${build}`).catch(() => {});
          if (app.errors.length) error.message += `\nThe page's console:\n${app.errors.join("\n")}`;
          throw error;
        } finally {
          await app.page.close();
        }
      });
    }
  }
}

const running = new Map();
let server;

async function started(name) {
  server ??= serveDist();
  if (!running.has(name)) running.set(name, launch(name));
  return { browser: await running.get(name), origin: (await server).origin };
}

after(async () => {
  for (const browser of running.values()) await (await browser).close();
  (await server)?.close();
});
