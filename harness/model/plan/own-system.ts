/**
 * Somebody's own running system: where clients write, what may be broken and by what, and what must never be done to
 * it. Plain data, from `systems` in `fhirdrill.config.ts`. A drill starts and removes nothing of it.
 */
import { z } from "zod";
import { CLIENT_RETRIES } from "./attempts.ts";
import { ObjectivesSchema } from "./config.ts";
import { SITES } from "./site.ts";

const name = z.string().regex(/^[a-z0-9-]+$/, "lower-case letters, digits and dashes");
const url = z
  .url({ protocol: /^https?$/, error: "it must be a URL that begins with http:// or https://" })
  .refine((text) => !hasLogin(text), "it must not contain a user name or password: use fhir.auth or fhir.headers");

function hasLogin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

/**
 * A program of theirs, by its argument vector: no shell is involved, so nothing is expanded. It is killed if it has not
 * ended within `timeoutSeconds`.
 */
export const StepSchema = z.object({
  argv: z.tuple([z.string().min(1)], z.string()),
  /** Its working folder, relative to the folder of the settings, which is the default. */
  folder: z.string().min(1).optional(),
  timeoutSeconds: z.number().positive().max(600).default(10),
});

/** A secret, never in the settings or a record: the name of an environment variable, or a program that prints it. */
export const SecretSchema = z.union([z.object({ env: z.string().min(1) }), z.object({ run: StepSchema })]);

export const AuthSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** It must be valid to the end of the audit, because it is not renewed. */
  z.object({ kind: z.literal("bearer"), token: SecretSchema }),
  /** OAuth 2 client credentials; renewed before they expire. */
  z.object({
    kind: z.literal("client-credentials"),
    tokenUrl: url,
    clientId: z.string().min(1),
    clientSecret: SecretSchema,
    scope: z.string().optional(),
  }),
]);

export const FhirSchema = z.object({
  /** The FHIR base that clients use, such as https://fhir.staging.example/fhir. */
  base: url.transform((base) => base.replace(/\/+$/, "")),
  auth: AuthSchema.default({ kind: "none" }),
  /** Sent with every request. */
  headers: z.record(z.string(), z.string()).default({}),
  /** A file with additional certificates to trust. */
  ca: z.string().optional(),
  /** The FHIR base of each site's own server, if it can be reached directly, past the proxy. */
  direct: z.partialRecord(z.enum(SITES), url).default({}),
});

/** Kubernetes labels, each `name=value` in a selector; selector expressions are not allowed. */
const podLabels = z
  .record(
    z.string().regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/, "it must be the name of a label"),
    z.string().regex(/^([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?$/, "it must be the value of a label"),
  )
  .refine((labels) => Object.keys(labels).length > 0, "name at least one label: without one, every pod would match");

/** How a container or a pod is found. There must be exactly one match, which is then identified by its id. */
export const FindSchema = z.union([
  z.object({ compose: z.object({ project: z.string().min(1), service: z.string().min(1) }) }),
  z.object({ container: z.string().min(1) }),
  z.object({ label: z.object({ name: z.string().min(1), value: z.string() }) }),
  /** A pod that has all these labels; then identified by its UID. */
  z.object({ pod: podLabels }),
]);

/**
 * The system's Kubernetes cluster: one context and one namespace, whatever is current in the kubeconfig. The namespace
 * consents by the annotation fhirdrill.allow: "true".
 */
export const KubernetesSchema = z.object({
  /** Default: found as kubectl does. */
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1),
  namespace: z.string().min(1),
  /** The FHIR base for the load, which runs in the cluster; default: `fhir.base`. */
  base: url.transform((base) => base.replace(/\/+$/, "")).optional(),
  /** Images that the cluster's nodes pull: k6, and one with bash and iptables. */
  images: z
    .object({
      k6: z.string().min(1).default("grafana/k6:2.2.0"),
      tools: z.string().min(1).default("nicolaka/netshoot:v0.14"),
    })
    .prefault({}),
  /** What starts the load's runners: an Indexed Job of ours, or k6-operator, which must be installed. */
  load: z.enum(["job", "k6-operator"]).default("job"),
});

/** A component that may be broken, in a container on this machine's engine or in a pod. */
export const TargetSchema = z.object({
  is: z.enum(["server", "database", "proxy", "other"]),
  /** Its site, if there are sites. */
  site: z.enum(SITES).optional(),
  find: FindSchema,
});

/**
 * A fault that their programs inject. `evidence` prints one line of JSON, `{"bit": true, "gone": false, "detail":
 * {…}}`: whether it sees the fault active, and whether it sees it cleared. Another exit code than 0, or any other
 * output, means unknown. It must observe the system, and not repeat what `inject` did.
 */
export const HookSchema = z
  .object({
    inject: StepSchema,
    heal: StepSchema,
    evidence: StepSchema,
    /** After this many seconds, the fault ends by itself in the system, even if it is not healed. */
    ttlSeconds: z.number().positive().optional(),
    /** It does not end by itself, and may stay for ever if this machine dies. Also needs `--irreversible`. */
    irreversible: z.literal(true).optional(),
  })
  .refine(({ ttlSeconds, irreversible }) => (ttlSeconds === undefined) === (irreversible === true), {
    message: "set ttlSeconds, after which the fault ends by itself, or irreversible: true",
  })
  .refine(({ inject, evidence }) => inject.argv.join("\0") !== evidence.argv.join("\0"), {
    path: ["evidence"],
    message: "evidence must be another program than inject: it has to observe the system",
  });

