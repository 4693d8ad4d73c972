/**
 * Builds one image from its folder in `docker/`, tagged by the folder's content: unchanged content needs no build.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DrillFailure } from "../../model/program/failure.ts";
import { broughtFor } from "./brought.ts";
import type { Engine } from "./engine.ts";
import { type Docker, dockerOf } from "./engine-client.ts";
import { firstComplaint } from "./first-complaint.ts";

const DOCKER = fileURLToPath(new URL("../../../docker/", import.meta.url));

/** The Debian release that the images are based on. */
export const SUITE = "trixie";

/**
 * On a network that inspects TLS, this bundle has the inspector's certificate. Builds need it, images do not. The paths are
 * those of Debian, Fedora and macOS.
 */
const CA_BUNDLE =
  process.env.SSL_CERT_FILE ??
  process.env.NODE_EXTRA_CA_CERTS ??
  ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"].find(existsSync) ??
  "";

/** Predefined build arguments: they reach the build's programs, and stay out of the image. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** Without proxies on loopback: in a build, that is the build container itself. */
export function proxiesIn(environment: NodeJS.ProcessEnv): Record<string, string> {
  const set = PROXIES.map((name) => [name, environment[name] ?? ""] as const);
  return Object.fromEntries(set.filter(([, value]) => value !== "" && !isHere(value)));
}

function isHere(address: string): boolean {
  return URL.canParse(address) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
}

export function contentTag(part: string): string {
  const hash = createHash("sha256").update(SUITE);
  const folder = join(DOCKER, part);
  for (const file of filesBelow(folder)) hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  const brought = broughtFor(part);
  if (brought !== null) hash.update(`\0\0${brought.stamp}`);
  return `fhirdrill/${part}:${hash.digest("hex").slice(0, 12)}`;
}

export async function buildImage(
  engine: Engine,
  options: { part: string; name: string; base: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), `fhirdrill-${options.part}-`));
  try {
    await cp(join(DOCKER, options.part), context, { recursive: true });
    for (const { source, target } of broughtFor(options.part)?.files ?? [])
      await cp(source, join(context, target), { recursive: true, dereference: true });
    await writeFile(join(context, "build-ca.crt"), await readFile(CA_BUNDLE, "utf8").catch(() => ""));
    const docker = dockerOf(engine);
    const stream = await docker.buildImage(
      { context, src: filesBelow(context) },
      {
        t: options.name,
        buildargs: { ...proxiesIn(process.env), BASE: options.base },
        rm: true,
        forcerm: true,
        labels: { "org.fhirdrill.image": options.part },
        ...(options.signal ? { abortSignal: options.signal } : {}),
      },
    );
    await followBuild(docker, stream, options.part);
  } catch (error) {
    // An aborted build has not failed.
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function followBuild(docker: Docker, stream: NodeJS.ReadableStream, part: string): Promise<void> {
  const output: string[] = [];
  let failed: string | null = null;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      (progress: { stream?: string; error?: string }) => {
        if (progress.error) failed = progress.error;
        if (progress.stream) output.push(progress.stream);
      },
    );
  }).catch((error: Error) => {
    failed ??= error.message;
  });
  if (failed === null) return;
  const log = join(tmpdir(), `fhirdrill-build-${part}.log`);
  await writeFile(log, `${output.join("")}${failed}\n`);
  throw new DrillFailure({
    what: `the image for ${part} could not be built`,
    why: firstComplaint(output.join("")) ?? failed,
    todo: `check that package registries can be reached, and run the command again; finished layers are kept (log: ${log})`,
  });
}

function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix))
    .toSorted()
    .flatMap((name) => {
      const path = join(prefix, name);
      return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
    });
}
