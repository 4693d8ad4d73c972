/**
 * Pulls images, and detects within seconds that a registry does not answer. A problem with one image says nothing about
 * the others. A registry that cannot be reached or limits requests is not used again in this set-up.
 */
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { engineWords } from "./engine-words.ts";

/** A pull without any sign of the registry for this long is given up. */
const FIRST_SIGN_MS = 8000;

interface Kind {
  says: RegExp;
  means: string;
  /** Whether the registry's other images would fail in the same way. */
  ofRegistry: boolean;
  /** Whether it may pass within moments. */
  passing?: true;
}

const KINDS: Kind[] = [
  {
    says: /toomanyrequests|too many requests|rate limit|\b429\b/i,
    means: "the registry allows no more pulls for now",
    ofRegistry: true,
  },
  {
    says: /no such host|server misbehaving|name resolution/i,
    means: "the registry's name cannot be resolved",
    ofRegistry: true,
  },
  {
    says: /no answer within|time(d )?out|deadline exceeded/i,
    means: "the registry does not answer in time",
    ofRegistry: true,
    passing: true,
  },
  { says: /x509|certificate|tls:/i, means: "the registry's certificate is not trusted", ofRegistry: true },
  {
    says: /connection refused|connection reset|unreachable|no route to host|proxyconnect|\bEOF\b/i,
    means: "the registry cannot be reached",
    ofRegistry: true,
    passing: true,
  },
  // Also the answer for an image that does not exist: registries do not reveal to strangers which images they have.
  {
    says: /pull access denied|unauthorized|denied|authentication required|\b40[13]\b/i,
    means: "the registry refuses it: the image does not exist, or needs a login",
    ofRegistry: false,
  },
  {
    says: /manifest unknown|not found|no matching manifest|\b404\b/i,
    means: "the registry does not have it",
    ofRegistry: false,
  },
];

export class PullFailed extends Error {
  override readonly name = "PullFailed";
  readonly ofRegistry: boolean;
  readonly passing: boolean;

  constructor(words: string) {
    const kind = KINDS.find(({ says }) => says.test(words));
    super(kind ? `${kind.means} (${words})` : words);
    this.ofRegistry = kind?.ofRegistry ?? false;
    this.passing = kind?.passing ?? false;
  }
}

/** The host at the start of the name, else Docker Hub. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "Docker Hub";
}

export class Pulls {
  readonly #engine: Engine;
  /** By registry: the failure because of which it is not used again. */
  readonly #givenUp: Map<string, PullFailed> = new Map();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Throws `PullFailed`, or the signal's reason. */
  async pull(image: string, signal?: AbortSignal): Promise<void> {
    const registry = registryOf(image);
    const before = this.#givenUp.get(registry);
    if (before) throw before;
    const first = await this.#try(image, signal);
    if (first === null) return;
    // One hiccup does not rule out a registry: that would cost minutes of building, or the drill.
    const failed = first.passing ? await this.#try(image, signal) : first;
    if (failed === null) return;
    if (failed.ofRegistry) this.#givenUp.set(registry, failed);
    throw failed;
  }

  /** The failure; `null` for success. */
  async #try(image: string, signal?: AbortSignal): Promise<PullFailed | null> {
    try {
      await pull(this.#engine, image, signal);
      return null;
    } catch (error) {
      signal?.throwIfAborted();
      return new PullFailed(engineWords(error));
    }
  }
}

async function pull(engine: Engine, image: string, signal?: AbortSignal): Promise<void> {
  const docker = dockerOf(engine);
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), FIRST_SIGN_MS);
  const abortSignal = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  try {
    const stream = await docker.pull(image, { abortSignal });
    clearTimeout(late);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        // An error after the pull has begun comes inside the stream, which then ends normally.
        ({ error }: { error?: string }) => error && reject(new Error(error)),
      );
    });
  } catch (error) {
    throw abort.signal.aborted ? new Error(`no answer within ${FIRST_SIGN_MS / 1000} s`) : error;
  } finally {
    clearTimeout(late);
  }
}
