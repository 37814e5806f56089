// The frame of the page: opening logs, searching them, switching what is shown.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { everywhere } from "./browser.mjs";
import { SAMPLE, lines, sampleLines, statuses, write, writeGzip } from "./logs.mjs";

/** Both builds hold the same page, so what is not about starting it is tried in one. */
const once = { builds: ["file"] };
const number = (text) => Number(/(\d[\d,]*)/.exec(text)[1].replaceAll(",", ""));
const total = async (app) => number(await app.text("status", "Total logs"));

const opened = async (app, ...paths) => {
  await app.upload(...paths);
  return app.ready();
};

/** Types into the search field and presses Enter. */
const search = async (app, text) => {
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type(text);
  await app.page.keyboard.press("Enter");
};

/** The three numbers on the switch. */
const counts = async (app) => {
  const names = ["All", "Significant", "Non-significant"];
  const radios = await Promise.all(names.map((name) => app.get("radio", new RegExp(`^${name}, `))));
  return Promise.all(radios.map(async (radio) => number(await radio.evaluate((element) => element.ariaLabel))));
};

everywhere("opens the sample logs", async (app) => {
  await app.click("button", "Open sample logs");
  const footer = await app.ready();
  const sources = await app.queryAll("group", /^Source [A-F]: /);
  assert.equal(sources.length, 6);
  // Every line is a log; only nevisProxy writes some over several.
  const count = (name) => readFileSync(`public/samples/${name}`, "utf8").split("\n").filter(Boolean).length;
  const names = readdirSync("public/samples").filter((name) => name !== "navajo.log");
  assert.ok((await total(app)) > names.reduce((sum, name) => sum + count(name), 0));
  assert.match(footer, /Times in/);
  const zone = await app.get("combobox", "Zone of the times shown");
  assert.equal(await zone.evaluate((e) => e.selectedOptions[0].text), "UTC");
  assert.deepEqual(app.errors, []);
});

everywhere("opens a file and a gzip of it, and removes one again", async (app) => {
  const text = lines(250).join("\n");
  await opened(app, write("edge.log", text), writeGzip("edge-old.log", `${text}\n`));
  assert.equal(await total(app), 500);
  await app.click("button", "Remove source A");
  await app.until(async () => (await total(app)) === 250);
  await app.ready();
  assert.equal(await app.query("group", /^Source A/), null);
  await app.click("button", "Hide source B");
  await app.get("button", "Show source B");
  await app.until(async () => (await total(app)) === 0);
}, once);

everywhere("searches, and the total is that of the lines", async (app) => {
  await opened(app, SAMPLE);
  await search(app, "resp_code>=500");
  await app.ready();
  assert.equal(await total(app), statuses(sampleLines).filter((code) => code >= 500).length);
  const [all, significant, other] = await counts(app);
  assert.equal(all, significant + other);
  await app.get("listitem", "resp_code>=500");
  await app.click("button", "Remove filter resp_code");
  await app.ready();
  await app.until(async () => (await total(app)) > all);
}, once);

everywhere("says what is wrong with a search, and keeps the last valid one", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  await search(app, "status=503");
  await app.ready();
  assert.equal(await total(app), 20);
  await search(app, "resp_cod=5");
  const message = await app.text("alert");
  assert.match(message, /resp_cod/);
  assert.match(message, /Did you mean/);
  assert.match(message, /last valid search/);
  assert.equal(await total(app), 20);
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("alert")));
}, once);

everywhere("suggests fields, operators and values", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type("stat");
  await app.get("option", "status");
  await app.page.keyboard.press("ArrowDown");
  await app.page.keyboard.press("Tab");
  await app.page.keyboard.type("=");
  const value = await app.get("option", "503");
  assert.match(await value.evaluate((element) => element.textContent), /20.*20\.0%/);
  await value.click();
  await app.ready();
  assert.equal(await total(app), 20);
}, once);

everywhere("edits, inverts, switches off and removes chips by keyboard", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  await search(app, "status=503");
  await app.ready();
  const chip = async () => (await app.get("listitem", /^status/)).$("button");
  await (await chip()).focus();
  await app.page.keyboard.press(" ");
  await app.until(async () => (await total(app)) === 100);
  await app.page.keyboard.press(" ");
  await app.until(async () => (await total(app)) === 20);
  await app.page.keyboard.press("!");
  await app.until(async () => (await total(app)) === 80);
  await app.page.keyboard.press("Delete");
  await app.until(async () => (await total(app)) === 100);
  assert.equal(await app.query("listitem", /^status/), null);
}, once);

everywhere("switches between all, significant and the rest", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  assert.deepEqual(await counts(app), [100, 20, 80]);
  await app.click("radio", /^Significant/);
  await app.until(async () => (await total(app)) === 20);
  await app.click("radio", /^Non-significant/);
  await app.until(async () => (await total(app)) === 80);
  assert.deepEqual(await counts(app), [100, 20, 80]);
}, once);

