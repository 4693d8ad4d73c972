/** Formats figures for people. */
import { SITES } from "../plan/site.ts";
import type { Measures, NetworkMeasure } from "./verdict.ts";

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** Formats a share of 1. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

/** Formats a share of 1 in whole percent, for shares not measured more exactly; a dash if not measured. */
export function share(value: number | null): string {
  return value === null ? "–" : `${Math.round(100 * value)} %`;
}

/** What is shown beside RTO: outages after it, the end of the last one, and slow answers. */
export function afterRto(measured: Measures["rto"]): string[] {
  const { seconds: rto, lastEndSeconds, later, slowWrites, slowUntilSeconds } = measured;
  const outages = later.flatMap(({ fromMs, toMs, cause }) =>
    cause === null ? [] : [`another outage until ${seconds((toMs - fromMs) / 1000)} after the ${cause}`],
  );
  const few = later.length - outages.length;
  return [
    ...outages,
    ...(few > 0 ? [`some writes missed ${few === 1 ? "once" : `${few} times`} later`] : []),
    ...(rto !== null && lastEndSeconds !== null && lastEndSeconds > rto
      ? [`the last was over after ${seconds(lastEndSeconds)}`]
      : []),
    ...(slowWrites && slowUntilSeconds !== null
      ? [`${slowWrites} slow ${slowWrites === 1 ? "answer" : "answers"} after it, until ${seconds(slowUntilSeconds)}`]
      : []),
  ];
}

/** What is shown beside lost writes: how many of the gone ones could have been saved, and how many still can be. */
export function savableText({ gone, inLog, inArchive }: Measures["savable"]): string[] {
  if (!gone) return [];
  const saved =
    inLog.count === null
      ? `how many of the ${gone} gone could have been saved is not known: ${inLog.why}`
      : `could have been saved: ${inLog.count} of the ${gone} gone, which the lost site's log still had when it came back`;
  if (inArchive === null) return [saved];
  const archived =
    inArchive.count === null
      ? `how many are still in the archive is not known: ${inArchive.why}`
      : `still in the archive: ${inArchive.count} of the ${gone} gone`;
  return [saved, archived];
}

/** What is shown beside RPO: lost writes that its seconds do not cover. */
export function besideRpo({ afterFault, later }: Measures["rpo"]): string[] {
  return [
    ...(afterFault ? [`${afterFault} of them acknowledged after the fault`] : []),
    ...(later ? [`${later} more lost after its failover`] : []),
  ];
}

/** How a bulk export ended; empty without one, or if unknown. */
export function exportTexts(measured: Measures["bulkExport"]): string[] {
  const { outcome, pickedUpSeconds, endedSeconds, files, lines, missing, duplicated, foreign, altered } = measured;
  if (outcome === null) return [];
  const times = [
    outcome,
    ...(pickedUpSeconds === null ? [] : [`picked up after ${seconds(pickedUpSeconds)}`]),
    ...(endedSeconds === null ? [] : [`ended after ${seconds(endedSeconds)}`]),
  ];
  const wrong = Object.entries({ missing, duplicated, foreign, altered }).flatMap(([what, { count }]) =>
    count ? [`${count} ${what}`] : [],
  );
  return [times.join(", "), ...(files === null ? [] : [[`${files} files`, `${lines} lines`, ...wrong].join(", ")])];
}

/** The rates carried by a load whose rate changes; empty for other loads, or if unknown. */
export function carriedText({ carriedRate: { highest, levels } }: Pick<Measures, "carriedRate">): string[] {
  if (levels.length === 0) return [];
  const next = levels.find(({ carried }) => carried !== true);
  const known = highest === null ? "no rate carried" : `${highest} writes/s carried`;
  if (next === undefined) return [`${known}, the highest that was planned`];
  const why =
    next.carried === null
      ? `${next.ratePerSecond} not known`
      : `of ${next.ratePerSecond}, ${share(next.inTime / next.planned)} acknowledged in time`;
  return [`${known}; ${why}`];
}

/** The reads of a load that reads beside its writes; empty for other loads. */
export function readsText({ readAvailability }: Pick<Measures, "readAvailability">): string[] {
  const { asked, answered, seconds: downSeconds, censored, answeredBy, stale, stalestMs } = readAvailability;
  if (asked === null || downSeconds === null) return [];
  const parts = [
    `${answered} of ${asked} answered (A ${answeredBy.a}, B ${answeredBy.b})`,
    `nobody could read for ${censored ? "more than " : ""}${seconds(downSeconds)}`,
    ...(stale === null
      ? ["how many were stale is not known"]
      : [`${stale} stale${stale > 0 ? `, the stalest by ${seconds((stalestMs ?? 0) / 1000)}` : ""}`]),
  ];
  return [parts.join("; ")];
}

