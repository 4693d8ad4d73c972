import { describe, expect, test } from "vitest";
import type { HeldLine } from "../model/record/device.ts";
import type { RunRecord } from "../model/record/record.ts";
import { joinLedgers } from "./device-ledgers.ts";
import { type DevicePlan, withDevices, withEnd } from "./testing/fake-devices.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";

type Edit = (parts: Parts) => Partial<Parts>;

/** One message per device by default. */
function recordWith(changes: Partial<DevicePlan> = {}, edit: Edit = () => ({})): RunRecord {
  const parts = withDevices(fakeParts(), { messages: 1, ...changes });
  return recordOf({ ...parts, ...edit(parts) });
}
const joined = (record: RunRecord) => joinLedgers(record, { serving: "b" });
const whyOf = (edit: Edit, changes: Partial<DevicePlan> = { messages: 10 }) => {
  const { unknown, bridgesUnknown } = joined(recordWith(changes, edit));
  return [unknown, bridgesUnknown];
};

/** The lines with an end that matches their counts. */
const rows = (lines: readonly HeldLine[]): HeldLine[] => {
  const held = lines.filter((line) => line.type === "held");
  return [...held, { type: "held-end", side: "b", rows: held.length }];
};
/** The end with other counts for the second device. */
const counted =
  (of: Partial<Record<"made" | "handedOver" | "lost", number>>): Edit =>
  ({ devices }) => ({
    devices: devices.map((line) => {
      if (line.type !== "devices-end") return line;
      const d2 = { made: 10, handedOver: 10, lost: 0, ...of };
      return { ...line, counts: { ...line.counts, d2 } };
    }),
  });

describe("a message", () => {
  test("is joined from its device, a bridge and the serving site", () => {
    const { messages, unknown, bridgesUnknown } = joined(recordWith());
    expect([unknown, bridgesUnknown]).toEqual([null, null]);
    const offsetMs = recordWith().run.clock?.offsetMs ?? 0;
    expect(messages).toEqual(
      ["d1", "d2"].map((device, place) => ({
        ...{ device, seq: 1, place, updatedMs: offsetMs + 3055, resources: [`Observation/${device}-1`] },
        handedOver: { type: "handed-over", device, seq: 1, side: "a", reason: 0, atMs: 3005 },
        bridged: new Set(["received", "stored", "acknowledged"]),
      })),
    );
  });

  test("that no bridge got is known from its device alone", () => {
    const [message] = joined(recordWith({ lost: { withBroker: ["d1:1"] }, unacknowledged: ["d1:1"] })).messages;
    expect(message).toEqual({
      ...{ device: "d1", seq: 1, handedOver: null, bridged: new Set() },
      ...{ resources: [], updatedMs: null, place: null },
    });
  });

  test("that is sent again is one, with its earlier records", () => {
    const again: Edit = ({ devices }) => ({
      devices: [...devices, { type: "sent", device: "d1", seq: 1, side: "b", again: true, atMs: 9000 }],
    });
    const { messages } = joined(recordWith({}, again));
    expect(messages.map(({ handedOver, resources }) => [handedOver?.side, resources.length])).toEqual([
      ["a", 1],
      ["a", 1],
    ]);
  });

  test("has each of its resources once, with the time of the first, and none that is deleted", () => {
    const [before] = joined(recordWith()).messages;
    const laterBy = (changes: Partial<Extract<HeldLine, { type: "held" }>>) => {
      const edit: Edit = ({ held }) => {
        const [first] = held as [Extract<HeldLine, { type: "held" }>];
        return { held: rows([...held, { ...first, pid: 900, updatedMs: 9e12, ...changes }]) };
      };
      return joined(recordWith({}, edit)).messages[0];
    };
    expect(laterBy({ version: 2 })).toEqual(before);
    const resources = ["Observation/d1-1", "Observation/other"];
    expect(laterBy({ resource: "Observation/other" })).toEqual({ ...before, resources });
    expect(laterBy({ resource: "Observation/other", deleted: true })).toEqual(before);
  });

  const IN_ORDER = [0, 1, 2, 3, 4, 5, 6, 7];
  test.each<[string, (i: number) => object, number[]]>([
    ["by their times", () => ({}), IN_ORDER],
    ["by their times, whatever their numbers are", (i) => ({ pid: 900 - i }), IN_ORDER],
    ["by their numbers, if their times are the same", () => ({ updatedMs: 5 }), IN_ORDER],
    ["by their numbers, if they have no time", () => ({ updatedMs: null }), IN_ORDER],
    ["without a time first", (i) => (i === 3 || i === 7 ? { updatedMs: null } : {}), [2, 3, 4, 0, 5, 6, 7, 1]],
  ])("has its place among all, in whichever order they are listed: %s", (_, change, places) => {
    for (const isReversed of [false, true]) {
      const listed: Edit = ({ held }) => {
        const changed = rows(held.map((line, i) => (line.type === "held" ? { ...line, ...change(i) } : line)));
        return { held: isReversed ? changed.toReversed() : changed };
      };
      const { messages } = joined(recordWith({ count: 1, messages: 8 }, listed));
      expect(messages.map(({ place }) => place)).toEqual(places);
    }
  });
});

