/**
 * Evidence is a check that we ran ourselves. It is bound to the state of the files that it ran on: it is void as soon
 * as that changes, and from the beginning where that changed while it ran.
 *
 * Nothing secret of the environment is recorded: its values are starred out of the output, and a command that spells
 * one out is refused.
 */

import { compact, type Evidence } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import type { Refusal } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import { differingFiles } from './file-digest.ts';
import { createEntryReader } from './file-entries.ts';
import { programFile } from './program-file.ts';
import { runArgv } from './run-argv.ts';
import { maskSecrets, secretsOf, type Secret } from './secrets.ts';
import { subjectOf, type SubjectAnswer, type SubjectOptions } from './subject.ts';

export interface Check extends SubjectOptions {
  /** An argument vector; no shell sees it. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** What a check found: evidence but for what it is evidence of, and whose. */
export type CheckEvidence = Pick<
  Evidence,
  | 'id'
  | 'at'
  | 'passed'
  | 'command'
  | 'cwd'
  | 'program'
  | 'exit_code'
  | 'output_digest'
  | 'output_tail'
  | 'subject'
  | 'files_changed'
  | 'files_rewritten'
  | 'files_touched'
>;

export type CheckOutcome =
  | {
      readonly kind: 'ran';
      readonly evidence: CheckEvidence;
      readonly timedOut: boolean;
      /** The files changed while it ran, by itself or by somebody else: the evidence is void. */
      readonly changedSubject: boolean;
    }
  | Refusal;

const tailBytes = 4096;
/** In UTF-8. */
const longestCharacter = 4;

/** Runs the check. @throws the signal's reason, with nothing recorded. */
export async function runCheck(check: Check): Promise<CheckOutcome> {
  const { command, cwd, timeoutMs, signal, env = process.env } = check;
  const secrets = secretsOf(env);
  const [program, ...args] = command;
  if (program === undefined || program === '')
    return refuse('invalid_input', 'There is no command; give one after `--`.');
  const spelled = secrets.find(({ value }) => command.some((part) => part.includes(value)));
  if (spelled !== undefined) return refuse('invalid_input', spelledOut(spelled));
  const look = { reader: createEntryReader(), ...check };
  const file = programFile(program, { cwd, env });
  const before = await subjectOf(look);
  if (before.kind === 'refused') return before;

  const spare = Math.max(longestCharacter, ...secrets.map(({ value }) => Buffer.byteLength(value)));
  const run = await runArgv([program, ...args], { cwd, env, timeoutMs, signal, tailBytes: tailBytes + spare });
  if (run.kind === 'not-started') {
    return refuse(
      'invalid_input',
      `The command cannot be started (${run.errorCode}); give a program that is installed, then its arguments.`,
    );
  }
  const after = await subjectOf(look);
  if (after.kind === 'refused') return after;
  const changedSubject = after.subject.digest !== before.subject.digest;
  const isRewritten = !changedSubject && after.stamp !== before.stamp;
  return {
    kind: 'ran',
    timedOut: run.timedOut,
    changedSubject,
    evidence: {
      id: check.newId(),
      at: isoTime(check.now()),
      passed: run.exitCode === 0,
      command: [...command],
      cwd,
      ...compact({ program: file }),
      exit_code: run.exitCode,
      output_digest: run.outputDigest,
      output_tail: endOf(maskSecrets(run.tail, secrets)),
      subject: after.subject,
      ...(changedSubject ? { files_changed: true as const } : {}),
      ...(isRewritten ? { files_rewritten: true as const } : {}),
      ...(changedSubject || isRewritten ? touched(before, after, changedSubject ? 'line' : 'stamp') : {}),
    },
  };
}

/** Enough to know whose work it is. */
const mostNames = 5;
const longestName = 200;

function touched(
  before: Extract<SubjectAnswer, { readonly kind: 'subject' }>,
  after: Extract<SubjectAnswer, { readonly kind: 'subject' }>,
  by: 'line' | 'stamp',
): Pick<Evidence, 'files_touched'> {
  const all = differingFiles(before.files ?? new Map(), after.files ?? new Map(), by);
  const names = all.slice(0, mostNames).map((name) => name.slice(0, longestName).toWellFormed());
  return { files_touched: { names, count: all.length } };
}

/**
 * The last 4 KiB, from the beginning of a character. Where there is more before it, a secret at the cut was seen whole.
 */
function endOf(bytes: Buffer): string {
  let start = Math.max(0, bytes.length - tailBytes);
  while (start > 0 && ((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start += 1;
  return bytes.toString('utf8', start);
}

function spelledOut({ name }: Secret): string {
  return `The command spells out the value of ${name}, which would be recorded; let it read the variable itself, as in \`sh -c '… "$${name}"'\`.`;
}