/** The name of each site's database pod. */
const podOfEach = z
  .record(z.enum(SITES), z.string().min(1))
  .refine(({ a, b }) => a !== b, "each site has a pod of its own");

/**
 * What reports the primary: Patroni's REST API at each site; each site's PostgreSQL itself, reached by `sql`; the
 * status of a CloudNativePG cluster; the one pod with these labels; or a program that prints {"primary": "a"}, "b" or
 * null.
 */
export const PrimarySchema = z.union([
  z.object({ patroni: z.record(z.enum(SITES), url) }),
  z.object({ sql: z.literal(true) }),
  z.object({ cnpg: z.object({ cluster: z.string().min(1), sites: podOfEach }) }),
  z.object({ pods: z.object({ labels: podLabels, sites: podOfEach }) }),
  z.object({ run: StepSchema }),
]);

export const OwnSystemSchema = z
  .object({
    /** What it is, in one sentence. */
    is: z.string().min(1),
    fhir: FhirSchema,
    /** The environment that it must be: `proof` must print exactly that name. */
    expect: z.object({ environment: z.string().min(1), proof: StepSchema }).optional(),
    kubernetes: KubernetesSchema.optional(),
    targets: z.record(name, TargetSchema).default({}),
    hooks: z.record(name, HookSchema).default({}),
    observe: z
      .object({
        primary: PrimarySchema.optional(),
        /**
         * How far the follower is behind, while the load runs: `sql`, or a program that prints {"bytes": n,
         * "milliseconds": n}, `null` for what is not known.
         */
        lag: z.union([z.object({ sql: z.literal(true) }), z.object({ run: StepSchema })]).optional(),
        /** Exits with 0 while both sites have all data; run before anything is broken. */
        redundant: StepSchema.optional(),
      })
      .default({}),
    /**
     * Each site's PostgreSQL, as a connection string (postgres://…). It is only read for what `observe` asks: who is
     * the primary, and how far the follower is behind. A role with `pg_monitor` is enough for both.
     */
    sql: z.record(z.enum(SITES), SecretSchema).optional(),
    /** Programs for a planned switchover to each site. */
    switchover: z.partialRecord(z.enum(SITES), StepSchema).optional(),
    objectives: ObjectivesSchema.partial().default({}),
    clientRetry: z.enum(CLIENT_RETRIES).default("none"),
    guard: z
      .object({
        /** Run every second under load; any exit code but 0 ends the drill and heals. */
        stop: StepSchema.optional(),
        /** The drill ends and heals when nobody could write for this long. */
        maxDowntimeSeconds: z.number().positive().default(300),
        /** A load with a higher rate is refused before anything starts. */
        maxRatePerSecond: z.number().positive().default(50),
        maxWrites: z.number().int().positive().default(20_000),
        /** More than this share of the writes answered with 429 ends the drill. */
        maxThrottledShare: z.number().gt(0).max(1).default(0.2),
        /** More than one target or hook may be broken at a time; all servers, or all databases, never. */
        severalAtOnce: z.literal(true).optional(),
        /** The system may hold patients that no drill wrote. */
        existingData: z.literal(true).optional(),
      })
      .prefault({}),
  })
  .refine(({ targets, hooks }) => Object.keys(targets).every((each) => !(each in hooks)), {
    message: "a target and a hook cannot have the same name",
  })
  .superRefine(({ targets, kubernetes, observe: { primary } }, { addIssue }) => {
    for (const [target, { find }] of Object.entries(targets)) {
      const path = ["targets", target, "find"];
      if ("pod" in find && kubernetes === undefined)
        addIssue({ code: "custom", path, message: "a pod needs a cluster: set kubernetes" });
      if (!("pod" in find) && kubernetes !== undefined)
        addIssue({
          ...{ code: "custom", path },
          message: "a system in Kubernetes can only have pods; describe an engine's containers as another system",
        });
    }
    if (primary !== undefined && ("cnpg" in primary || "pods" in primary) && kubernetes === undefined)
      addIssue({
        ...{ code: "custom", path: ["observe", "primary"] },
        message: "it needs a cluster: set kubernetes",
      });
  })
  .refine(
    ({ observe: { primary, lag }, sql }) => sql !== undefined || ![primary, lag].some((by) => by && "sql" in by),
    {
      path: ["sql"],
      message: "observe needs connections to the databases: set sql",
    },
  );

export type Step = z.infer<typeof StepSchema>;
export type Secret = z.infer<typeof SecretSchema>;
export type Kubernetes = z.infer<typeof KubernetesSchema>;
export type Find = z.infer<typeof FindSchema>;
export type Target = z.infer<typeof TargetSchema>;
export type Hook = z.infer<typeof HookSchema>;
export type OwnSystem = z.infer<typeof OwnSystemSchema>;
/** As people write it. */
export type OwnSystemInput = z.input<typeof OwnSystemSchema>;
