/** A fault that is a toxic on a link, in one direction or both, with its effect measured through that link. */
import type { Capability } from "../model/plan/capability.ts";
import type { FaultOf, FaultSpec } from "../model/plan/fault.ts";
import type { Link } from "../model/plan/site.ts";
import type { Observed } from "../model/record/detail.ts";
import type { Direction, Toxic } from "../system/links.ts";
import { fault, type Given } from "./fault.ts";

export interface Effect {
  /** `null` when nothing could be measured: that proves neither active nor cleared. */
  felt: boolean | null;
  measured: Observed;
}

type ToxicKind = Extract<FaultSpec, { link: Link }>["kind"];

export function toxicFault<Kind extends ToxicKind, const Needs extends Capability>(
  kind: Kind,
  does: {
    needs: readonly (Needs | "links")[];
    toxic: (
      spec: FaultOf<Kind>,
    ) => Pick<Toxic, "type" | "attributes"> & { link: Link; directions: readonly Direction[] };
    effect: (system: Given<Needs | "links">, spec: FaultOf<Kind>) => Promise<Effect>;
  },
) {
  return fault<Kind, Needs | "links">(kind, {
    needs: does.needs,
    arm: (system, spec) => {
      const { links } = system;
      const { link, type, attributes, directions } = does.toxic(spec);
      const toxics = directions.map(
        (direction): Toxic => ({ name: `${kind}-${direction}`, type, direction, attributes }),
      );
      const inPlace = async () => {
        const present = await links.toxicsOf(link);
        return { present, ours: toxics.map(({ name }) => present.includes(name)) };
      };
      return {
        inject: async () => void (await Promise.all(toxics.map((toxic) => links.addToxic(link, toxic)))),
        evidence: async () => {
          const { present, ours } = await inPlace();
          const { felt, measured } = await does.effect(system, spec);
          return {
            bit: !ours.includes(false) && felt === true,
            gone: !ours.includes(true) && felt === false,
            detail: { link, toxics: present, ...measured },
          };
        },
        /**
         * Checks only that the toxics are in place. Measuring their effect would send traffic over the slow or silent
         * link.
         */
        recheck: async () => {
          const { present, ours } = await inPlace();
          return { bit: !ours.includes(false), detail: { link, toxics: present } };
        },
        heal: async () => void (await Promise.all(toxics.map(({ name }) => links.removeToxic(link, name)))),
      };
    },
  });
}
