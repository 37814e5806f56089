// The page must start in both browsers, from a server and by double click, and say so plainly where it cannot.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { everywhere } from "./browser.mjs";
import { DIST } from "./server.mjs";

everywhere("starts, and has the worker compiled", async (app) => {
  const state = await app.until(() => app.page.evaluate(async () => globalThis.hopscope && ({
    build: hopscope.build,
    module: (await hopscope.worker).module instanceof WebAssembly.Module,
    source: (await hopscope.worker).source.includes("hopscopeQueue"),
  })));
  assert.match(state.build, /^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
  assert.ok(state.module);
  assert.ok(state.source);
  assert.equal(await app.query("alert"), null);
  assert.deepEqual(app.errors, []);
});

everywhere("says so where the browser is too old", async (app) => {
  const alert = await app.text("alert");
  assert.match(alert, /could not start in this browser/);
  assert.match(alert, /since version 91/);
}, { before: (page) => page.evaluateOnNewDocument(() => { delete globalThis.DecompressionStream; }) });

everywhere("starts a worker, and loses no message", async (app) => {
  // What starts a worker, its wasm held back: messages sent meanwhile must reach the handler that is set at the end.
  const got = await app.page.evaluate(async () => {
    while (!globalThis.hopscope) await new Promise((resolve) => setTimeout(resolve, 10));
    const { module, source } = await hopscope.worker;
    const prologue = source.slice(source.lastIndexOf("else\n") + 4);
    const pretend = `self.wasm_bindgen = async ({ module_or_path }) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      self.onmessage = (event) => self.postMessage([event.data, self.hopscopeBoot.role, module_or_path instanceof WebAssembly.Module]);
    };\n`;
    const url = URL.createObjectURL(new Blob([pretend, prologue], { type: "text/javascript" }));
    const worker = new Worker(url);
    const answers = [];
    const done = new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(event.message);
      worker.onmessage = (event) => { if (answers.push(event.data) === 3) resolve(); };
    });
    worker.postMessage({ module, source, role: "hub" });
    for (const message of ["one", "two"]) worker.postMessage(message);
    setTimeout(() => worker.postMessage("three"), 200);
    await done;
    worker.terminate();
    return answers;
  });
  assert.deepEqual(got, [["one", "hub", true], ["two", "hub", true], ["three", "hub", true]]);
});

test("dist holds the two files, which are the same, and nothing that is not used", async () => {
  const files = await readdir(DIST);
  assert.deepEqual(files.filter((file) => /\.(js|wasm|css)$/.test(file)), []);
  const [hosted, single] = await Promise.all(["index.html", "hopscope.html"].map((file) => readFile(DIST + file)));
  assert.ok(hosted.equals(single));
});
