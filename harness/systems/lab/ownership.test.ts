/** Who owns what, and what may be removed. The fake engine has two runs of each relevant owner. */
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { ownerOf, type Place, stateOfOwner, thisPlace } from "./owner.ts";
import { isDead, OWNER_LABEL, RUN_LABEL, removeAbandoned, thisOwner } from "./ownership.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const here = thisPlace();
/** An id that no process has: it is above the kernel's maximum. */
const GONE = 2 ** 22 + 1;
const at = (place: Partial<Place>, pid = GONE) => ownerOf(pid, { ...here, ...place });
const otherBoot = "00000000-0000-0000-0000-000000000000";

test.each([
  ["this process", thisOwner(), true, "alive"],
  ["a local process that has ended", at({}), true, "dead"],
  ["a process whose id has been reused", thisOwner().replace(/\/\d+\/\d+\//, `/${process.pid}/1/`), true, "dead"],
  ["a process in another container with this host's name", at({ pids: "1" }), true, "unknown"],
  ["the same, without running containers", at({ pids: "1" }), false, "unknown"],
  ["another machine", at({ host: `not-${hostname()}` }), false, "unknown"],
  ["another boot, without running containers", at({ boot: otherBoot }), false, "dead"],
  ["another boot, with running containers", at({ boot: otherBoot }), true, "unknown"],
  ["an earlier version's label", `${hostname()}/${GONE}/1`, false, "unknown"],
] as const)("%s", (_, owner, runs, state) => expect(stateOfOwner(owner, runs)).toBe(state));

test("an owner counts as dead only when that is known", () => {
  expect([isDead(thisOwner()), isDead(at({})), isDead(at({ pids: "1" }))]).toEqual([false, true, false]);
});

test("two drills in containers with the same host name do not remove each other's containers; unknown runs are named", async () => {
  const labels = (run: string, owner: string) => ({ [RUN_LABEL]: run, [OWNER_LABEL]: owner });
  const drop = (all: { Id: string }[], id: string) =>
    all.splice(
      all.findIndex(({ Id }) => Id === id),
      1,
    );
  const containers = [
    { Id: "1", State: "running", Labels: labels("of-the-other", at({ pids: "1" })) },
    { Id: "2", State: "running", Labels: labels("killed", at({})) },
    { Id: "3", State: "running", Labels: labels("mine", thisOwner()) },
    { Id: "4", State: "exited", Labels: labels("before-the-boot", at({ boot: otherBoot })) },
  ];
  const networks = containers.map(({ Labels }, i) => ({ Id: `n${i}`, Labels }));
  const dockerode = {
    listContainers: async () => containers,
    listNetworks: async () => networks,
    listVolumes: async () => ({ Volumes: null }),
    getContainer: (id: string) => ({
      remove: async () => drop(containers, id),
    }),
    getNetwork: (id: string) => ({ remove: async () => drop(networks, id) }),
  };
  const removed = await removeAbandoned(fakeEngine(dockerode));
  expect(removed).toEqual({ containers: 2, networks: 2, volumes: 0, unknown: ["of-the-other"] });
  expect(containers.map(({ Labels }) => Labels[RUN_LABEL])).toEqual(["of-the-other", "mine"]);
});
