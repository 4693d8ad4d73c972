import { expect, test } from "vitest";
import { UNMEASURED } from "../harness/model/verdict/unmeasured.ts";
import { fake } from "../harness/report/testing/fake-runs.ts";
import { devicesRegionLoss } from "../scenarios/devices-region-loss.ts";
import { privateLinkServiceLoss } from "../scenarios/private-link-service-loss.ts";
import { vaultPartition } from "../scenarios/vault-partition.ts";
import { type Extended, extensionBlocks } from "./extensions.ts";

type Change = Partial<Extended["verdict"]["measures"]>;

function run(scenario: Extended["run"]["scenario"], change: Change, image = "hapi:1"): Extended {
  const images = [{ part: "hapi", name: image }];
  const { name, run, verdict } = fake({}, { scenario, images } as object);
  const { deviceMessages, bulkExport, accessEnds, stolenData } = UNMEASURED;
  const measures = {
    ...{ ...verdict.measures, stranded: { count: 0, ids: [] } },
    ...{ deviceMessages, bulkExport, accessEnds, stolenData, ...change },
  };
  return { name, run, verdict: { ...verdict, measures } };
}

const devices = (withBroker: number, image?: string) =>
  run(
    devicesRegionLoss,
    {
      deviceMessages: {
        ...UNMEASURED.deviceMessages,
        handedOver: 450,
        lost: { ...UNMEASURED.deviceMessages.lost, withBroker },
      },
    },
    image,
  );
const rowsOn = (page: string, runs: readonly Extended[]) =>
  extensionBlocks(runs)
    .find((block) => block.page === page)
    ?.text.split("\n")
    .slice(2);

test("a figure that all runs have stands alone, others have their range", () => {
  const [row] = rowsOn("docs/devices.md", [devices(0), devices(3), devices(1)]) ?? [];
  expect(row).toContain("| 3 hold | 450 | 1 (0 … 3) | – |");
});

test("each page has the runs of its extension only", () => {
  expect(rowsOn("docs/devices.md", [devices(0), run(privateLinkServiceLoss, {})])).toHaveLength(1);
  expect(rowsOn("docs/bulk-export.md", [devices(0)])).toEqual([]);
});

test("of runs with different images, the ones with most conclusive runs are shown", () => {
  const rows = rowsOn("docs/devices.md", [devices(7, "hapi:0"), devices(1), devices(1)]);
  expect(rows).toHaveLength(1);
  expect(rows?.[0]).toContain("| 2 hold | 450 | 1 |");
});

test("what had not ended after a vault's return is a lower bound", () => {
  const encrypted = (change: Partial<NonNullable<Change["vaultReturn"]>>) => {
    const all = run(vaultPartition, { vaultReturn: { ...UNMEASURED.vaultReturn, ...change } });
    const vault = { guards: "data", retrySeconds: 1 } as const;
    return { ...all, run: { ...all.run, config: { ...all.run.config, vault } } };
  };
  const open = encrypted({ writesCensoredAtSeconds: 70, clientsSeconds: 4 });
  const [row] = rowsOn("docs/customer-keys.md", [open]) ?? [];
  expect(row).toContain("| > 70 | 4 |");
});

test("an outage whose end was not seen is a lower bound, and a network lost with its region has none", () => {
  const network = {
    ...{ attempted: 100, acknowledged: 50, notFound: 4, answeredBy: { a: 30, b: 20 } },
    ...{ rtoSeconds: null, rtoCensoredAtSeconds: null },
  };
  const clientNetworks: Change["clientNetworks"] = [
    { ...network, side: "a", lost: true, downtimeSeconds: 40, censored: true },
    { ...network, side: "b", lost: false, downtimeSeconds: 74.5, censored: true },
  ];
  const [row] = rowsOn("docs/private-link.md", [run(privateLinkServiceLoss, { clientNetworks })]) ?? [];
  expect(row).toContain("| 1 hold | – | > 74.5 | 40 | 8 |");
});
