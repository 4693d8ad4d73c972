/** One site's FHIR server: HAPI FHIR JPA, the published image or ours, with the same settings. */
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../model/plan/site.ts";
import type { Ask, FhirServer } from "../../system/fhir-server.ts";
import { withOwnClock } from "./clock.ts";
import { currentPort, DrillContainer, handleOf, isRunning, untilAnswers, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { DATABASE, HAPI_ROLE } from "./postgres.ts";
import { type ClientCertificates, certificatesInUrl, withCertificates } from "./vault/client-certificates.ts";

const PORT = 8080;
const START_DEADLINE_MS = 300_000;
const STOP_SECONDS = 5;

export interface Hapi extends FhirServer {
  container: StartedTestContainer;
}

export interface HapiOptions extends Where {
  side: SiteName;
  /** `host:port` of its database, normally a link; or several, separated by commas, of which one is the primary. */
  database: string;
  password: string;
  /** The library that gives it a clock of its own. */
  clock?: Buffer | undefined;
  /** If it logs in with a client certificate. */
  certificates?: ClientCertificates | undefined;
}

/**
 * The heap is small enough for two servers beside two databases. Only the C1 compiler is used: a drill is too short for
 * C2 to pay off. The serial collector needs no core of its own. The code cache is enlarged: the default with C1 alone
 * fills up at once, and each time a full collection stops the server.
 */
const JAVA_OPTIONS = "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m";

/** With the names that the published image reads, see docs/images.md. */
export function hapiEnvironment(
  options: Pick<HapiOptions, "side" | "database" | "password" | "certificates">,
): Record<string, string> {
  const { certificates } = options;
  const driver = [
    `connectTimeout=3&socketTimeout=10&tcpKeepAlive=true&ApplicationName=hapi-${options.side}`,
    ...(options.database.includes(",") ? ["targetServerType=primary"] : []),
    ...(certificates ? [certificatesInUrl()] : []),
  ].join("&");
  return {
    JAVA_TOOL_OPTIONS: JAVA_OPTIONS,
    SPRING_DATASOURCE_URL: `jdbc:postgresql://${options.database}/${DATABASE}?${driver}`,
    SPRING_DATASOURCE_USERNAME: HAPI_ROLE,
    SPRING_DATASOURCE_PASSWORD: options.password,
    SPRING_DATASOURCE_DRIVER_CLASS_NAME: "org.postgresql.Driver",
    // In one word: CONNECTION_TIMEOUT would be bound to the pool's `connection`, whose getter opens one and never returns
    // it.
    SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE: "20",
    SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT: "3000",
    SPRING_DATASOURCE_HIKARI_VALIDATIONTIMEOUT: "1000",
    ...(certificates && { SPRING_DATASOURCE_HIKARI_MAXLIFETIME: String(certificates.maxLifetimeSeconds * 1000) }),
    SPRING_JPA_PROPERTIES_HIBERNATE_DIALECT: "ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect",
    // Ids from the two sites must never collide.
    HAPI_FHIR_SERVER_ID_STRATEGY: "UUID",
    // The audit finds writes in the database by their request ids.
    HAPI_FHIR_STORE_META_SOURCE_INFORMATION: "SOURCE_URI_AND_REQUEST_ID",
    HAPI_FHIR_REUSE_CACHED_SEARCH_RESULTS_MILLIS: "0",
    // An export job that one site has accepted must be completed by the other.
    HAPI_FHIR_BULK_EXPORT_ENABLED: "true",
    // An interface for language models that creates a tool for each resource type while the server starts.
    SPRING_AI_MCP_SERVER_ENABLED: "false",
  };
}

export async function startHapi(
  engine: Engine,
  options: HapiOptions,
  environment = hapiEnvironment(options),
): Promise<Hapi> {
  const { side, signal } = options;
  const prepared = new DrillContainer(options, `hapi-${side}`).withEnvironment(environment).withLoopbackPorts(PORT);
  if (options.clock) withOwnClock(prepared, options.clock);
  if (options.certificates) withCertificates(prepared, options.certificates);
  const container = await prepared.start();
  const askingAt = async (base: string): Promise<Ask> => {
    const port = await currentPort(engine, container, PORT);
    return (path, init = {}) =>
      fetch(`http://127.0.0.1:${port}/${base}${path}`, { signal: AbortSignal.timeout(10_000), ...init });
  };
  const ask: Ask = async (path, init) => (await askingAt(""))(path, init);
  const isReady = async (timeoutMs = 10_000) =>
    (await ask("actuator/health/readiness", { signal: AbortSignal.timeout(timeoutMs) })).ok;
  const waiting = { what: `HAPI ${side.toUpperCase()} to be ready`, deadlineMs: START_DEADLINE_MS, signal };
  await untilAnswers(engine, container, waiting, () => isReady());
  const request: Ask = (path, init) => ask(`fhir/${path}`, init);
  await untilAnswers(engine, container, waiting, async () => (await request("metadata?_summary=true")).ok);
  return {
    ...{ side, container, request, isReady },
    asking: () => askingAt("fhir/"),
    stop: async () => {
      if (await isRunning(engine, container)) await handleOf(engine, container).stop({ t: STOP_SECONDS });
    },
    startAgain: async (calledOff) => {
      if (!(await isRunning(engine, container))) await handleOf(engine, container).start();
      const again = { ...waiting, what: `HAPI ${side.toUpperCase()} to be ready again`, signal: calledOff };
      await untilAnswers(engine, container, again, () => isReady());
    },
  };
}
