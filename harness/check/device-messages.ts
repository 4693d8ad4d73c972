/**
 * Device messages: what devices handed over to their brokers, compared with what FHIR has of it, by device and number.
 *
 * Lost: handed over, and not stored on the site that serves at the end. It was lost with a broker if no bridge ever got
 * it; with a bridge if that had it and FHIR did not; with a site if FHIR had acknowledged it.
 * Duplicated: stored as more than one resource.
 * Reordered: first stored after a message that the same device made later.
 * Late: milliseconds from handing over to storing, of what is stored.
 *
 * An objective allows as many lost messages as lost writes. If it sets no number (`lostWrites`), the RPO decides: it
 * excuses messages that were handed over at most that long before the fault, and none that was handed over after it.
 *
 * Unit: messages; milliseconds.
 * Broken: more are lost than the objective allows; any, if no disaster was planned. Or one is duplicated.
 * Inconclusive: one of the three ledgers is missing, damaged or incomplete; or a device did not send at its rate from
 * the beginning of the load until the drill went quiet; or nothing was handed over; or the fault was never injected,
 * and the RPO is to decide.
 * No objective: the run has no devices.
 */
import { messageName } from "../model/load/device-message.ts";
import type { RunRecord } from "../model/record/record.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { whyUneven } from "./device-beat.ts";
import { type JoinedMessage, joinLedgers } from "./device-ledgers.ts";
import type { Facts } from "./facts.ts";

export const NO_DEVICES = { verdict: "no-objective", reason: "the run has no devices" } as const;

type HandedOver = JoinedMessage & { handedOver: NonNullable<JoinedMessage["handedOver"]> };

export const deviceMessages: Checker = {
  name: "device-messages",
  check: (record, facts) => {
    if (record.run.scenario.devices === null) return NO_DEVICES;
    const { messages, unknown, bridgesUnknown } = joinLedgers(record, facts);
    if (unknown !== null) return { verdict: "inconclusive", reason: unknown };
    const handedOver = messages.filter((message): message is HandedOver => message.handedOver !== null);
    if (handedOver.length === 0) return { verdict: "inconclusive", reason: "no message was handed over to a broker" };
    const lost = handedOver.filter(({ resources }) => resources.length === 0);
    const duplicated = messages.filter(({ resources }) => resources.length > 1);
    const reordered = reorderedIn(messages);
    const listOf = (list: readonly JoinedMessage[]) => ({ count: list.length, messages: list.map(messageName) });
    const measures = {
      deviceMessages: {
        ...{ sent: messages.length, handedOver: handedOver.length },
        lost: { ...listOf(lost), ...placesOf(lost) },
        ...{ duplicated: listOf(duplicated), reordered: listOf(reordered), late: lateIn(messages, record) },
      },
    };
    const what = [
      `${lost.length} of ${handedOver.length} messages that were handed over are not on ${facts.serving.toUpperCase()}`,
      `${duplicated.length} are stored more than once`,
      `${reordered.length} are out of order`,
    ].join("; ");
    const evidence = [...lost.map(lossText), ...duplicated.map(duplicateText), ...reordered.map(reorderedText)];
    const judged = judgedLosses(lost, record, facts);
    if (judged.verdict === "broken" || duplicated.length > 0)
      return { verdict: "broken", reason: `${what}; ${judged.reason}`, evidence, measures };
    const cut = bridgesUnknown ?? whyUneven(record);
    if (cut !== null) return { verdict: "inconclusive", reason: cut, evidence, measures };
    return { verdict: judged.verdict, reason: `${what}; ${judged.reason}`, evidence, measures };
  },
};

function judgedLosses(
  lost: readonly HandedOver[],
  { run }: RunRecord,
  { disaster }: Facts,
): { verdict: "holds" | "broken" | "inconclusive"; reason: string } {
  const { lostWrites, rpoSeconds } = run.config.objectives;
  const allowed = run.scenario.disaster === null ? 0 : lostWrites;
  if (allowed !== null)
    return { verdict: lost.length > allowed ? "broken" : "holds", reason: `the objective allows ${allowed} lost` };
  if (disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
  const agesMs = lost.map(({ handedOver }) => disaster.injectedMs - handedOver.atMs);
  const after = agesMs.filter((ms) => ms < 0).length;
  const oldestMs = agesMs.reduce((most, ms) => Math.max(most, ms), 0);
  const isMissed = after > 0 || oldestMs > rpoSeconds * 1000 || (rpoSeconds === 0 && lost.length > 0);
  const reason = `${after} of the lost were handed over after the fault, and the oldest ${(oldestMs / 1000).toFixed(3)} s before it; the RPO is ${rpoSeconds} s`;
  return { verdict: isMissed ? "broken" : "holds", reason: lost.length === 0 ? `the RPO is ${rpoSeconds} s` : reason };
}

function placesOf(lost: readonly JoinedMessage[]): { withBroker: number; withBridge: number; withSite: number } {
  const withSite = lost.filter(({ bridged }) => bridged.has("stored")).length;
  const withBroker = lost.filter(({ bridged }) => bridged.size === 0).length;
  return { withBroker, withBridge: lost.length - withSite - withBroker, withSite };
}

/** Messages that were stored after a later one of the same device. */
function reorderedIn(messages: readonly JoinedMessage[]): JoinedMessage[] {
  const stored = messages.filter(({ place }) => place !== null);
  const newest = new Map<string, number>();
  return stored
    .toSorted((x, y) => (x.place as number) - (y.place as number))
    .filter(({ device, seq }) => {
      const before = newest.get(device) ?? 0;
      newest.set(device, Math.max(before, seq));
      return seq < before;
    });
}

/** A message stored before its acknowledgement came back is not late. */
function lateIn(messages: readonly JoinedMessage[], { run: { clock } }: RunRecord) {
  if (clock === null) return UNMEASURED.deviceMessages.late;
  const late = messages.flatMap(({ handedOver, updatedMs }) =>
    handedOver === null || updatedMs === null ? [] : [Math.max(0, updatedMs - clock.offsetMs - handedOver.atMs)],
  );
  return { ...quantiles(late), maxMs: late.length === 0 ? null : late.reduce((most, ms) => Math.max(most, ms), 0) };
}

/** Reason code 16 of a PUBACK. */
const NO_SUBSCRIBERS = 16;

function lossText(message: HandedOver): string {
  const { handedOver, bridged } = message;
  const where = bridged.has("stored")
    ? "FHIR had acknowledged it"
    : bridged.has("acknowledged")
      ? "a bridge had acknowledged it, but FHIR had not"
      : bridged.has("received")
        ? "a bridge had it, but neither acknowledged it nor got it again"
        : "no bridge ever got it";
  const toNobody = handedOver.reason === NO_SUBSCRIBERS ? ", which reported no subscribers" : "";
  const at = `handed over to broker ${handedOver.side.toUpperCase()} at ${(handedOver.atMs / 1000).toFixed(3)} s`;
  return `${messageName(message)}: lost; ${at}${toNobody}; ${where}`;
}

const duplicateText = (message: JoinedMessage) => `${messageName(message)}: stored as ${message.resources.join(", ")}`;

const reorderedText = (message: JoinedMessage) =>
  `${messageName(message)}: stored after a later message of ${message.device}`;
