import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesOf } from "./proxy.ts";

const shipped = (name: string) => readFileSync(new URL(`../../../docker/nginx/${name}`, import.meta.url), "utf8");
const contentsOf = async (...args: Parameters<typeof filesOf>) =>
  Object.fromEntries(
    (await filesOf(...args)).map(({ target, content }) => [target.replace("/etc/nginx/", ""), content]),
  );

test("without follower reads, the files are used unchanged", async () => {
  expect(await contentsOf({ proxy: "latched" })).toEqual({
    "nginx.conf": shipped("nginx.conf"),
    "failover.conf": shipped("latched.conf"),
    "route.conf": "server toxiproxy:8081 max_fails=0;\nserver toxiproxy:8082 down;\n",
  });
  expect(await contentsOf({ proxy: "tuned" })).toEqual({
    "nginx.conf": shipped("nginx.conf"),
    "failover.conf": shipped("tuned.conf"),
  });
});

test("with follower reads, requests are routed by method, and only reads have the follower as backup", async () => {
  const files = await contentsOf({ proxy: "latched", reads: "follower-while-away" });
  expect(files).toEqual({
    "nginx.conf": shipped("nginx.conf").replace("http://fhir;", "http://$asked;"),
    "failover.conf": shipped("follower-reads.conf"),
    "route.conf": "server toxiproxy:8081 max_fails=0;\nserver toxiproxy:8082 down;\n",
    "reads.conf": "server toxiproxy:8081 max_fails=3 fail_timeout=2s;\nserver toxiproxy:8082 backup;\n",
  });
  expect(files["nginx.conf"]).toContain("proxy_pass http://$asked;");
});
