/**
 * A container that writes into folders of this machine as the user who runs the drill, on every kind of engine.
 *
 * - Mount objects: the short form cuts a path at a colon, and the engine creates a folder that is not there.
 * - `label=disable`: lets the container into folders whatever their SELinux labels. Mount objects cannot relabel.
 * - The host's users, where the engine maps them. In a rootless engine, root is the caller already.
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

/** User and group, inside the container, of this process on the host. */
export async function callerIn(engine: Engine): Promise<string> {
  const { SecurityOptions = [] }: { SecurityOptions?: string[] } = await engine.container.dockerode.info();
  const rootless = SecurityOptions.some((option) => option.includes("name=rootless"));
  return rootless ? "0:0" : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}
