/**
 * Checks that the engine can do what a drill needs: a container can mount the results folder and write into it, it can
 * read the load's scripts, and a port that it publishes on 127.0.0.1 is reachable. An engine on another machine, one
 * whose socket was passed into a container, or one in a virtual machine without one of these folders cannot. The drill
 * would wait for a minute and blame something else.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import type { StartedTestContainer } from "testcontainers";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import { until } from "../../system/waiting.ts";
import { createNetwork, currentPort, handleOf, isRunning } from "./container.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { callerIn, HostContainer, type HostFolder } from "./host-folder.ts";
import { removeRun } from "./ownership.ts";

const PORT = 7777;
const IN = "/probe";
const WITHIN_MS = 5000;
const FINDS_NOTHING = "finds nothing in";

/** Looks into the folders that it is given, copies `asked` into `answered`, and sends it to every client. */
const ANSWERER = `
  use strict; use IO::Socket::INET;
  for my $folder (@ARGV) {
    opendir(my $entries, $folder) or die "${FINDS_NOTHING} $folder: $!\\n";
    die "${FINDS_NOTHING} $folder\\n" unless grep { !/^\\./ } readdir($entries);
  }
  open(my $in, "<", "${IN}/asked") or die "reads nothing there: $!\\n";
  my $asked = <$in>;
  open(my $out, ">", "${IN}/answered") or die "writes nothing there: $!\\n";
  print $out $asked; close($out) or die "writes nothing there: $!\\n";
  my $server = IO::Socket::INET->new(Listen => 5, LocalPort => ${PORT}, ReuseAddr => 1) or die "cannot listen: $!\\n";
  while (my $client = $server->accept) { print $client $asked; close($client); }`;

/** `scripts`: folders that are only read. */
export interface Folders {
  results: string;
  scripts: readonly HostFolder[];
}

/** Takes about a second. `image`: the tools' image. */
export async function requireReach(
  engine: Engine,
  image: string,
  { results, scripts }: Folders,
  signal?: AbortSignal,
): Promise<void> {
  const run = `reach-${randomBytes(4).toString("hex")}`;
  await mkdir(results, { recursive: true });
  const folder = await mkdtemp(join(resolve(results), ".reach-"));
  try {
    const asked = randomBytes(8).toString("hex");
    await writeFile(join(folder, "asked"), asked);
    const network = await createNetwork(engine, run);
    const container = await start(engine, { run, network, image }, folder, scripts);
    await untilAnswered(engine, container, { folder, asked, signal });
    await untilHeard(engine, container, { asked, signal });
  } catch (error) {
    // A failed removal must not hide the error above.
    await removeRun(engine, run).catch(() => {});
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await removeRun(engine, run);
}

async function start(
  engine: Engine,
  where: { run: string; network: string; image: string },
  folder: string,
  scripts: readonly HostFolder[],
): Promise<StartedTestContainer> {
  const user = await callerIn(engine);
  const container = new HostContainer(where, "reach")
    .withHostFolders([{ source: folder, target: IN, readOnly: false }, ...scripts], user)
    .withLoopbackPorts(PORT)
    .withCommand(["perl", "-e", ANSWERER, ...scripts.map(({ target }) => target)]);
  return container.start().catch((error) => {
    const why = reasonOf(error);
    if (!/bind source path does not exist|mounts denied|not shared/i.test(why)) throw error;
    throw scripts.some(({ source }) => why.includes(source)) ? unread(why) : unseen(why);
  });
}

interface Asking {
  asked: string;
  signal: AbortSignal | undefined;
}

async function untilAnswered(
  engine: Engine,
  container: StartedTestContainer,
  { folder, asked, signal }: Asking & { folder: string },
): Promise<void> {
  const waiting = { what: "a container to write into the results folder", deadlineMs: WITHIN_MS, everyMs: 20, signal };
  await until(waiting, async () => {
    const answered = await readFile(join(folder, "answered"), "utf8").catch(() => null);
    if (answered === asked) return true;
    if (await isRunning(engine, container)) return false;
    const output = (await readLog(handleOf(engine, container))).toString("utf8").trim();
    if (output.startsWith(FINDS_NOTHING)) throw unread(`a container with the load's scripts mounted ${output}`);
    throw unseen(`a container with ${folder} mounted ${output || "ends at once"}`);
  });
}

async function untilHeard(engine: Engine, container: StartedTestContainer, { asked, signal }: Asking): Promise<void> {
  const port = await currentPort(engine, container, PORT);
  const waiting = { what: "a container to answer", deadlineMs: WITHIN_MS, everyMs: 50, signal };
  await until(waiting, async () => (await hear(port)) === asked).catch((error) => {
    signal?.throwIfAborted();
    throw new DrillFailure(
      {
        what: "a port that the container engine publishes on 127.0.0.1 does not answer",
        why: `no answer from a listening container on port ${port} within ${WITHIN_MS / 1000} s`,
        todo: ON_ITS_MACHINE,
      },
      { cause: error },
    );
  });
}

const ON_ITS_MACHINE =
  "run the drill on the engine's own machine, not in a container that was only given its socket (`--network host` and the checkout mounted at its own path will do)";

function unseen(why: string): DrillFailure {
  const what = "the container engine cannot work with the results folder";
  return new DrillFailure({
    what,
    why,
    todo: `${ON_ITS_MACHINE}, or name a folder that the engine can mount: FHIRDRILL_RESULTS=…`,
  });
}

function unread(why: string): DrillFailure {
  return new DrillFailure({
    what: "the container engine cannot read the load's scripts, which are part of this program",
    why,
    todo: `${ON_ITS_MACHINE}, or install fhirdrill in a folder that the engine can mount, such as one in your home folder`,
  });
}

function hear(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(1000, () => socket.destroy(new Error("no data for a second")));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.once("close", () => resolve(text));
    socket.once("error", reject);
  });
}
