/**
 * Starts it: `main.ts PORT FOLDER [HOST]`. Its settings are in the environment, as JSON: OTHER_SERVER, as `Settings`.
 */
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Certified } from "./authority.ts";
import { otherServer, type ServerOptions } from "./server.ts";
import { Storage } from "./storage.ts";

export interface Settings extends Partial<Omit<ServerOptions, "storage">> {
  token: string;
  /** How many of the last acknowledged writes are lost when it starts after a kill. */
  losesLast?: number;
  certified?: Certified;
}

const [, , port, folder = "", host = "127.0.0.1"] = process.argv;
const { losesLast = 0, ratePerSecond = 1000, ...settings } = JSON.parse(process.env.OTHER_SERVER ?? "") as Settings;

mkdirSync(folder, { recursive: true });
const storage = new Storage(join(folder, "fhir.sqlite"), losesLast);
const server = otherServer({ ...settings, storage, ratePerSecond });
server.listen(Number(port), host, () => {
  const { address, port: taken } = server.address() as AddressInfo;
  process.stdout.write(`listens on ${address} ${taken}\n`);
});

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    server.close(() => storage.close());
    server.closeIdleConnections();
  });
