/**
 * The proxy as it is often set up: B is a backup, and nginx itself decides when to go there, when to come back, and what to
 * send a second time. The operator's latch still works on it.
 */
import { readFile } from "node:fs/promises";
import { linkAddress } from "../harness/topology/links.ts";
import type { Topology } from "../harness/topology/topology.ts";

const SOUND = new URL("../docker/nginx/nginx.conf", import.meta.url);
const ONE_ATTEMPT = "proxy_next_upstream off;";
const TWO_ATTEMPTS = "proxy_next_upstream error timeout http_502 http_503 http_504; proxy_next_upstream_tries 2;";

/** Given up after one failure, and tried again after three seconds, where nginx would take ten: drills are short. */
const SERVERS = `
  server ${linkAddress("hapi-a")} max_fails=1 fail_timeout=3s;
  server ${linkAddress("hapi-b")} max_fails=0 backup;`;

export async function makePassive({ proxy: { container } }: Topology): Promise<void> {
  const sound = await readFile(SOUND, "utf8");
  if (!sound.includes(ONE_ATTEMPT)) throw new Error(`nginx.conf does not say "${ONE_ATTEMPT}" any more`);
  await container.copyContentToContainer([
    { content: sound.replace(ONE_ATTEMPT, TWO_ATTEMPTS), target: "/etc/nginx/nginx.conf" },
    { content: SERVERS, target: "/etc/nginx/latch.conf" },
  ]);
  const done = await container.exec(["sh", "-c", "nginx -t -q && nginx -s reload"]);
  if (done.exitCode !== 0) throw new Error(`nginx refuses to be passive: ${done.output.trim()}`);
}
