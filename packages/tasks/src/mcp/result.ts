/** What a tool answers: words for a model, and the same as data. */

import { compact, type Task } from '@perdure/contract';
import type { Refusal } from '../core/ports.ts';
import type { Heed } from '../core/told.ts';
import { keyRule } from './instructions.ts';

export interface ToolResult {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

/** A word to heed, whole: what is new is told nowhere else. */
export function heedLine({ intent, message, isNew, number }: Heed): string {
  return `${isNew ? 'New' : 'Still'} ${intent}${wordNumber(number)}: ${message}`;
}

/** By which a word is named; empty for what has none. */
export function wordNumber(number: number | undefined): string {
  return number === undefined ? '' : ` (word ${number})`;
}

/** An answer about a task. */
export function told(task: Task, text: string, data: Readonly<Record<string, unknown>> = {}): ToolResult {
  const about = { task_id: task.task_id, revision: task.revision, state: task.desired_state };
  return { text: `${text}\n\n${keyRule}`, data: { ...about, ...data, rule: keyRule } };
}

/** A refusal with what to do about it in these tools, instead of what the command line would do. */
export function refused({ code, message: said, details }: Refusal): ToolResult {
  const reason = details?.['reason'];
  const next = (typeof reason === 'string' ? remedies[reason] : undefined) ?? remedies[code];
  const message = (next === undefined ? said : said.replace(adviceOfTheShell, '.')).replaceAll(ownFlags, '$1');
  const text = `Refused (${code}): ${message}${next === undefined ? '' : `\nHere: ${next}`}\n\n${keyRule}`;
  const data = {
    refused: code,
    message,
    ...compact({ details }),
    next: next ?? '',
    rule: keyRule,
  };
  return { text, data, isError: true };
}

/** The end of a sentence, as the desk words it. */
const adviceOfTheShell = /; (?:name|stop|take|see|`)[^\n]*$/;

/** Flags of the shell that are fields here, under the same word. */
const ownFlags = /--(proof|note|coordination)\b/g;

/** By the reason of a lease, else by the code. */
const remedies: Readonly<Record<string, string>> = {
  held: 'pass the lease if it is yours. If it is not, leave the task alone until the lease has expired.',
  expired: 'perdure_continue with take_over: true, if you are told to go on with this task.',
  newer: 'pass the lease of your last perdure_continue.',
  superseded: 'stop working on this task, and say so to the user.',
  ended: 'perdure_continue, if you are told to go on with this task.',
  closed: 'leave the lease out; there is nothing more to do on this task unless the user says so.',
  unknown: 'leave the lease out, or perdure_continue if you are told to go on with this task.',
  gate_open: 'do what is missing, have each criterion verified, then call again. Do not report the task as done.',
  not_found: 'perdure_continue without task_id lists the open tasks.',
};
