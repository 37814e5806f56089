// Logs for the tests, in a folder of their own, and what is true of them, counted without hopscope.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = mkdtempSync(join(tmpdir(), "hopscope-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export const SAMPLE = "public/samples/haproxy-http.log";
export const sampleLines = readFileSync(SAMPLE, "utf8").split("\n").filter(Boolean);

/** Writes a file and returns its path. */
export function write(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The same, compressed. */
export const writeGzip = (name, content) => write(`${name}.gz`, gzipSync(content));

/** Status codes of HAProxy HTTP lines that have one. */
export const statuses = (lines) => lines
  .map((line) => /haproxy\[\d+\]: \S+ \[[^\]]+\] \S+ \S+ [-\d+/]+ (-?\d+) /.exec(line)?.[1])
  .filter(Boolean)
  .map(Number);

/** `n` HAProxy HTTP lines, a second apart; every fifth is a 503, every tenth of the others takes a while. */
export const lines = (n) => Array.from({ length: n }, (_, i) => {
  const at = `18/Nov/2026:10:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}.000`;
  const [server, timers, status, state] = i % 5 === 4
    ? ["<NOSRV>", "0/10000/-1/-1/10000", 503, "sQ--"]
    : [`web${i % 3}`, "1/0/2/30/40", 200, "----"];
  return `Nov 18 10:00:00 lb haproxy[7]: 192.0.2.${i % 200}:4000 [${at}] fe be/${server} ${timers} ${status} 512 - - ${state} `
    + `9/9/9/9/0 0/0 "GET /page/${i % 7} HTTP/1.1"`;
});
