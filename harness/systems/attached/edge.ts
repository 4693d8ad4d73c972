/** The FHIR endpoint of an attached system, with its clients' headers, authorization and CA certificates. */
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
 * Returns the `Authorization` header, if there is one, valid for at least so long. `renew`: discards a header that was refused;
 * `null`: there is no other.
 */
type Authorize = (
  forMs?: number,
) => Promise<{ headers: Record<string, string>; untilMs: number; renew: (() => void) | null }>;

export interface OwnEdge extends Edge {
  /** Sends requests to another FHIR base of the same system, such as one site's own server, with the same headers. */
  askAt: (base: string) => Ask;
  /** Retries after 429: for requests that are not samples of the service's availability. */
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
          what: "the token expires before the load ends",
          why: `it is valid for ${Math.floor(leftMs / 1000)} s but needed for ${Math.ceil(forMs / 1000)} s`,
          todo: "let the token server issue longer-lived tokens to this client, or run a shorter scenario",
        });
      return { baseUrl: fhir.base, headers: { ...fhir.headers, ...headers }, ca: fhir.ca };
    },
  };
}

async function authorizing(auth: Fhir["auth"], secrets: Secrets, now: () => number): Promise<Authorize> {
  const forever = { untilMs: Number.POSITIVE_INFINITY, renew: null };
  if (auth.kind === "none") return async () => ({ ...forever, headers: {} });
  if (auth.kind === "bearer") {
    const headers = { Authorization: `Bearer ${await secrets.read(auth.token)}` };
    return async () => ({ ...forever, headers });
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

/** Adds the file's certificates to the default ones, for every later connection of this process. */
function trust(file: string): void {
  try {
    const pem = readFileSync(file, "utf8");
    // Throws if it is not a certificate; the next line would accept it silently.
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
