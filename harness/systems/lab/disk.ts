/**
 * A disk for one site's database alone, small enough to be filled without harm to the host. It is a volume in memory,
 * where syncing costs nothing, so the speed of a database on it means nothing. The volume disappears with the last
 * container that mounts it; an idle holder keeps it while PostgreSQL is down.
 */
import type { SiteName } from "../../model/plan/site.ts";
import type { Disk } from "../../system/disk.ts";
import { DrillContainer, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { labelsOf } from "./ownership.ts";

const SIZE_MB = 512;
/**
 * The path in the holder. PostgreSQL mounts the disk at its image's data directory, which differs between versions.
 */
const PATH = "/fhirdrill-disk";

export interface Volume extends Disk {
  volume: string;
}

export async function startDisk(engine: Engine, where: Where, side: SiteName): Promise<Volume> {
  const volume = `fhirdrill-${where.run}-disk-${side}`;
  await dockerOf(engine).createVolume({
    Name: volume,
    Driver: "local",
    DriverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${SIZE_MB}m` },
    Labels: labelsOf(where.run),
  });
  const container = await new DrillContainer(where, `disk-${side}`)
    .withBindMounts([{ source: volume, target: PATH, mode: "rw" }])
    .withCommand(["sleep", "infinity"])
    .start();
  // Run in the holder, which has a shell whether or not PostgreSQL runs.
  const run = async (command: string) => {
    const done = await container.exec(["sh", "-c", command]);
    if (done.exitCode !== 0) throw new Error(`${command.trim().split("\n")[0]}: ${done.output.trim()}`);
    return done.stdout;
  };
  return { volume, path: PATH, run };
}
