/**
 * A container that writes into folders of this machine, as whoever runs the drill, on every kind of engine.
 *
 * - Mount objects: in the short form a path with a colon is cut in two, and a folder that is not there is made by the engine.
 * - `label=disable`: SELinux lets it at folders as they are labelled. Mount objects cannot ask for other labels.
 * - The host's users, where the engine maps them. A rootless engine's root is its caller already.
 */
import { DrillContainer } from "./container.ts";
import type { Engine } from "./engine.ts";

export interface HostFolder {
  source: string;
  target: string;
  readOnly: boolean;
}

export class HostContainer extends DrillContainer {
  withHostFolders(folders: readonly HostFolder[], user: string): this {
    this.hostConfig.Mounts = folders.map(({ source, target, readOnly }) => ({
      ...{ Type: "bind" as const, Source: source, Target: target, ReadOnly: readOnly },
    }));
    this.hostConfig.SecurityOpt = ["label=disable"];
    this.hostConfig.UsernsMode = "host";
    return this.withUser(user);
  }
}

/** The user and group in a container who are this process's outside. */
export async function callerIn(engine: Engine): Promise<string> {
  const { SecurityOptions = [] }: { SecurityOptions?: string[] } = await engine.container.dockerode.info();
  const rootless = SecurityOptions.some((option) => option.includes("name=rootless"));
  return rootless ? "0:0" : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}
