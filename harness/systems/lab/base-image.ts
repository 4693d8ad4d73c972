/** The base of built images: Debian, pulled if possible, else created by debootstrap from Debian's packages. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Say } from "../../model/console/say.ts";
import { reasonOf } from "../../model/program/failure.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { installPackages } from "./engine-start.ts";
import { SUITE } from "./image-build.ts";
import type { Pulls } from "./image-pull.ts";
import { hasProgram, runProgram } from "./program.ts";

const PULLED = `debian:${SUITE}-slim`;
const MADE = `fhirdrill/base:${SUITE}`;

export async function baseImage(engine: Engine, pulls: Pulls | null, say: Say, signal?: AbortSignal): Promise<string> {
  for (const name of [PULLED, MADE]) if (await exists(engine, name)) return name;
  if (pulls) {
    try {
      await pulls.pull(PULLED, signal);
      return PULLED;
    } catch (error) {
      signal?.throwIfAborted();
      say(`${PULLED} cannot be pulled: ${reasonOf(error)}`);
    }
  }
  await bootstrap(engine, say);
  return MADE;
}

const NO_BASE = {
  what: `images cannot be built: there is neither ${PULLED} nor debootstrap to create its equivalent`,
  todo: `log in to the registry, or try again when it answers: docker pull ${PULLED}`,
};

async function bootstrap(engine: Engine, say: Say): Promise<void> {
  if (!hasProgram("debootstrap")) await installPackages(["debootstrap"], say, NO_BASE);
  say(`creating a Debian ${SUITE} base image with debootstrap`);
  const folder = await mkdtemp(join(tmpdir(), "fhirdrill-base-"));
  try {
    await runProgram("debootstrap", ["--variant=minbase", SUITE, folder]);
    const tar = spawn("tar", ["-C", folder, "--exclude=./var/cache/apt/archives/*.deb", "-c", "."], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [repo, tag] = MADE.split(":");
    const stream = await dockerOf(engine).importImage(tar.stdout, { repo, tag });
    await new Promise<void>((resolve, reject) => {
      dockerOf(engine).modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exists(engine: Engine, name: string): Promise<boolean> {
  return dockerOf(engine)
    .getImage(name)
    .inspect()
    .then(() => true)
    .catch(() => false);
}
