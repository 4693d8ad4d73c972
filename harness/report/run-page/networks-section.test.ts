import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { withNetworks } from "../../check/testing/fake-networks.ts";
import { fakeParts, fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { networksSection } from "./networks-section.ts";
import { topOf } from "./top.ts";

test("each network has a row with what its own clients saw", () => {
  const { clientNetworks } = judge(recordOf(withNetworks(fakeParts()))).measures;
  const text = networksSection(clientNetworks)?.text ?? "";
  for (const { side, attempted, acknowledged } of clientNetworks)
    expect(text).toContain(
      `<tr><th scope="row">network ${side.toUpperCase()}</th><td>${attempted}</td><td>${acknowledged}</td><td>${acknowledged}</td><td>0</td>`,
    );
});

test("outages without an end and lost networks are marked", () => {
  const [network] = judge(recordOf(withNetworks(fakeParts()))).measures.clientNetworks;
  if (network === undefined) throw new Error("there is no network");
  const lost = {
    ...network,
    lost: true,
    downtimeSeconds: 7,
    censored: true,
    rtoSeconds: null,
    rtoCensoredAtSeconds: 8,
  };
  const text = networksSection([lost])?.text ?? "";
  expect(text).toContain('<th scope="row">network A, lost with its region</th>');
  expect(text).toContain("<td>more than 7.000</td><td>more than 8.000</td>");
});

test("an outage names its network", () => {
  const parts = withNetworks(fakeParts());
  const verdict = judge(recordOf(parts));
  expect(topOf(parts.run, verdict, []).text).toContain("clients of a network could not write for");
  const none = { ...verdict.measures, downtime: { seconds: 0, censored: false, intervals: [] } };
  expect(topOf(parts.run, { ...verdict, measures: none }, []).text).toContain(
    "clients of each network could write all the time",
  );
});

test("a run without client networks has no such section", () => {
  expect(networksSection(judge(fakeRun()).measures.clientNetworks)).toBeNull();
});
