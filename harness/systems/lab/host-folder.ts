/**
 * A container that writes into folders of this machine as the user who runs the drill, on every kind of engine.
 *
 * - Mount objects: the short form splits a path at a colon, and the engine creates a missing folder.
 * - `label=disable`: gives access to folders with any SELinux label. Mount objects cannot relabel.
 * - The host's user namespace, if the engine remaps users. In a rootless engine, root is already the caller.
 */
import { DrillContainer } from "./container.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";

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
  const { SecurityOptions = [] }: { SecurityOptions?: string[] } = await dockerOf(engine).info();
  const rootless = SecurityOptions.some((option) => option.includes("name=rootless"));
  return rootless ? "0:0" : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}
