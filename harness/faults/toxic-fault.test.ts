import { expect, test } from "vitest";
import { DIRECTIONS, type Toxic } from "../system/links.ts";
import { bareLinks } from "../system/testing/bare-system.ts";
import { toxicFault } from "./toxic-fault.ts";

const spec = { kind: "link-latency", link: "edge", latencyMs: 100, jitterMs: 0, afterSeconds: 0 } as const;

/** A link that can be slow without a toxic, or fast in spite of one. */
function setUp() {
  const toxics: Toxic[] = [];
  const link: { felt: boolean | null } = { felt: false };
  const links = bareLinks({
    addToxic: async (_, toxic) => void toxics.push(toxic),
    removeToxic: async (_, name) => {
      toxics.splice(0, toxics.length, ...toxics.filter((each) => each.name !== name));
    },
    toxicsOf: async () => toxics.map(({ name }) => name),
  });
  const kind = toxicFault("link-latency", {
    needs: ["links"],
    toxic: ({ link }) => ({ link, type: "latency", attributes: { latency: 100 }, directions: DIRECTIONS }),
    effect: async () => ({ felt: link.felt, measured: { fastestMs: 200 } }),
  });
  const fault = kind.arm({ links }, spec);
  const observe = async () => {
    const { bit, gone } = await fault.evidence();
    return { bit, gone };
  };
  return { toxics, link, links, fault, observe };
}

test("active: a toxic in each direction and the effect; cleared: neither toxic nor effect", async () => {
  const { toxics, link, fault, observe } = setUp();
  expect(await observe()).toEqual({ bit: false, gone: true });
  await fault.inject();
  link.felt = true;
  expect(toxics.map(({ name, direction }) => [name, direction])).toEqual([
    ["link-latency-request", "request"],
    ["link-latency-answer", "answer"],
  ]);
  expect(await fault.evidence()).toEqual({
    bit: true,
    gone: false,
    detail: { link: "edge", toxics: ["link-latency-request", "link-latency-answer"], fastestMs: 200 },
  });
  await fault.heal();
  link.felt = false;
  expect(toxics).toEqual([]);
  expect(await observe()).toEqual({ bit: false, gone: true });
});

test("an effect without the toxics is neither active nor cleared: something else may cause it", async () => {
  const { link, observe } = setUp();
  link.felt = true;
  expect(await observe()).toEqual({ bit: false, gone: false });
});

test("neither are toxics without an effect, nor a single toxic", async () => {
  const { link, links, fault, observe } = setUp();
  await fault.inject();
  expect(await observe()).toEqual({ bit: false, gone: false });
  await links.removeToxic("edge", "link-latency-request");
  link.felt = true;
  expect(await observe()).toEqual({ bit: false, gone: false });
});

test("a failed measurement proves neither", async () => {
  const { link, fault, observe } = setUp();
  link.felt = null;
  expect(await observe()).toEqual({ bit: false, gone: false });
  await fault.inject();
  expect(await observe()).toEqual({ bit: false, gone: false });
});

test("other toxics on the link do not matter and are not removed", async () => {
  const { toxics, link, fault, observe } = setUp();
  await fault.inject();
  toxics.push({ name: "link-reset-answer", type: "reset_peer", direction: "answer", attributes: {} });
  link.felt = true;
  expect((await observe()).bit).toBe(true);
  await fault.heal();
  expect(toxics.map(({ name }) => name)).toEqual(["link-reset-answer"]);
});
