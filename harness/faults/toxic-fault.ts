/** A fault that is a toxic on a link, one way or both, and whose effect is measured through that link. */
import type { Link } from "../model/side.ts";
import type { Toxic, Way } from "../system/links.ts";
import type { System } from "../system/system.ts";
import type { Fault } from "./fault.ts";

export interface Effect {
  /** `null` when nothing could be measured: that proves neither. */
  felt: boolean | null;
  measured: Record<string, unknown>;
}

export interface ToxicKind<Spec, Uses extends keyof System> {
  toxic: (spec: Spec) => Pick<Toxic, "type" | "attributes"> & { ways: readonly Way[] };
  effect: (system: Pick<System, Uses | "links">, spec: Spec) => Promise<Effect>;
}

export function toxicFault<Spec extends { kind: string; link: Link }, Uses extends keyof System>(
  kind: ToxicKind<Spec, Uses>,
): Fault<Spec, Uses | "links"> {
  return {
    arm: (system, spec) => {
      const { links } = system;
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
          const { felt, measured } = await kind.effect(system, spec);
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
