/** A server's address as the harness reaches it, `host:port`: on loopback, or wherever a system has it. */
export type Address = string;

export function hostAndPort(address: Address): { host: string; port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
}
