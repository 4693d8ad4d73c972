/**
 * One site's database server is cut off from all DCS members, including the one at its own site: packets to them are
 * dropped. Clients and its follower still reach it, so it must demote itself before another takes over.
 */
import type { FaultOf } from "../model/plan/fault.ts";
import type { Dcs } from "../system/dcs.ts";
import { fault } from "./fault.ts";
import { connectTo } from "./name-look.ts";

const script = ({ members, port }: Dcs) =>
  members.map(({ name }) => `${connectTo({ host: name, port })} && echo ${name} &`).join("\n");

export const dcsPartition = fault("dcs-partition", {
  needs: ["dcs", "netfilter"],
  arm: ({ dcs, netfilter }, { side }: FaultOf<"dcs-partition">) => {
    const place = `pg-${side}` as const;
    const rules = [`OUTPUT -p tcp -m tcp --dport ${dcs.port} -j DROP`];
    return {
      inject: () => netfilter.addRules(place, rules),
      evidence: async () => {
        const probe = await netfilter.run(place, `${script(dcs)}\nwait`);
        const [dropped] = await netfilter.packetsOf(place, rules);
        const reached = dcs.members.map(({ name }) => name).filter((name) => probe?.output.split("\n").includes(name));
        return {
          bit: probe !== null && !!dropped && reached.length === 0,
          gone: probe !== null && dropped === null && reached.length === dcs.members.length,
          detail: { from: place, runs: probe !== null, dropped, reached },
        };
      },
      /**
       * Checks only that the rule is in place: trying to reach the members takes a second. A dead component has lost
       * the rule.
       */
      recheck: async () => {
        const [dropped] = await netfilter.packetsOf(place, rules);
        return { bit: dropped !== null, detail: { from: place, dropped } };
      },
      heal: () => netfilter.removeRules(place, rules),
    };
  },
});
