// The ways in which a page or a worker can reach a server without the user following a link. Each is tried under the
// page's policy, where none may arrive, and without the policy, where those named in `open` must arrive; so the test can
// fail. Every `run` stands alone: it is sent into the page or the worker as text.
//
// `url` ends in the route's own path on the canary. Not in the table, because no policy in a page can stop them: top-level
// navigation (a link that is clicked, window.open), for which hopscope builds no link from a log's text; and in Chromium
// <link rel=preconnect>, which tells a server no more than that someone connected, and needs code of the page to be made.

const both = ["chromium", "firefox"];

export const PAGE_ROUTES = [
  { name: "fetch", open: both, run: (url) => fetch(url) },
  { name: "fetch-keepalive", open: both, run: (url) => fetch(url, { method: "POST", body: "x", keepalive: true, mode: "no-cors" }) },
  { name: "xhr", open: both, run: (url) => { const x = new XMLHttpRequest(); x.open("GET", url); x.send(); } },
  { name: "websocket", open: both, run: (url) => { new WebSocket(url.replace("http", "ws")); } },
  { name: "eventsource", open: both, run: (url) => { new EventSource(url); } },
  { name: "beacon", open: both, run: (url) => { navigator.sendBeacon(url, "x"); } },
  { name: "img", open: both, run: (url) => { new Image().src = url; } },
  { name: "img-srcset", open: both, run: (url) => { new Image().srcset = `${url} 2x`; } },
  { name: "svg-image", open: both, run: (url) => {
    document.body.insertAdjacentHTML("beforeend", `<svg width="9" height="9"><image href="${url}" width="9" height="9"/></svg>`);
  } },
  { name: "css-url", open: both, run: (url) => {
    document.body.insertAdjacentHTML("beforeend", `<p style="background:url(${url})">x</p>`);
  } },
  { name: "css-import", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("style"), { textContent: `@import "${url}";` }));
  } },
  { name: "stylesheet", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
  } },
  { name: "font", open: both, run: (url) => new FontFace("Canary", `url(${url})`).load() },
  { name: "script", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("script"), { src: url }));
  } },
  { name: "module", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("script"), { type: "module", src: url }));
  } },
  { name: "dynamic-import", open: both, run: (url) => import(url) },
  { name: "iframe", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src: url }));
  } },
  { name: "iframe-srcdoc", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("iframe"), { srcdoc: `<img src="${url}">` }));
  } },
  // Firefox prefetches when it is idle and not from file://, Chromium at once.
  { name: "prefetch", open: ["chromium"], run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: url }));
  } },
  { name: "preload", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "image", href: url }));
  } },
  { name: "modulepreload", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: url }));
  } },
  { name: "icon", open: both, run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "icon", href: url }));
  } },
  { name: "manifest", open: ["chromium"], run: (url) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: url }));
  } },
  { name: "speculation-rules", open: ["chromium"], run: (url) => {
    const rules = JSON.stringify({ prefetch: [{ source: "list", urls: [url] }], prerender: [{ source: "list", urls: [url] }] });
    document.head.append(Object.assign(document.createElement("script"), { type: "speculationrules", textContent: rules }));
  } },
  { name: "form", open: both, run: (url) => {
    document.body.insertAdjacentHTML("beforeend",
      `<iframe name="target"></iframe><form action="${url}" method="post" target="target"><input name="a" value="b"></form>`);
    document.body.lastElementChild.submit();
  } },
  // Firefox sends no pings unless its settings are changed.
  { name: "ping", open: ["chromium"], run: (url) => {
    const link = Object.assign(document.createElement("a"), { href: "#x", ping: url, textContent: "x" });
    document.body.append(link);
    link.click();
  } },
  { name: "object", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("object"), { data: url, type: "text/html" }));
  } },
  { name: "embed", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("embed"), { src: url, type: "text/html" }));
  } },
  { name: "audio", open: both, run: (url) => { new Audio(url).load(); } },
  { name: "video", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("video"), { src: url, preload: "auto" }));
  } },
  { name: "video-poster", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("video"), { poster: url }));
  } },
  { name: "track", open: [], run: (url) => {
    document.body.insertAdjacentHTML("beforeend", `<video><track default kind="captions" src="${url}"></video>`);
  } },
  { name: "worker-by-url", open: [], run: (url) => { new Worker(url); } },
  { name: "service-worker", open: [], run: (url) => navigator.serviceWorker.register(url) },
  { name: "base", open: both, run: (url) => {
    document.head.prepend(Object.assign(document.createElement("base"), { href: url }));
    new Image().src = "?x";
  } },
  { name: "meta-refresh-in-frame", open: both, run: (url) => {
    document.body.append(Object.assign(document.createElement("iframe"),
      { srcdoc: `<meta http-equiv="refresh" content="0;url=${url}">` }));
  } },
  // Chromium knows no directive against WebRTC, so the boot script takes the constructors away, policy or not.
  { name: "webrtc", open: [], run: (url, address) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${address.stun}` }] });
    peer.createDataChannel("x");
    peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  } },
  { name: "webtransport", open: both, run: (url, address) => {
    new WebTransport(`https://127.0.0.1:${address.quic}/`).ready.catch(() => {});
  } },
];

/** In blob workers as the page starts the hub and the shards. The one that may not return comes last. */
export const WORKER_ROUTES = [
  { name: "fetch", open: both, run: (url) => fetch(url) },
  { name: "xhr", open: both, run: (url) => { const x = new XMLHttpRequest(); x.open("GET", url, false); x.send(); } },
  { name: "websocket", open: both, run: (url) => { new WebSocket(url.replace("http", "ws")); } },
  { name: "eventsource", open: both, run: (url) => { new EventSource(url); } },
  { name: "import-scripts", open: both, run: (url) => { importScripts(url); } },
  { name: "dynamic-import", open: both, run: (url) => import(url) },
  { name: "font", open: both, run: (url) => new FontFace("Canary", `url(${url})`).load() },
  { name: "worker-by-url", open: [], run: (url) => { new Worker(url); } },
];
