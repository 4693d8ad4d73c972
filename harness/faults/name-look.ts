/** What a component gets when it resolves the name of the link server and connects to the result. */
import type { ComponentName } from "../model/plan/site.ts";
import { hostAndPort } from "../system/address.ts";
import type { System } from "../system/system.ts";

export interface NameLook {
  /** `null` when the name does not resolve. */
  address: string | null;
  connects: boolean;
}

interface Server {
  host: string;
  port: number;
}

const script = (server: Server) => `
timeout 1 getent ahostsv4 ${server.host} | head -n 1
${connectTo(server)} && echo connects`;

/** A shell command that succeeds when a connection is accepted within a second. */
export function connectTo({ host, port }: Server): string {
  return `timeout 1 bash -c 'exec 3<>/dev/tcp/${host}/${port}' 2>/dev/null`;
}

/** `null` when the component does not run. */
export async function lookFor(
  { netfilter, links }: Pick<System, "netfilter" | "links">,
  part: ComponentName,
): Promise<NameLook | null> {
  const done = await netfilter.run(part, script(hostAndPort(links.server)));
  return done && readLook(done.output);
}

export function readLook(output: string): NameLook {
  return {
    address: /^[\d.]+(?=\s)/m.exec(output)?.[0] ?? null,
    connects: /^connects$/m.test(output),
  };
}
