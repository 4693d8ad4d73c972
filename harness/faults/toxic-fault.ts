/** A fault that is a toxic on a link, one way or both, and whose effect is measured through that link. */
import type { Link } from "../model/side.ts";
import type { Toxic, Way } from "../topology/links.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";

export interface Effect {
  /** `null` when nothing could be measured: that proves neither. */
  felt: boolean | null;
  measured: Record<string, unknown>;
}

export interface ToxicKind<Spec> {
  toxic: (spec: Spec) => Pick<Toxic, "type" | "attributes"> & { ways: readonly Way[] };
  effect: (topology: Topology, spec: Spec) => Promise<Effect>;
}

export function toxicFault<Spec extends { kind: string; link: Link }>(kind: ToxicKind<Spec>): Fault<Spec> {
  return {
    arm: (topology, spec) => {
      const { links } = topology;
      const { link } = spec;
      const { type, attributes, ways } = kind.toxic(spec);
      const toxics = ways.map((way): Toxic => ({ name: `${spec.kind}-${way}`, type, way, attributes }));
      const look = async () => {
        const present = await links.toxicsOf(link);
        return { present, ours: toxics.map(({ name }) => present.includes(name)) };
      };
      return {
        inject: async () => void (await Promise.all(toxics.map((toxic) => links.addToxic(link, toxic)))),
        evidence: async () => {
          const { present, ours } = await look();
          const { felt, measured } = await kind.effect(topology, spec);
          return {
            bit: !ours.includes(false) && felt === true,
            gone: !ours.includes(true) && felt === false,
            detail: { link, toxics: present, ...measured },
          };
        },
        /** That the toxics are there. To measure what they do takes traffic over the very link that is slow or silent. */
        recheck: async () => {
          const { present, ours } = await look();
          return { bit: !ours.includes(false), detail: { link, toxics: present } };
        },
        heal: async () => void (await Promise.all(toxics.map(({ name }) => links.removeToxic(link, name)))),
      };
    },
  };
}
