/** A start that fails halfway: logs are read before everything is removed. */
import { GenericContainer } from "testcontainers";
import { expect, test, vi } from "vitest";
import { RUN_LABEL } from "./ownership.ts";
import { fakeEngine } from "./testing/fake-engine.ts";
import { startTopology } from "./topology.ts";

test("logs can be saved between a failed start and the removal of its containers", async () => {
  const order: string[] = [];
  let left = [{ Id: "1", Labels: { [RUN_LABEL]: "r" } }];
  const dockerode = {
    createNetwork: async () => {},
    listContainers: async () => left,
    listNetworks: async () => [],
    listVolumes: async () => ({ Volumes: [] }),
    getContainer: () => ({
      remove: async () => {
        order.push("removed");
        left = [];
      },
    }),
  };
  const start = vi.spyOn(GenericContainer.prototype, "start").mockRejectedValue(new Error("no space left on device"));
  const images = { postgres: "p", hapi: "h", nginx: "n", toxiproxy: "t", k6: "k", tools: "t" };
  const started = startTopology(fakeEngine(dockerode), {
    run: "r",
    images,
    golden: { schema: "", data: "" },
    config: { replication: "async", proxy: "latched", fencing: true },
    onStep: () => {},
    beforeRemoval: async () => {
      order.push("saved");
    },
  });
  await expect(started).rejects.toThrow("no space left on device");
  start.mockRestore();
  expect(order).toEqual(["saved", "removed"]);
});
