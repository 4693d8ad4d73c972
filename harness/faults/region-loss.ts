/**
 * A whole region is lost at one instant: first all its links together, so that nothing buffered still gets out; then
 * its FHIR server, its database, and everything else at that site.
 *
 * With `refusal`, its processes are killed and connections to it are refused, as when the machines are off. With
 * `silence`, nothing answers and nothing refuses, as when the lines are cut: connections stay open, new ones are
 * accepted, and no byte comes back. The machines are not killed then, because the kernel of a killed one ends its
 * connections. They are frozen in mid-work, and killed when they come back, so that they never finish it.
 *
 * With `network`, the region's client network is lost as well: its clients have neither a resolver nor a private endpoint
 * any more, and no traffic enters or leaves it. Without, that network keeps working; only the service in that region is
 * lost.
 *
 * Healing brings back the machines and then the links, as before the loss. A database that was a primary comes back
 * writable: fencing it is the operator's job.
 */
import type { Link, SiteName } from "../model/plan/site.ts";
import { DIRECTIONS, type Toxic } from "../system/links.ts";
import { type Machine, machinesOf, type Site } from "../system/site.ts";
import { fault } from "./fault.ts";
import { roundTrip } from "./round-trip.ts";

/**
 * The link by which the other site followed it comes first: in whatever order the proxy processes them, the loss is
 * never smaller than with one instant. A lost region does not follow the other site either.
 */
const LINKS: Record<SiteName, Link[]> = {
  a: ["replication", "hapi-a", "pg-a", "replication-back"],
  b: ["replication-back", "hapi-b", "pg-b", "replication"],
};

/** A timeout of 0 means none: everything is dropped while the toxic is in place. */
const SILENCE: Toxic[] = DIRECTIONS.map((direction) => ({
  name: `region-loss-${direction}`,
  type: "timeout",
  direction,
  attributes: { timeout: 0 },
}));

export const regionLoss = fault("region-loss", {
  needs: ["links", "site"],
  arm: ({ links, site }, { side, how, network }) => ({
    inject: async () => {
      if (how === "refusal") {
        await Promise.all(LINKS[side].map((link) => links.setEnabled(link, false)));
        await Promise.all(lostWith(site(side), network).map(({ component }) => component.kill()));
      } else {
        await Promise.all(LINKS[side].flatMap((link) => SILENCE.map((toxic) => links.addToxic(link, toxic))));
        await Promise.all(lostWith(site(side), network).map(({ component }) => component.freeze()));
      }
    },
    evidence: async () => {
      const lost = how === "refusal" ? ["refused", "ended", "dead"] : ["silent", "frozen"];
      const isLost = (state: string) => lost.includes(state);
      const isBack = (state: string) => state === "answered" || state === "works";
      const there = lostWith(site(side), network);
      const machines = await Promise.all(there.map(({ component }) => component.state()));
      // In between, no link is probed: the result would prove nothing, and connecting to a server that is being stopped
      // can hang for ten seconds or more, while its link cannot be switched.
      const probed = machines.every(isLost) || machines.every(isBack) ? LINKS[side] : [];
      const answers = await Promise.all(probed.map((link) => roundTrip({ links }, link)));
      const seen = [...answers.map(({ answer }) => answer), ...machines];
      return {
        bit: seen.every(isLost),
        gone: seen.every(isBack),
        detail: {
          links: Object.fromEntries(probed.map((link, i) => [link, answers[i]?.answer])),
          machines: Object.fromEntries(there.map(({ name }, i) => [name, machines[i]])),
        },
      };
    },
    /**
     * Checks the state of the links and that the machines do not run. In a silent region every request would hang.
     */
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
      const there = lostWith(site(side), network);
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
      // The link to its database belongs to the region and must work when its FHIR server boots, or that server dies.
      const own: Link = `pg-${side}`;
      const { beforeServer, server, network: ofClients = [] } = site(side);
      for (const { component } of beforeServer) await component.startAgain();
      await restore(own);
      await server.component.startAgain();
      if (network) for (const { component } of ofClients) await component.startAgain();
      await Promise.all(LINKS[side].filter((link) => link !== own).map(restore));
    },
  }),
});

function lostWith(site: Site, network: true | undefined): Machine[] {
  return network ? [...machinesOf(site), ...(site.network ?? [])] : machinesOf(site);
}
