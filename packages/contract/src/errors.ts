/**
 * The error catalogue: every failure a user, a client or an exit code can see, once.
 *
 * A failure is recognised by its `code`, never by `instanceof`: errors cross processes, the record and bundles, and only the code
 * survives all three. Expected refusals are values (`{ kind }`); they become one of these at the outermost edge.
 */

/** What one code means to each surface. Exit codes are documented in `docs/cli.md`. */
interface ErrorEntry {
  readonly httpStatus: number;
  /** Whether the same request may succeed later without anything being changed by the caller. */
  readonly retryable: boolean;
  readonly exitCode: number;
  /** Short name of the failure, as a heading. */
  readonly title: string;
  /** What to do next when the message itself does not say it better. */
  readonly hint: string;
}

export const errorCatalogue = {
  invalid_input: {
    httpStatus: 400,
    retryable: false,
    exitCode: 2,
    title: 'Invalid input',
    hint: 'Correct the value named in the message and send it again.',
  },
  usage: {
    httpStatus: 400,
    retryable: false,
    exitCode: 2,
    title: 'Wrong usage',
    hint: 'See `perdure --help`.',
  },
  unauthenticated: {
    httpStatus: 401,
    retryable: false,
    exitCode: 3,
    title: 'Not authenticated',
    hint: 'Send `Authorization: Bearer <key>`; `perdure key` prints the key.',
  },
  forbidden: {
    httpStatus: 403,
    retryable: false,
    exitCode: 4,
    title: 'Not allowed',
    hint: 'Use the address that `perdure status` prints.',
  },
  not_found: {
    httpStatus: 404,
    retryable: false,
    exitCode: 7,
    title: 'Not found',
    hint: 'Check the id or the path.',
  },
  method_not_allowed: {
    httpStatus: 405,
    retryable: false,
    exitCode: 2,
    title: 'Method not allowed',
    hint: 'See `/api/v1/openapi.json` for the methods of this path.',
  },
  conflict: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Conflict',
    hint: 'Read the current state and decide again.',
  },
  too_large: {
    httpStatus: 413,
    retryable: false,
    exitCode: 2,
    title: 'Too large',
    hint: 'Send less.',
  },
  unsupported_media_type: {
    httpStatus: 415,
    retryable: false,
    exitCode: 2,
    title: 'Unsupported content type',
    hint: 'Send JSON with `Content-Type: application/json`.',
  },
  internal: {
    httpStatus: 500,
    retryable: true,
    exitCode: 6,
    title: 'Internal error',
    hint: 'Look into the logs folder of the state root; please report it.',
  },
  unreachable: {
    httpStatus: 502,
    retryable: true,
    exitCode: 5,
    title: 'Not reachable',
    hint: 'Is `perdure up` running? `perdure status` tells.',
  },
  unavailable: {
    httpStatus: 503,
    retryable: true,
    exitCode: 6,
    title: 'Not available now',
    hint: 'Try again in a moment; `GET /health` tells which part is down.',
  },
  timeout: {
    httpStatus: 504,
    retryable: true,
    exitCode: 5,
    title: 'Timed out',
    hint: 'Try again.',
  },
  storage_full: {
    httpStatus: 507,
    retryable: true,
    exitCode: 6,
    title: 'Storage full',
    hint: 'Free disk space; everything acknowledged is kept and work goes on by itself.',
  },
  storage_read_only: {
    httpStatus: 503,
    retryable: false,
    exitCode: 6,
    title: 'Storage read-only',
    hint: 'Make the state root writable for this account.',
  },
  storage_corrupt: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Storage corrupt',
    hint: 'Stop, keep a copy of the state root, and restore the database from a backup.',
  },
  storage_foreign: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'Not our database',
    hint: 'Choose another state root with `--home`, or add our tables to this database with `perdure up --init`.',
  },
  config_invalid: {
    httpStatus: 500,
    retryable: false,
    exitCode: 2,
    title: 'Invalid configuration',
    hint: '`perdure config explain` shows each value with its source.',
  },
  already_running: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Already running',
    hint: '`perdure status` shows it; `perdure down` stops it.',
  },
  port_busy: {
    httpStatus: 503,
    retryable: false,
    exitCode: 8,
    title: 'Port busy',
    hint: 'Choose another port with the flag named in the message.',
  },
  engine_missing: {
    httpStatus: 503,
    retryable: false,
    exitCode: 6,
    title: 'Engine binary missing',
    hint: 'Run `npm install` without `--omit=optional`.',
  },
  definition_invalid: {
    httpStatus: 400,
    retryable: false,
    exitCode: 1,
    title: 'Invalid agent, pipeline or tool',
    hint: '`perdure agents check`, `pipelines check` and `tools check` name file, line and remedy.',
  },
  run_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Run failed',
    hint: '`perdure runs show` shows the failed step; `perdure runs retry` goes on at it.',
  },
  run_cancelled: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Run cancelled',
    hint: 'Start it again.',
  },
  needs_attention: {
    httpStatus: 202,
    retryable: false,
    exitCode: 1,
    title: 'Needs attention',
    hint: '`perdure runs show` says why; `perdure runs resume` goes on.',
  },
  step_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Step failed',
    hint: '`perdure runs retry` goes on at this step.',
  },
  model_rejected: {
    httpStatus: 502,
    retryable: false,
    exitCode: 1,
    title: 'Model refused the request',
    hint: 'Check AI_BASE_URL, AI_API_KEY and MODEL_ID.',
  },
  model_unavailable: {
    httpStatus: 502,
    retryable: true,
    exitCode: 5,
    title: 'Model not available',
    hint: 'Is the model server up? `perdure runs retry` goes on at this step.',
  },
  contract_broken: {
    httpStatus: 502,
    retryable: false,
    exitCode: 1,
    title: 'Answer does not match the output contract',
    hint: 'Simplify the Output Contract or use a stronger model; `perdure runs retry` asks again.',
  },
  review_exhausted: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Not approved within the allowed rounds',
    hint: 'Allow more rounds, or return the last version with `onExhausted: "return"`.',
  },
  undo_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Effects that could not be taken back',
    hint: 'Take them back by hand; `perdure runs show` names each.',
  },
  tool_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Tool failed',
    hint: '`perdure runs retry` calls the tool again.',
  },
  outcome_unknown: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Outcome of a tool call not known',
    hint: 'Find out whether it took effect, then answer: `perdure waits` shows the question.',
  },
  budget_exhausted: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Budget used up',
    hint: '`perdure runs resume` grants the same budget again; `perdure runs cancel` ends the run.',
  },
  no_progress: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'The agent goes round in circles',
    hint: 'Tell it what to do with `perdure runs steer`, then `perdure runs resume`.',
  },
  turns_exhausted: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Turns of the agent used up',
    hint: 'Raise `maxTurns` in its AGENT.md, then `perdure runs retry`.',
  },
  lease_held: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Somebody else is at work on the task',
    hint: '`perdure task show <id>` tells who holds it and until when; pause, stop, steer and note need no lease.',
  },
  gate_open: {
    httpStatus: 409,
    retryable: false,
    exitCode: 9,
    title: 'The task is not done yet',
    hint: '`perdure task show <id>` lists what is missing; `perdure task verify` records evidence.',
  },
  duplicate_key: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Step key used twice',
    hint: 'Give each call its own key, then `perdure runs resume`.',
  },
  record_differs: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'The pipeline no longer matches its record',
    hint: 'Put the code back, or give the changed call a new key, then `perdure runs resume`.',
  },
  stalled: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'The pipeline does not go on',
    hint: 'Await outside work only inside `ctx.step`, then `perdure runs resume`.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Facts for programs; never a secret, never a stack. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The one error class. `message` is one sentence: what happened, why, what to do next.
 * Recognise it by {@link isPerdureError}, which looks at `code` alone.
 */
