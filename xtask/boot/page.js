// Starts the page. It stands in the same inline script as wasm-bindgen's glue, and HOPSCOPE_BUILD is filled in when the page is
// put together (xtask/src/inline.rs).
//
// What the page's Rust finds when its `main` runs:
//   globalThis.hopscope = {
//     build: "<version>+<hash of everything inlined>",
//     worker: Promise<{ module: WebAssembly.Module, source: string }>,
//     lookup: () => Promise<{ module: WebAssembly.Module, ask: (subject, question) => Uint8Array }>, see lookup.js
//     sample: (name) => Promise<ArrayBuffer>
//   }
// `source` is that script: in a worker it starts a worker (worker.js). Start one with
//   new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))
// and send as its first message an object with at least { module, source }; see worker.js. A blob worker is the only kind
// that starts from file:// in Chromium, and the only kind that inherits this page's policy.
// The page is mounted into <div id="app">, which may hold other text until then.
{
  // WebRTC is the one way to the network that Chromium puts under no policy. Nothing here calls.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete globalThis[name];

  const element = (id) => document.getElementById(id);

  const unpack = (id) => {
    const text = element(id).textContent;
    const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  };

  const take = (id) => {
    const bytes = unpack(id);
    element(id).remove();
    return bytes;
  };

  let lookup;

  const start = async () => {
    const program = take("program-wasm").then(WebAssembly.compile);
    const source = element("script").textContent;
    const worker = program.then((module) => ({ module, source }));
    // Whoever awaits it sees the error; a page that failed to start before that must not report a second one.
    worker.catch(() => {});
    globalThis.hopscope = {
      build: "HOPSCOPE_BUILD",
      worker,
      lookup: () => lookup ??= take("lookup-wasm").then(WebAssembly.compile)
        .then((module) => ({ module, ask: hopscopeLookup(module) })),
      sample: (name) => unpack(`sample-${name}`),
    };
    await wasm_bindgen({ module_or_path: program });
  };

  start().catch((error) => {
    console.error(error);
    const message = document.createElement("p");
    message.setAttribute("role", "alert");
    message.textContent = `hopscope could not start in this browser: ${error}. It needs WebAssembly with SIMD and `
      + "DecompressionStream, which Chrome and Edge have since version 91, Firefox since 113 and Safari since 16.4.";
    element("app").replaceChildren(message);
  });
}
