/**
 * The one error class, and what is kept of an error.
 *
 * A failure is recognised by its `code`, never by `instanceof`: errors cross processes, the record and bundles, and
 * only the code survives all three. Expected refusals are values (`{ kind }`); they become one of these at the
 * outermost edge.
 */

import { compact } from '../values/compact.ts';
import { errorCatalogue, type ErrorCode } from './catalogue.ts';
import { describeThrown, maxMessageLength, shortened } from './thrown.ts';

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

/**
 * True for any error that carries a code of the catalogue (and, if given, this one), whichever bundle or process made
 * it.
 */
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

/**
 * Any thrown value as a record of plain JSON; what has no code of ours becomes `fallback`. Never throws, whatever was
 * thrown.
 */
export function toErrorRecord(error: unknown, fallback: ErrorCode): ErrorRecord {
  try {
    if (!isPerdureError(error)) {
      return { code: fallback, message: describeThrown(error) };
    }
    const { code, message, details } = error as { code: ErrorCode; message?: unknown; details?: unknown };
    const plain = plainDetails(details);
    const said = typeof message === 'string' ? shortened(message, maxMessageLength) : code;
    return { code, message: said, ...compact({ details: plain }) };
  } catch {
    return { code: fallback, message: 'Something was thrown that cannot be described; throw an Error.' };
  }
}

/** What any thrown value says, for a line of a log or a clause of a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describeThrown(error);
}

/** More is no fact for a program but a document, and each list of runs would carry it. */
const maxDetailsLength = 65_536;

/** Undefined for what is no JSON object, or an empty one. */
function plainDetails(details: unknown): ErrorDetails | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  try {
    const text = JSON.stringify(details);
    const plain = JSON.parse(text) as ErrorDetails;
    if (Object.keys(plain).length === 0) return undefined;
    return text.length <= maxDetailsLength ? plain : { leftOut: shortened(text, maxDetailsLength) };
  } catch {
    return undefined;
  }
}
