/**
 * `test` with attached containers that may be broken. Each is queried all the time, as by clients, has its own journal,
 * and knows only its own switches: the containers do not affect each other.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as plain } from "vitest";
import { prepareFooting } from "../harness/run/set-up.ts";
import { until } from "../harness/system/waiting.ts";
import { SWITCH_LABEL } from "../harness/systems/attached/dead-mans-switch.ts";
import { findTargets } from "../harness/systems/attached/find.ts";
import { Journal, readJournal } from "../harness/systems/attached/journal.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import type { Engine } from "../harness/systems/lab/engine.ts";
import { clientOf, type Docker, dockerOf } from "../harness/systems/lab/engine-client.ts";
import { stateOfOwner } from "../harness/systems/lab/owner.ts";
import { isDead, removeRun, thisOwner } from "../harness/systems/lab/ownership.ts";

const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
/** Unique id of the network, the containers and the run. */
const NAME = `not-ours-${process.pid}`;
/** `clean` leaves these containers alone, as those of others, so the tests themselves find what a killed one left. */
const OWNER_LABEL = "not-ours.owner";
const OWNED = { [OWNER_LABEL]: thisOwner() };
/**
 * Answers each connection with a byte, and does some work ten times a second: an idle process cannot be starved, and on
 * a busy machine a second may pass without a request.
 */
const SERVER = `use IO::Socket::INET; use IO::Select;
my $s = IO::Socket::INET->new(LocalPort => 4000, Listen => 5, ReuseAddr => 1) or die;
my $asked = IO::Select->new($s);
while (1) { for (my $i = 0; $i < 100000; $i++) {} if ($asked->can_read(0.1)) { my $c = $s->accept; print $c "x"; close $c } }`;
const askingOf = (name: string) => `while :; do timeout 1 bash -c '</dev/tcp/${name}/4000'; sleep 0.3; done`;

export interface Prerequisites {
  engine: Engine;
  /** The tools image. */
  tools: string;
  run: string;
  /** The container from which others are queried: starting one for each query would cost more than the query. */
  client: ReturnType<Docker["getContainer"]>;
}
export type NotOurs = Awaited<ReturnType<typeof start>>;
type Begun = (undo: () => Promise<unknown>) => void;

const create = (docker: Docker, image: string, name: string, script: string[], host: object = {}) =>
  docker.createContainer({
    ...{ Image: image, name, Entrypoint: script, Labels: { ...OWNED, "fhirdrill.allow": "true" } },
    HostConfig: { NetworkMode: NAME, ...host },
  });

async function removeLeft(docker: Docker): Promise<void> {
  const filters = { label: [OWNER_LABEL] };
  const ownerIn = (labels: Record<string, string> | undefined) => labels?.[OWNER_LABEL] ?? "";
  for (const { Id, Labels, State } of await docker.listContainers({ all: true, filters }))
    if (stateOfOwner(ownerIn(Labels), State === "running") === "dead")
      await docker.getContainer(Id).remove({ force: true });
  for (const { Id, Labels } of await docker.listNetworks({ filters }))
    if (isDead(ownerIn(Labels))) await docker.getNetwork(Id).remove();
}

let started = 0;

/** Resolves when it answers. `host`: its own settings. `begun` gets a function that undoes what was begun. */
async function start({ engine, tools, run, client }: Prerequisites, host: object, begun: Begun) {
  const docker = dockerOf(engine);
  started += 1;
  const name = `${NAME}-${started}`;
  const handle = await create(docker, tools, name, ["perl", "-e", SERVER], host);
  begun(() => handle.remove({ force: true }));
  await handle.start();
  const asking = await client.exec({ Cmd: ["bash", "-c", askingOf(name)] });
  await asking.start({ Detach: true });
  const [found] = await findTargets(docker, { server: { is: "server", find: { container: name } } });
  if (found === undefined) throw new Error(`${name} was not found`);

  const asked = async () => {
    const ask = ["timeout", "1", "bash", "-c", `[ "$(head -c1 </dev/tcp/${name}/4000)" = x ]`];
    return (await clientOf(engine).container.exec(client, ask)).exitCode === 0;
  };
  const untilAnswers = () => until({ what: `${name} to answer`, deadlineMs: 30_000, everyMs: 200 }, asked);
  const switches = () => docker.listContainers({ all: true, filters: { label: [`${SWITCH_LABEL}=${found.id}`] } });
  const untilSwitches = (what: string, are: (all: Awaited<ReturnType<typeof switches>>) => boolean) =>
    until({ what: `${what} beside ${name}`, deadlineMs: 40_000 }, async () => are(await switches()));

  await untilAnswers();
  /** With an empty journal. */
  const anew = () => {
    const folder = mkdtempSync(join(tmpdir(), "fhirdrill-undo-"));
    begun(async () => rmSync(folder, { recursive: true, force: true }));
    const breaking = (ttlSeconds: number) =>
      targetOf(found, { run, engine, tools, journal: new Journal(folder, null), ttlSeconds });
    const target = breaking(60);
    return {
      ...{ name, folder, handle, target, breaking, asked, untilAnswers, switches },
      untilNoSwitch: () => untilSwitches("no switch", (all) => all.length === 0),
      untilNoSwitchRuns: () => untilSwitches("no running switch", (all) => all.every((one) => one.State === "created")),
      /** Checked by other means than those that heal it. */
      untilWhole: async () => {
        await untilAnswers();
        expect(await target.status()).toEqual({ running: true, frozen: false });
        expect(await target.packetsDropped()).toBeNull();
        expect(await target.processorLimit()).toBeNull();
      },
      /** The faults in its journal, and whether each still has to be undone. */
      isOpen: () => readJournal(folder).map(({ fault, healed }) => [fault, healed === null]),
    };
  };
  return { ...anew(), anew };
}

export const test = plain
  .extend("run", { scope: "file" }, NAME)
  .extend("prerequisites", { scope: "file" }, async ({ run }, { onCleanup }): Promise<Prerequisites> => {
    const { engine, images } = await prepareFooting({ mode: "auto", wanted: ["tools"] }, view);
    const docker = dockerOf(engine);
    const tools = images.tools.name;
    await removeLeft(docker);
    const network = await docker.createNetwork({ Name: NAME, Labels: OWNED });
    const client = await create(docker, tools, `${NAME}-client`, ["sleep", "infinity"]);
    onCleanup(async () => {
      // Short-lived containers beside one whose owner was killed.
      await removeRun(engine, run);
      await client.remove({ force: true });
      await network.remove();
    });
    await client.start();
    return { engine, tools, run, client };
  })
  .extend("another", { scope: "file" }, ({ prerequisites }, { onCleanup }) => {
    const begun: (() => Promise<unknown>)[] = [];
    onCleanup(async () => void (await Promise.all(begun.map((undo) => undo()))));
    return (host: object = {}) => start(prerequisites, host, (undo) => begun.push(undo));
  });
