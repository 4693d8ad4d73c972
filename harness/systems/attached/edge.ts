/** Where clients of an own system write, with what they must send: headers, authorization, and whom they trust. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls from "node:tls";
import type { z } from "zod";
import type { FhirSchema } from "../../model/plan/own-system.ts";
import { DrillFailure, reasonOf, usageFailure } from "../../model/program/failure.ts";
import type { Edge } from "../../system/edge.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { patiently } from "../../system/patient-ask.ts";
import type { Secrets } from "./secret.ts";
import { TokenSource } from "./token.ts";

const UNAUTHORIZED = 401;

type Fhir = z.infer<typeof FhirSchema>;

/**
 * Gives the `Authorization` header, if there is one, valid for at least so long. `renew`: for whoever was not let in with it;
 * `null` where there is no other.
 */
type Authorize = (
  forMs?: number,
) => Promise<{ headers: Record<string, string>; untilMs: number; renew: (() => void) | null }>;

export interface OwnEdge extends Edge {
  /** Asks another FHIR base of the same system, such as one site's own server, with the same headers. */
  askAt: (base: string) => Ask;
  /** Waits while the service has too much to do (429): for all that is no sample of how it serves. */
  askPatiently: Ask;
}

/** Reads the secrets; throws a usage failure when one is missing. */
export async function edgeOf(fhir: Fhir, secrets: Secrets, now: () => number = Date.now): Promise<OwnEdge> {
  if (fhir.ca !== undefined) trust(fhir.ca);
  const authorize = await authorizing(fhir.auth, secrets, now);
  const askAt =
    (base: string): Ask =>
    async (path, init) => {
      const send = async () => {
        const { headers, renew } = await authorize();
        const answer = await fetch(path === "" ? base : `${base}/${path}`, {
          ...init,
          headers: { ...fhir.headers, ...headers, ...init?.headers },
        });
        return { answer, renew };
      };
      const { answer, renew } = await send();
      if (answer.status !== UNAUTHORIZED || renew === null) return answer;
      renew();
      await answer.body?.cancel();
      return (await send()).answer;
    };
  return {
    askAt,
    ask: askAt(fhir.base),
    askPatiently: patiently(askAt(fhir.base)),
    fromBeside: async (forMs) => {
      const { headers, untilMs } = await authorize(forMs);
      const leftMs = untilMs - now();
      if (leftMs < forMs)
        throw new DrillFailure({
          what: "the token ends before the load does",
          why: `it is valid for ${Math.floor(leftMs / 1000)} s, and is needed for ${Math.ceil(forMs / 1000)} s`,
          todo: "have the token server give longer ones to this client, or drill a shorter scenario",
        });
      return { baseUrl: fhir.base, headers: { ...fhir.headers, ...headers }, ca: fhir.ca };
    },
  };
}

async function authorizing(auth: Fhir["auth"], secrets: Secrets, now: () => number): Promise<Authorize> {
  const forEver = { untilMs: Number.POSITIVE_INFINITY, renew: null };
  if (auth.kind === "none") return async () => ({ ...forEver, headers: {} });
  if (auth.kind === "bearer") {
    const headers = { Authorization: `Bearer ${await secrets.read(auth.token)}` };
    return async () => ({ ...forEver, headers });
  }
  const { tokenUrl, clientId, scope } = auth;
  const source = new TokenSource(
    { tokenUrl, clientId, scope, clientSecret: await secrets.read(auth.clientSecret) },
    now,
  );
  return async (forMs) => {
    const token = await source.get(forMs);
    secrets.add(token.value);
    return {
      headers: { Authorization: `Bearer ${token.value}` },
      untilMs: token.untilMs,
      renew: () => source.drop(token),
    };
  };
}

/** For every connection of this process from now on, besides those that are trusted anyway. */
function trust(file: string): void {
  try {
    const pem = readFileSync(file, "utf8");
    // Throws for what is no certificate, which the next line would take without a word.
    new X509Certificate(pem);
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), pem]);
  } catch (error) {
    throw usageFailure(
      `the certificates in ${file} cannot be used`,
      reasonOf(error),
      "name a file with certificates in PEM form",
    );
  }
}
