/**
 * One site's database server is cut off from the store of the lock, including the member at its own site: what it sends
 * there is dropped. Clients and its follower still reach it, so it has to step down by itself before another takes
 * over.
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
        const look = await netfilter.run(place, `${script(dcs)}\nwait`);
        const [dropped] = await netfilter.packetsOf(place, rules);
        const reached = dcs.members.map(({ name }) => name).filter((name) => look?.output.split("\n").includes(name));
        return {
          bit: look !== null && !!dropped && reached.length === 0,
          gone: look !== null && dropped === null && reached.length === dcs.members.length,
          detail: { from: place, runs: look !== null, dropped, reached },
        };
      },
      /**
       * Checks only that the rule is there: trying to reach the members takes a second. A dead component has lost the
       * rule.
       */
      recheck: async () => {
        const [dropped] = await netfilter.packetsOf(place, rules);
        return { bit: dropped !== null, detail: { from: place, dropped } };
      },
      heal: () => netfilter.removeRules(place, rules),
    };
  },
});
