import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { withDevices } from "../../check/testing/fake-devices.ts";
import { fakeParts, fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { devicesSection } from "./devices-section.ts";

test("lost, duplicated and reordered messages are named, with the delay of the rest", () => {
  const parts = withDevices(fakeParts(), {
    lost: { withBridge: ["d1:2"] },
    duplicated: ["d2:1"],
    lateMs: { "d2:3": 900 },
  });
  const text = devicesSection(judge(recordOf(parts)).measures)?.text ?? "";
  expect(text).toContain(
    "<p>1 of 20 messages lost (1 with a bridge), 1 stored twice, 1 out of order, the latest stored after 0.95 s.</p>",
  );
  for (const row of [
    ["lost", 1, "d1:2"],
    ["stored twice", 1, "d2:1"],
    ["out of order", 1, "d2:3"],
  ])
    expect(text).toContain(`<tr><th scope="row">${row[0]}</th><td>${row[1]}</td><td>${row[2]}</td></tr>`);
  expect(text).toContain('<tr><th scope="row">19</th><td>50</td><td>950</td><td>950</td><td>950</td></tr>');
});

test("a long list is cut, with the number left out", () => {
  const lost = { withBroker: Array.from({ length: 60 }, (_, i) => `d1:${i + 1}`) };
  const parts = withDevices(fakeParts(), { count: 1, messages: 70, periodMs: 20, lost });
  expect(devicesSection(judge(recordOf(parts)).measures)?.text).toContain("d1:40 … and 20 more");
});

test("a run without devices has no such section", () => {
  expect(devicesSection(judge(fakeRun()).measures)).toBeNull();
});
