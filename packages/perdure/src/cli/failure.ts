/**
 * How a failure looks: one sentence and a hint for people, one JSON object for programs, always on stderr. A stack
 * appears with `--debug` only. The exit code is the catalogue's.
 */

import { errorCatalogue, isPerdureError, toErrorRecord, type ErrorRecord } from '@perdure/contract';
import { printable } from '../text/format.ts';
import { hintFor } from '../text/hint.ts';
import { paintFor } from '../text/paint.ts';
import type { Rim } from './rim.ts';
import { systemFailure } from './system-failure.ts';

export interface FailureOptions {
  readonly json: boolean;
  readonly debug: boolean;
  /** The command that was meant, as far as the command line names one: `perdure runs list`; default `perdure`. */
  readonly command?: string;
}

/** Prints `error` to stderr and answers the exit code. */
export function reportFailure(rim: Pick<Rim, 'env' | 'stderr'>, thrown: unknown, options: FailureOptions): number {
  const error = systemFailure(thrown);
  const record = toErrorRecord(error, 'internal');
  const hint = failureHint(record, options.command);
  const text = options.json ? failureJson(record, hint) : withRun(failureText(record, hint, rim), record);
  rim.stderr.write(`${text}\n`);
  if (options.debug) rim.stderr.write(`${stackOf(error)}\n`);
  else if (!options.json && !isPerdureError(error)) rim.stderr.write('  The same command with --debug shows where.\n');
  return errorCatalogue[record.code].exitCode;
}

/** Commands that a record names without the run that it is about, as they can be typed. */
function withRun(text: string, { details }: ErrorRecord): string {
  const id = details?.['runId'];
  return typeof id === 'string'
    ? text.replaceAll(/`perdure runs (retry|resume|show)`/g, `\`perdure runs $1 ${id}\``)
    : text;
}

/** The same fields as an error body of the HTTP API, so that one parser reads both. */
function failureJson(record: ErrorRecord, hint: string | undefined): string {
  // Without a hint there is no such member.
  return JSON.stringify({ error: record.message, code: record.code, details: record.details ?? {}, hint });
}

function failureText(record: ErrorRecord, hint: string | undefined, rim: Pick<Rim, 'env' | 'stderr'>): string {
  const paint = paintFor(rim.env, rim.stderr);
  // The message may quote a model server or a pipeline.
  const lines = [`${paint('red', 'perdure:')} ${printable(record.message)}`];
  if (hint !== undefined) lines.push(`  ${paint('dim', hint)}`);
  return lines.join('\n');
}

/** By which a run goes on that ended so. */
const orders = { needs_attention: 'resume', run_failed: 'retry' } as const;

/** The hint for what caused it. Of wrong usage it is the page that tells the right one. */
function failureHint(record: ErrorRecord, command = 'perdure'): string | undefined {
  if (record.code === 'usage') return record.message.includes('`perdure ') ? undefined : `See \`${command} --help\`.`;
  const cause = record.details?.['cause'];
  const code = isPerdureError(cause) ? cause.code : record.code;
  return hintFor({ code, message: record.message }, { goesOnBy: orders[record.code as keyof typeof orders] });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
