/**
 * A whole region is gone at one instant: its links first, all together, so that nothing buffered gets out any more; then
 * its FHIR server, its database, and whatever else stands there.
 *
 * By `refusal` its processes are killed and whoever turns to it is refused, as where the building stands and the machines
 * are off. By `silence` nothing answers and nothing refuses, as where the lines are cut: connections stay open, new ones
 * are taken, and no byte comes back. For that the machines must not be killed, for a killed one's connections are ended
 * by its kernel; they stand still in the middle of what they did, and it is when they come back that they are killed, so
 * that they never do the rest.
 *
 * Healing brings the machines back and then the links, as it was before: a database that was a primary comes back as one
 * that can be written to. That it must not be is the operator's business.
 */
import type { Link, Side } from "../model/side.ts";
import { type Toxic, WAYS } from "../system/links.ts";
import { type Machine, machinesOf } from "../system/site.ts";
import { fault } from "./fault.ts";
import { roundTrip } from "./round-trip.ts";

/**
 * The way by which the other side followed it first, so that the order in which the proxy takes them can never make the
 * loss look smaller than an instant's. A region that is lost follows nobody, either.
 */
const LINKS: Record<Side, Link[]> = {
  a: ["replication", "hapi-a", "pg-a", "replication-back"],
  b: ["replication-back", "hapi-b", "pg-b", "replication"],
};

/** A timeout of 0 is none: everything vanishes for as long as the toxic is there. */
const SILENCE: Toxic[] = WAYS.map((way) => ({
  name: `region-loss-${way}`,
  type: "timeout",
  way,
  attributes: { timeout: 0 },
}));

export const regionLoss = fault("region-loss", {
  needs: ["links", "site"],
  arm: ({ links, site }, { side, how }) => ({
    inject: async () => {
      if (how === "refusal") {
        await Promise.all(LINKS[side].map((link) => links.setEnabled(link, false)));
        await Promise.all(machinesOf(site(side)).map(({ component }) => component.kill()));
      } else {
        await Promise.all(LINKS[side].flatMap((link) => SILENCE.map((toxic) => links.addToxic(link, toxic))));
        await Promise.all(machinesOf(site(side)).map(({ component }) => component.freeze()));
      }
    },
    evidence: async () => {
      const lost = how === "refusal" ? ["refused", "ended", "dead"] : ["silent", "frozen"];
      const isLost = (state: string) => lost.includes(state);
      const isBack = (state: string) => state === "answered" || state === "works";
      const there = machinesOf(site(side));
      const machines = await Promise.all(there.map(({ component }) => component.state()));
      // In between nothing is decided, and nobody is asked: the attempt to reach a server that is being stopped can hang for
      // ten seconds and more, in which nobody can switch its link.
      const asked = machines.every(isLost) || machines.every(isBack) ? LINKS[side] : [];
      const answers = await Promise.all(asked.map((link) => roundTrip({ links }, link)));
      const seen = [...answers.map(({ answer }) => answer), ...machines];
      return {
        bit: seen.every(isLost),
        gone: seen.every(isBack),
        detail: {
          links: Object.fromEntries(asked.map((link, i) => [link, answers[i]?.answer])),
          machines: Object.fromEntries(there.map(({ name }, i) => [name, machines[i]])),
        },
      };
    },
    /** What was done to the links, and that the machines do nothing. In a silent region every request would hang. */
    recheck: async () => {
      const isCut = async (link: Link) => {
        if (how === "refusal") return !(await links.isEnabled(link));
        const present = await links.toxicsOf(link);
        return SILENCE.every(({ name }) => present.includes(name));
      };
      const isStill = async ({ component }: Machine) => {
        const { running, frozen } = await component.status();
        return how === "refusal" ? !running : frozen;
      };
      const cut = await Promise.all(LINKS[side].map(isCut));
      const there = machinesOf(site(side));
      const still = await Promise.all(there.map(isStill));
      const open = LINKS[side].filter((_, i) => !cut[i]);
      const running = there.filter((_, i) => !still[i]).map(({ name }) => name);
      return { bit: open.length + running.length === 0, detail: { open, running } };
    },
    heal: async () => {
      const restore = async (link: Link) => {
        if (how === "refusal") await links.setEnabled(link, true);
        else await Promise.all(SILENCE.map(({ name }) => links.removeToxic(link, name)));
      };
      // The way to its database is the region's own, and is there when its server boots: that dies without one.
      const own: Link = `pg-${side}`;
      const { beforeServer, server } = site(side);
      for (const { component } of beforeServer) await component.startAgain();
      await restore(own);
      await server.component.startAgain();
      await Promise.all(LINKS[side].filter((link) => link !== own).map(restore));
    },
  }),
});