everywhere("says when no log matches", async (app) => {
  await opened(app, write("edge.log", lines(50).join("\n")));
  await search(app, "status=503 nosuchword");
  await app.ready();
  assert.equal(await total(app), 0);
  await app.click("button", "Remove it");
  await app.until(async () => (await total(app)) === 10);
}, once);

everywhere("keeps the theme", async (app) => {
  const before = await app.query("button", "Light theme") ? "Light theme" : "Dark theme";
  const after = before === "Light theme" ? "Dark theme" : "Light theme";
  await app.click("button", before);
  await app.get("button", after);
  await app.page.reload();
  await app.get("button", after);
  await app.click("button", after);
}, once);

everywhere("opens pasted lines", async (app) => {
  await app.get("region", "Open logs");
  await app.page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    // Chromium takes the first, Firefox the other two.
    const content = { clipboardData, data: text, dataType: "text/plain" };
    document.body.dispatchEvent(new ClipboardEvent("paste", { ...content, bubbles: true, cancelable: true }));
  }, lines(30).join("\n"));
  await app.ready();
  await app.get("group", "Source A: pasted-1.log");
  assert.equal(await total(app), 30);
}, once);

everywhere("opens what is dropped, and Shift replaces", async (app) => {
  const drop = (name, text, shiftKey) => app.page.evaluate(([name, text, shiftKey]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name));
    for (const type of ["dragenter", "dragover", "drop"]) {
      const event = new DragEvent(type, { dataTransfer, shiftKey, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }
  }, [name, text, shiftKey]);
  await app.get("region", "Open logs");
  await drop("one.log", lines(20).join("\n"), false);
  await app.ready();
  assert.equal(await total(app), 20);
  await drop("two.log", lines(30).join("\n"), true);
  await app.get("group", "Source B: two.log");
  await app.ready();
  assert.equal(await app.query("group", /^Source A/), null);
  assert.equal(await total(app), 30);
}, once);

