/** For tests: servers of this process, which only this machine reaches. */
import type { AddressInfo, Server } from "node:net";
import type { Address } from "../address.ts";

const LOOPBACK = "127.0.0.1";

/** Nobody listens there: a connection is refused. */
export const DEAD_ADDRESS: Address = `${LOOPBACK}:1`;

/** Resolves with the server's address once it takes connections; without a port on one that is free. */
export async function listen(server: Server, port = 0): Promise<Address> {
  await new Promise<void>((resolve) => void server.listen(port, LOOPBACK, resolve));
  return `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}
