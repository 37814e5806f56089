// Nothing leaves the tab: every route of routes.mjs is tried from the page and from workers started as the page starts the
// hub and the shards, in both browsers and both builds, against a server that counts what arrives.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { BROWSERS, BUILDS, launch } from "./browser.mjs";
import { startCanary } from "./canary.mjs";
import { PAGE_ROUTES, WORKER_ROUTES } from "./routes.mjs";
import { DIST, serveDist } from "./server.mjs";

const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>\n?/;
const SETTLE = 1500;
const EVERYTHING = [`page tried ${PAGE_ROUTES.length}`, `hub tried ${WORKER_ROUTES.length}`, `shard tried ${WORKER_ROUTES.length}`];

/**
 * The text of a worker that tries its routes in the role it is told. It says so before each: starting a worker inside a
 * worker, one of the routes, now and then never returns in Firefox.
 */
const workerScript = (address) => `
  const table = [${WORKER_ROUTES.map(({ name, run }) => `["${name}", ${run}]`).join(",\n")}];
  self.onmessage = ({ data: role }) => {
    let tried = 0;
    for (const [name, run] of table) {
      tried += 1;
      self.postMessage(tried);
      try { Promise.resolve(run("${address.http}/" + role + "/" + name)).catch(() => {}); } catch {}
    }
  };
`;

/** Tries everything and returns the paths that arrived, with who tried how many. */
async function attempt(page) {
  const canary = await startCanary();
  try {
    for (const { name, run } of PAGE_ROUTES) {
      const attempt = `globalThis.tried = (globalThis.tried ?? 0) + 1; (${run})("${canary.address.http}/page/${name}", ${JSON.stringify(canary.address)}); 0`;
      await page.evaluate(attempt).catch(() => {});
    }
    const workers = await page.evaluate((source, all) => {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      return Promise.all(["hub", "shard"].map((role) => new Promise((resolve) => {
        const worker = new Worker(url);
        worker.onmessage = ({ data }) => { if (data === all) resolve(`${role} tried ${all}`); };
        worker.onerror = (event) => resolve(`no ${role}: ${event.message}`);
        worker.postMessage(role);
        setTimeout(() => resolve(`no answer of the ${role}`), 20_000);
      })));
    }, workerScript(canary.address), WORKER_ROUTES.length);
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    const tried = [`page tried ${await page.evaluate(() => globalThis.tried)}`, ...workers];
    return { arrived: [...canary.hits].sort(), tried };
  } finally {
    canary.close();
  }
}

const expected = (browser) => [
  ...PAGE_ROUTES.filter(({ open }) => open.includes(browser)).map(({ name }) => `/page/${name}`),
  ...["hub", "shard"].flatMap((role) => WORKER_ROUTES.filter(({ open }) => open.includes(browser)).map(({ name }) => `/${role}/${name}`)),
];

for (const name of BROWSERS) {
  for (const build of BUILDS) {
    test(`policy (${name}, ${build})`, { timeout: 180_000 }, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "hopscope-"));
      const browser = await launch(name);
      const guarded = await serveDist();
      const bare = await serveDist((html) => html.replace(POLICY, ""));
      t.after(async () => {
        await browser.close();
        guarded.close();
        bare.close();
        await rm(folder, { recursive: true });
      });
      const html = await readFile(`${DIST}hopscope.html`, "utf8");
      assert.match(html, POLICY);
      const without = join(folder, "without-policy.html");
      await writeFile(without, html.replace(POLICY, ""));
      const address = build === "file"
        ? { guarded: pathToFileURL(`${DIST}hopscope.html`).href, bare: pathToFileURL(without).href }
        : { guarded: `${guarded.origin}/`, bare: `${bare.origin}/` };

      await t.test("no route arrives", async () => {
        const page = await browser.newPage();
        await page.goto(address.guarded);
        const { arrived, tried } = await attempt(page);
        assert.deepEqual(arrived, []);
        assert.deepEqual(tried, EVERYTHING);
        await page.close();
      });

      await t.test("without the policy the same routes arrive", async () => {
        const page = await browser.newPage();
        await page.goto(address.bare);
        const { arrived, tried } = await attempt(page);
        assert.deepEqual(expected(name).filter((path) => !arrived.includes(path)), [], `arrived: ${arrived.join(" ")}`);
        assert.deepEqual(tried, EVERYTHING);
        await page.close();
      });
    });
  }
}
