/** The program in docker/bridge, without a broker: its FHIR requests, and how long it retries. */
import { describe, expect, test } from "vitest";
import { type BridgeSettings, requestOf, store } from "../../../../docker/bridge/bridge.mts";

const SETTINGS: BridgeSettings = {
  ...{ side: "a", broker: "mqtt://broker-a:1883", fhir: "http://edge/fhir", topic: "devices/+", qos: 1 },
  ...{ write: "put", acknowledge: "after-fhir", identifierSystem: "urn:message", requestPrefix: "dev-", tags: [] },
  ...{ giveUpMs: 100, retryMs: 0, timeoutMs: 1000 },
};
const READING = { device: "d3", seq: 17, value: 42 };

describe("a reading is written", () => {
  test("by PUT under an id of its own", () => {
    const { path, method, headers, body } = requestOf(READING, SETTINGS);
    expect([method, path, headers["X-Request-ID"], headers["If-None-Exist"]]).toEqual([
      ...["PUT", "Observation/d3-17", "dev-d3-17", undefined],
    ]);
    expect(JSON.parse(body)).toEqual({
      ...{ resourceType: "Observation", id: "d3-17", status: "final", code: { text: "device reading" } },
      identifier: [{ system: "urn:message", value: "d3:17" }],
      valueQuantity: { value: 42, unit: "1" },
    });
  });

  test("by conditional create without an id; with the configured tags", () => {
    const tags = [{ system: "urn:run", code: "9" }];
    const { path, method, headers, body } = requestOf(READING, { ...SETTINGS, write: "conditional-create", tags });
    expect([method, path, headers["If-None-Exist"]]).toEqual([
      "POST",
      "Observation",
      "identifier=urn%3Amessage%7Cd3%3A17",
    ]);
    expect(JSON.parse(body)).toMatchObject({ meta: { tag: tags } });
    expect(JSON.parse(body).id).toBeUndefined();
  });

  test("under a request id that HAPI keeps whole", () => {
    const longest = requestOf({ device: "d99", seq: 1_234_567, value: 0 }, SETTINGS).headers["X-Request-ID"];
    expect(longest?.length).toBeLessThanOrEqual(16);
  });
});

async function stored(answers: (number | Error)[], untilMs: number) {
  const lines: Record<string, unknown>[] = [];
  const asked: string[] = [];
  const ask = async (url: string) => {
    asked.push(url);
    const answer = answers[asked.length - 1] ?? 500;
    if (answer instanceof Error) throw answer;
    return { status: answer, text: async () => "" };
  };
  // Each try takes 10 ms.
  const around = {
    ask,
    tell: (line: Record<string, unknown>) => void lines.push(line),
    now: () => asked.length * 10,
    untilMs,
  };
  return { isStored: await store(READING, SETTINGS, around), lines, asked };
}

test("it retries until FHIR acknowledges: errors and silence do not count", async () => {
  const { isStored, lines, asked } = await stored([new Error("reset"), 503, 422, 201], 1000);
  expect(isStored).toBe(true);
  expect(asked).toEqual(Array.from({ length: 4 }, () => "http://edge/fhir/Observation/d3-17"));
  expect(lines).toEqual([{ type: "stored", device: "d3", seq: 17, status: 201, tries: 4 }]);
});

test("it gives up when its time is over, and records the last status", async () => {
  const { isStored, lines } = await stored([500, 500, new Error("reset")], 30);
  expect(isStored).toBe(false);
  expect(lines).toEqual([{ type: "given-up", device: "d3", seq: 17, status: 0, tries: 3 }]);
});