describe("an incomplete ledger is reported:", () => {
  test.each<[string, Edit, string]>([
    ["no devices", () => ({ devices: [] }), "the ledger of the devices has no end"],
    ["no end", ({ devices }) => ({ devices: devices.slice(0, -1) }), "the ledger of the devices has no end"],
    [
      "one device less",
      ({ devices }) => ({
        devices: withEnd(
          devices.filter((line) => !("device" in line && line.device === "d2")),
          9000,
        ),
      }),
      "the devices' ledger has 1 devices, and the scenario has 2",
    ],
    ["more sent than made", counted({ made: 9 }), "d2 sent more messages than it made"],
    [
      "one acknowledgement less",
      ({ devices }) => ({
        devices: devices.filter((line) => !(line.type === "handed-over" && line.seq === 4 && line.device === "d2")),
      }),
      "d2 handed over 10 messages, and its ledger has 9",
    ],
    ["one loss less", counted({ lost: 1 }), "d2 lost 1 connections, and its ledger has 0"],
    [
      "one loss more",
      ({ devices }) => ({ devices: [{ type: "disconnected", device: "d2", side: "a", atMs: 8000 }, ...devices] }),
      "d2 lost 0 connections, and its ledger has 1",
    ],
    [
      "a resource of no message",
      ({ held }) => ({
        held: held.map((line, i) => (line.type === "held" && i === 3 ? { ...line, message: null } : line)),
      }),
      "a resource exists that no device sent",
    ],
    [
      "a resource of a message that no device sent",
      ({ held }) => ({
        held: held.map((line, i) => (line.type === "held" && i === 3 ? { ...line, message: "d9:1" } : line)),
      }),
      "message d9:1 exists that no device sent",
    ],
    [
      "a message that only a bridge knows",
      ({ bridges }) => ({
        bridges: [{ type: "received", device: "d9", seq: 1, side: "a", dup: false, epochMs: 1 }, ...bridges],
      }),
      "message d9:1 exists that no device sent",
    ],
    ["nothing held", () => ({ held: [] }), "what B holds of the messages was not read to its end"],
    ["one row less", ({ held }) => ({ held: held.slice(1) }), "what B holds of the messages was not read to its end"],
    [
      "a row of the other site",
      ({ held }) => ({ held: held.map((line, i) => (i === 3 ? { ...line, side: "a" as const } : line)) }),
      "what B holds of the messages was not read to its end",
    ],
    [
      "the end of the other site",
      ({ held }) => ({ held: held.map((line) => (line.type === "held-end" ? { ...line, side: "a" as const } : line)) }),
      "what B holds of the messages was not read to its end",
    ],
    [
      "a database that could not be read to its end",
      ({ held }) => ({ held: [...held.slice(0, 3), { type: "unreadable", side: "b", why: "no route" }] }),
      "what B holds of the messages is not known: no route",
    ],
  ])("%s", (_, edit, why) => {
    expect(whyOf(edit)[0]).toBe(why);
  });

  test("a message that was handed over and never sent, counted or not", () => {
    const of = { messages: 10, lost: { withBroker: ["d2:4"] } };
    const unsent: Edit = ({ devices }) => ({
      devices: devices.filter((line) => !(line.type === "sent" && line.seq === 4 && line.device === "d2")),
    });
    expect(whyOf(unsent, of)[0]).toBe("message d2:4 exists that no device sent");
    const beyond: Edit = (parts) => ({
      devices: [
        { type: "handed-over", device: "d2", seq: 11, side: "a", reason: 0, atMs: 8000 },
        ...(counted({ handedOver: 11 })(parts).devices ?? []),
      ],
    });
    expect(whyOf(beyond)[0]).toBe("message d2:11 exists that no device sent");
  });

  test("more sent than made, although it was not acknowledged", () => {
    const of = { messages: 10, unacknowledged: ["d2:10"] };
    expect(whyOf(counted({ made: 9, handedOver: 9 }), of)[0]).toBe("d2 sent more messages than it made");
  });

  test("every stored message was received by a bridge", () => {
    const none: Edit = () => ({
      bridges: (["a", "b"] as const).map((side) => ({ type: "bridge-end" as const, side, lines: 0 })),
    });
    expect(whyOf(none)).toEqual([null, "message d1:1 is stored, but no bridge recorded that it received it"]);
    expect(whyOf(none, { messages: 1, lost: { withBroker: ["d1:1", "d2:1"] } })).toEqual([null, null]);
  });

  test("a message that was made and not sent, and one that was sent without a connection", () => {
    expect(whyOf(counted({ made: 11 }))[0]).toBe("d2 made 11 messages, and its ledger has 10");
    const alone: Edit = ({ devices }) => ({ devices: devices.filter(({ type }) => type !== "connected") });
    expect(whyOf(alone)[0]).toBe("d1 sent message 1 to broker A without a connection");
  });

  test.each<[string, Edit, string]>([
    ["no bridge", () => ({ bridges: [] }), "the ledger of bridge A is incomplete"],
    ["one bridge less", ({ bridges }) => ({ bridges: bridges.slice(0, -1) }), "the ledger of bridge B is incomplete"],
    ["one line less", ({ bridges }) => ({ bridges: bridges.slice(1) }), "the ledger of bridge A is incomplete"],
    [
      "one that could not be read to its end",
      ({ bridges }) => ({ bridges: [...bridges.slice(0, 3), { type: "unreadable", side: "a", why: "gone" }] }),
      "the ledger of bridge A is not known: gone",
    ],
    [
      "the other one, that could not be read",
      ({ bridges }) => ({ bridges: [...bridges.slice(0, -1), { type: "unreadable", side: "b", why: "gone" }] }),
      "the ledger of bridge B is not known: gone",
    ],
  ])("of the bridges alone: %s", (_, edit, why) => {
    expect(whyOf(edit)).toEqual([null, why]);
  });

  test("a torn ledger, or one with unreadable lines", () => {
    const record = recordWith();
    for (const damage of [{ torn: true }, { unreadableCount: 1 }]) {
      const of = (name: "devices" | "bridges" | "held") => {
        const legibility = { ...record.legibility, [name]: { ...record.legibility[name], ...damage } };
        const { unknown, bridgesUnknown } = joined({ ...record, legibility });
        return [unknown, bridgesUnknown];
      };
      expect(of("devices")).toEqual(["the ledger of the devices is damaged", null]);
      expect(of("held")).toEqual(["what B holds of the messages was not read to its end", null]);
      expect(of("bridges")).toEqual([null, "the ledger of the bridges is damaged"]);
    }
  });
});
