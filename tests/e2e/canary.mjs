// A server that only counts: whatever reaches it, over HTTP or as a datagram, has left the page.

import { createServer } from "node:http";
import { createSocket } from "node:dgram";
import { listen } from "./server.mjs";

/** Starts one. `hits` is a set of the paths that were asked for, and "/page/webtransport" and "/page/webrtc". */
export async function startCanary() {
  const hits = new Set();
  const http = await listen(createServer((request, response) => {
    hits.add(request.url.split("?")[0]);
    // Generous to every kind of request, so that only the page's own policy can be what stops one.
    response.writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "content-type": "text/plain" });
    response.end();
  }).on("upgrade", (request, socket) => { hits.add(request.url.split("?")[0]); socket.destroy(); }));
  const datagrams = async (name) => {
    const socket = createSocket("udp4").on("message", () => hits.add(name));
    await new Promise((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return socket;
  };
  const quic = await datagrams("/page/webtransport");
  const stun = await datagrams("/page/webrtc");
  return {
    hits,
    /** What a route needs to know to reach the canary. */
    address: { http: http.origin, quic: quic.address().port, stun: stun.address().port },
    close() { http.close(); quic.close(); stun.close(); },
  };
}