export class PerdureError extends Error {
  override readonly name = 'PerdureError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for any error that carries a code of the catalogue (and, if given, this one), whichever bundle or process made it. */
export function isPerdureError(error: unknown, code?: ErrorCode): error is PerdureError {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const found = error.code;
  if (typeof found !== 'string' || !Object.hasOwn(errorCatalogue, found)) return false;
  return code === undefined || found === code;
}

/** An error as it is kept in a record and sent over the wire. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** Any thrown value as a record of plain JSON; what has no code of ours becomes `fallback`. Never throws, whatever was thrown. */
export function toErrorRecord(error: unknown, fallback: ErrorCode): ErrorRecord {
  try {
    if (!isPerdureError(error)) {
      return { code: fallback, message: error instanceof Error ? withCause(error) : String(error) };
    }
    const { code, message, details } = error as { code: ErrorCode; message?: unknown; details?: unknown };
    const plain = plainDetails(details);
    return {
      code,
      message: typeof message === 'string' ? message : code,
      ...(plain === undefined ? {} : { details: plain }),
    };
  } catch {
    return { code: fallback, message: 'Something was thrown that cannot be described; throw an Error.' };
  }
}

/** Many libraries say what really happened in the cause alone: `fetch failed`. */
function withCause(error: Error): string {
  const { cause } = error;
  // Whoever throws may have made it anything.
  const given: unknown = error.message;
  const message = String(given);
  if (!(cause instanceof Error)) return message;
  const { code } = cause as { readonly code?: unknown };
  const why = cause.message === '' && typeof code === 'string' ? code : cause.message;
  return message.includes(why) ? message : `${message}: ${why}`;
}

/** Undefined for what is no JSON object, or an empty one. */
function plainDetails(details: unknown): ErrorDetails | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  try {
    const plain = JSON.parse(JSON.stringify(details)) as ErrorDetails;
    return Object.keys(plain).length === 0 ? undefined : plain;
  } catch {
    return undefined;
  }
}