everywhere("a file and a folder that the browser itself drops are opened", async (app) => {
  await app.get("region", "Open logs");
  await app.drop(resolve("public/samples/haproxy-tcp.log"));
  await app.ready();
  await app.get("group", "Source A: haproxy-tcp.log");
  const one = await total(app);
  await app.drop(resolve("public"));
  await app.get("group", /^Source G: public\/samples\//);
  await app.ready();
  await app.get("group", "Source B: public/samples/access.log");
  assert.ok(await total(app) > 2 * one);
  assert.deepEqual(app.errors, []);
}, { browsers: ["chromium"] });

everywhere("lists its keys", async (app) => {
  await app.get("region", "Open logs");
  await app.page.keyboard.press("?");
  assert.match(await app.text("dialog", "Keyboard help"), /Next region/);
  await app.page.keyboard.press("Escape");
  await app.until(async () => !(await app.query("dialog", "Keyboard help")));
}, once);

everywhere("a hostile log stays text", async (app) => {
  const hostile = '<img src=x onerror="globalThis.caught=1"><script>globalThis.caught=1</script>';
  const evil = lines(5).map((line) => line.replace("/page", `/${hostile.replaceAll(" ", "%20")}`));
  await opened(app, write("<b>edge.log", [...evil, hostile].join("\n")));
  assert.equal(await app.page.evaluate(() => globalThis.caught), undefined);
  assert.equal(await app.page.evaluate(() => document.querySelectorAll("img, b > .log, a").length), 0);
  assert.deepEqual(app.errors, []);
}, once);

everywhere("takes a search that is ready: the errors that halog counts", async (app) => {
  await opened(app, SAMPLE);
  const wanted = statuses(sampleLines).filter((status) => status >= 500 || status < 0).length;
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type("halog");
  await app.click("option", "halog -e");
  await app.until(async () => (await total(app)) === wanted);
  await app.click("button", "Clear search");
  await app.ready();
  await app.page.keyboard.type("err");
  await app.get("option", "HAProxy errors");
  if (app.name === "chromium") await app.shot("ready-searches");
  assert.deepEqual(app.errors, []);
}, once);

everywhere("a key without a column is suggested, searched, and a button in an opened log", async (app) => {
  const rule = (id) => JSON.stringify({
    adf: true, report_timestamp: `2026-11-20T23:58:0${id}.000000Z`, client_ip: "192.0.2.7", method: "GET", uri_path: `/${id}`,
    response_code: 200, cipher_bytes: `00:0${id}`, "X-Site": "lab", waf_log: { status: "FLAGGED", rule_logs: [{ rule_id: `94110${id}` }] },
  });
  await opened(app, write("avi.jsonl", [1, 2, 3].map(rule).join("\n")));
  await (await app.get("searchbox", "Search logs")).click();
  await app.page.keyboard.type("rule_logs.rule_i");
  await app.click("option", "waf_log.rule_logs.rule_id");
  // The cursor goes behind what was written out.
  await app.until(() => app.page.evaluate(() => {
    const { value, selectionStart } = document.activeElement;
    return value?.endsWith("rule_id") && selectionStart === value.length;
  }));
  await app.page.keyboard.type("=941102");
  await app.page.keyboard.press("Enter");
  await app.until(async () => (await total(app)) === 1);
  await app.click("button", "Expand log");
  await app.get("button", "Search exists(waf_log)");
  await app.get("button", "Search extra.x_site=lab");
  await app.click("button", "Search cipher_bytes=00:02");
  await app.get("button", "Remove filter cipher_bytes");
  await app.ready();
  assert.equal(await total(app), 1);
}, once);

everywhere("marks where logs are probably missing, whatever is searched for", async (app) => {
  const text = (kept) => lines(3_600).filter((_, i) => kept(i)).join("\n");
  await opened(app, write("whole.log", text(() => true)), write("broken.log", text((i) => i < 1_200 || i >= 1_290)));
  const gap = await app.get("img", /^Possibly missing logs 10:(19:59|20:00) to 10:21:(29|30)$/);
  assert.match(await gap.evaluate((element) => element.title), /^Source B: no logs for 1 min \d+ s, where about (89|90|91) were/);
  assert.match(await app.text("contentinfo", "Status"), /1 possible gap(?!s)/);
  await app.shot("gap");
  await search(app, "status=503");
  await app.ready();
  await app.get("img", /^Possibly missing logs 10:/);
  // The file that has it is hidden: no gap is left.
  await app.click("button", "Hide source B");
  await app.until(async () => !(await app.query("img", /^Possibly missing logs/)));
}, once);

everywhere("bars are made of the values of a field", async (app) => {
  await opened(app, write("edge.log", lines(300).join("\n")));
  const choose = async (option) => {
    const select = await app.get("combobox", "Colour bars by");
    const value = await select.evaluate((e, option) => [...e.options].find((o) => o.text === option).value, option);
    await select.select(value);
  };
  /** What a screen reader hears of each bar: its logs, and what they are made of. */
  const bars = () => app.page.evaluate(() =>
    [...document.querySelectorAll(".plot table tbody tr")].map((row) => [...row.cells].slice(1).map((cell) => cell.innerText)));
  let last = "";
  const seen = () => last;
  const sums = async () => {
    const sums = {};
    for (const [, , parts] of await bars()) {
      for (const [name, count] of (parts ?? "").split(", ").filter(Boolean).map((part) => part.split(" "))) sums[name] = (sums[name] ?? 0) + Number(count);
    }
    return (last = JSON.stringify(sums));
  };
  const legend = async () => (last = (await app.text("group", "Legend")).split(/\s+/).filter(Boolean).join(" "));
  await choose("Response code");
  await app.until(async () => (await sums()) === '{"5xx":60,"2xx":240}', { what: seen });
  assert.equal(await legend(), "5xx 4xx 3xx 2xx other");
  // Any field: the most frequent values, which filter.
  await choose("Server");
  await app.until(async () => (await legend()).startsWith("web0 "), { what: seen });
  const wanted = {};
  for (const line of lines(300)) {
    const server = /be\/(\S+) /.exec(line)[1];
    wanted[server] = (wanted[server] ?? 0) + 1;
  }
  await app.until(async () => {
    const found = JSON.parse(await sums());
    return Object.keys(wanted).every((name) => found[name] === wanted[name]);
  }, { what: seen });
  await app.shot("stacked");
  await app.click("button", "web1", { within: await app.get("group", "Legend") });
  await app.until(async () => (await total(app)) === wanted.web1);
  await app.until(async () => (await sums()) === `{"web1":${wanted.web1}}`, { what: seen });
  await choose("Significance");
  assert.deepEqual(app.errors, []);
}, once);

everywhere("filters are joined by OR and moved, by keyboard", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  const chips = async () => app.page.evaluate(() => [...document.querySelectorAll(".chips .chip")].map((chip) => chip.ariaLabel));
  const are = (...wanted) => app.until(async () => String(await chips()) === String(wanted), { what: () => wanted.join(" | ") });
  await search(app, "server_name=web1 server_name=web2 method=GET");
  await app.until(async () => (await total(app)) === 0);
  await are("server_name=web1", "server_name=web2", "method=GET");
  const focus = async (nth) => (await app.page.$$(".chips .chip-body"))[nth].focus();
  await focus(1);
  await app.page.keyboard.press("|");
  await are("(server_name=web1 OR server_name=web2)", "method=GET");
  const wanted = lines(100).filter((line) => /be\/web[12] /.test(line)).length;
  await app.until(async () => (await total(app)) === wanted);
  await focus(1);
  await app.page.keyboard.down("Alt");
  await app.page.keyboard.press("ArrowLeft");
  await app.page.keyboard.up("Alt");
  await are("method=GET", "(server_name=web1 OR server_name=web2)");
  assert.deepEqual(app.errors, []);
}, once);

everywhere("the page about the search language knows the fields of the logs, and its examples can be taken", async (app) => {
  await opened(app, write("edge.log", lines(100).join("\n")));
  await app.click("button", "Search syntax");
  const panel = await app.get("dialog", "Search syntax");
  await app.click("button", "termination_state=----", { within: panel });
  await app.page.keyboard.press("Enter");
  await app.until(async () => (await total(app)) === 80);
  assert.deepEqual(app.errors, []);
}, once);