/** The effects of a vault's loss and return, and what a thief could read; empty without a vault. */
export function vaultTexts({
  vaultReturn,
  accessEnds,
  stolenData,
}: Pick<Measures, "vaultReturn" | "accessEnds" | "stolenData">): string[] {
  const { writesSeconds, clientsSeconds, writesCensoredAtSeconds, clientsCensoredAtSeconds } = vaultReturn;
  const { past, givenMeanwhile, boundSeconds, servedSeconds, startsInVain } = accessEnds;
  const { files, holding, open } = stolenData;
  const back =
    writesSeconds === null || clientsSeconds === null
      ? []
      : [
          `after the vault's return writes were acknowledged ${afterText(writesSeconds)}, and its clients had what they asked for ${afterText(clientsSeconds)}`,
        ];
  const notBack = [
    ...(writesCensoredAtSeconds === null
      ? []
      : [`${seconds(writesCensoredAtSeconds)} after the vault's return writes were not yet acknowledged for good`]),
    ...(clientsCensoredAtSeconds === null
      ? []
      : [
          `${seconds(clientsCensoredAtSeconds)} after the vault's return not all of its clients had what they asked for`,
        ]),
  ];
  const ended = [
    ...(servedSeconds === null || boundSeconds === null
      ? []
      : [
          `access ended ${seconds(Math.abs(servedSeconds))} ${servedSeconds < 0 ? "before" : "after"} the end of the certificate (bound ${seconds(boundSeconds)})`,
        ]),
    ...(startsInVain ? [`${startsInVain} databases started without the vault, and waited`] : []),
    ...(past.count ? [`${past.count} writes acknowledged past the bound`] : []),
    ...(givenMeanwhile ? [`${givenMeanwhile} keys or certificates were issued while the vault was away`] : []),
  ];
  const stolen =
    files === null || holding === null
      ? []
      : [`a text is in ${holding} of ${files} stolen files, and in ${open.holding} as the databases see them`];
  return [...back, ...notBack, ...(ended.length > 0 ? [ended.join(", ")] : []), ...stolen];
}

function afterText(value: number): string {
  return value === 0 ? "at once" : `after ${seconds(value)}`;
}

/** What happened to devices' messages and connections; empty without devices. */
export function devicesText({
  deviceMessages,
  deviceConnections,
}: Pick<Measures, "deviceMessages" | "deviceConnections">): string[] {
  const { handedOver, lost, duplicated, reordered, late } = deviceMessages;
  const { lost: connections, lostAgain, without, awaySeconds } = deviceConnections;
  const withWhat = Object.entries({ broker: lost.withBroker, bridge: lost.withBridge, site: lost.withSite })
    .filter(([, count]) => count !== null && count > 0)
    .map(([what, count]) => `${count} with a ${what}`);
  const messages = [
    `${lost.count} of ${handedOver} messages lost${withWhat.length > 0 ? ` (${withWhat.join(", ")})` : ""}`,
    `${duplicated.count} stored twice`,
    `${reordered.count} out of order`,
    ...(late.maxMs === null ? [] : [`the latest stored after ${seconds(late.maxMs / 1000)}`]),
  ];
  const ends = [
    `${connections} connections lost`,
    ...(awaySeconds === null ? [] : [`a new one after ${seconds(awaySeconds)} at most`]),
    ...(lostAgain ? [`${lostAgain} of the new ones lost again`] : []),
    ...(without ? [`${without} devices without one in the end`] : []),
  ];
  return [...(handedOver === null ? [] : [messages.join(", ")]), ...(connections === null ? [] : [ends.join(", ")])];
}

/** What the clients of one network saw. */
export function networkText(measured: NetworkMeasure): string {
  const { side, lost, attempted, acknowledged, notFound, answeredBy } = measured;
  const { downtimeSeconds, censored, rtoSeconds, rtoCensoredAtSeconds } = measured;
  const by = SITES.filter((each) => answeredBy[each] > 0).map(
    (each) => `${answeredBy[each]} through ${each.toUpperCase()}'s endpoint`,
  );
  return [
    `network ${side.toUpperCase()}: ${acknowledged} of ${attempted} writes acknowledged${by.length > 0 ? ` (${by.join(", ")})` : ""}`,
    ...(notFound > 0 ? [`${notFound} found no address for the service's name`] : []),
    ...(lost ? ["lost with its region"] : []),
    ...(downtimeSeconds === null
      ? []
      : [`could not write for ${censored ? "more than " : ""}${seconds(downtimeSeconds)}`]),
    ...(rtoSeconds === null ? [] : [`RTO ${seconds(rtoSeconds)}`]),
    ...(rtoCensoredAtSeconds === null ? [] : [`RTO more than ${seconds(rtoCensoredAtSeconds)}`]),
  ].join(", ");
}

/** Whose downtime is reported: with client networks, that of the network that was worse off. */
export function whoCouldNot({ clientNetworks }: Pick<Measures, "clientNetworks">): string {
  return clientNetworks.length === 0 ? "nobody could write" : "clients of a network could not write";
}
