/**
 * Starts it: `main.ts PORT FOLDER [HOST]`. Its settings are in the environment: OTHER_SERVER_TOKEN is the bearer token;
 * OTHER_SERVER_RATE how many requests a second it takes; OTHER_SERVER_LOSES how many of the last acknowledged writes are gone
 * when it starts after a kill.
 */
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { otherServer } from "./server.ts";
import { Storage } from "./storage.ts";

const [, , port, folder = "", host = "127.0.0.1"] = process.argv;
const { OTHER_SERVER_TOKEN: token, OTHER_SERVER_RATE: rate = "1000", OTHER_SERVER_LOSES: loses = "0" } = process.env;
if (!token) throw new Error("OTHER_SERVER_TOKEN is not set");

mkdirSync(folder, { recursive: true });
const storage = new Storage(join(folder, "fhir.sqlite"), Number(loses));
const server = otherServer({ storage, token, ratePerSecond: Number(rate) });
server.listen(Number(port), host, () => {
  const { address, port: taken } = server.address() as AddressInfo;
  process.stdout.write(`listens on ${address} ${taken}\n`);
});

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    server.close(() => storage.close());
    server.closeIdleConnections();
  });
