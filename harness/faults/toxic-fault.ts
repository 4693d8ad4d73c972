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
  const toxicsOf = (spec: Spec): Toxic[] => {
    const { type, attributes, ways } = kind.toxic(spec);
    return ways.map((way) => ({ name: `${spec.kind}-${way}`, type, way, attributes }));
  };
  return {
    inject: async ({ links }, spec) => {
      await Promise.all(toxicsOf(spec).map((toxic) => links.addToxic(spec.link, toxic)));
    },
    evidence: async (topology, spec) => {
      const present = await topology.links.toxicsOf(spec.link);
      const ours = toxicsOf(spec).map(({ name }) => present.includes(name));
      const { felt, measured } = await kind.effect(topology, spec);
      return {
        bit: !ours.includes(false) && felt === true,
        gone: !ours.includes(true) && felt === false,
        detail: { link: spec.link, toxics: present, ...measured },
      };
    },
    /** That the toxics are there. To measure what they do takes traffic over the very link that is slow or silent. */
    recheck: async ({ links }, spec) => {
      const present = await links.toxicsOf(spec.link);
      const ours = toxicsOf(spec).map(({ name }) => present.includes(name));
      return { bit: !ours.includes(false), detail: { link: spec.link, toxics: present } };
    },
    heal: async ({ links }, spec) => {
      await Promise.all(toxicsOf(spec).map(({ name }) => links.removeToxic(spec.link, name)));
    },
  };
}
