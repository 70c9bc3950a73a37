/**
 * How a failure looks: one sentence and a hint for people, one JSON object for programs, always on stderr. A stack appears with
 * `--debug` only. The exit code is the catalogue's.
 */

import { errorCatalogue, isPerdureError, toErrorRecord, type ErrorRecord } from '@perdure/contract';
import { printable } from '../render/format.ts';
import { paintFor } from './paint.ts';
import type { Rim } from './rim.ts';

export interface FailureOptions {
  readonly json: boolean;
  readonly debug: boolean;
}

/** Prints `error` to stderr and answers the exit code. */
export function reportFailure(rim: Pick<Rim, 'env' | 'stderr'>, error: unknown, options: FailureOptions): number {
  const record = toErrorRecord(error, 'internal');
  const text = options.json ? failureJson(record) : failureText(record, rim);
  rim.stderr.write(`${text}\n`);
  if (options.debug) rim.stderr.write(`${stackOf(error)}\n`);
  else if (!options.json && !isPerdureError(error)) rim.stderr.write('  The same command with --debug shows where.\n');
  return errorCatalogue[record.code].exitCode;
}

/** The same fields as an error body of the HTTP API, so that one parser reads both. */
function failureJson(record: ErrorRecord): string {
  const hint = failureHint(record);
  return JSON.stringify({
    error: record.message,
    code: record.code,
    details: record.details ?? {},
    ...(hint === undefined ? {} : { hint }),
  });
}

function failureText(record: ErrorRecord, rim: Pick<Rim, 'env' | 'stderr'>): string {
  const paint = paintFor(rim.env, rim.stderr);
  // The message may quote a model server or a pipeline.
  const lines = [`${paint('red', 'perdure:')} ${printable(record.message)}`];
  const hint = failureHint(record);
  if (hint !== undefined) lines.push(`  ${paint('dim', hint)}`);
  return lines.join('\n');
}

/** The catalogue's hint for what caused it, unless the message already ends in a remedy: those name a command in backquotes. */
function failureHint(record: ErrorRecord): string | undefined {
  if (record.message.includes('`perdure ')) return undefined;
  const cause = record.details?.['cause'];
  return errorCatalogue[isPerdureError(cause) ? cause.code : record.code].hint;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
