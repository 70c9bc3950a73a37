/**
 * What travels from a worker to the server about runs in progress: one JSON object per line.
 *
 * Nothing here is a fact of the record. A line that cannot be read is ignored, so that a worker of another version
 * costs watchers their live view and nothing else.
 */

import type { LiveSignal } from '@perdure/contract';

export interface LiveMessage {
  readonly runId: string;
  readonly signal: LiveSignal;
}

/** Characters of one line; a peer that sends more without a line break is not one of ours. */
export const maxLineLength = 1_048_576;

export function encodeLine({ runId, signal }: LiveMessage): string {
  const line =
    signal.type === 'committed' ? { run: runId, commit: true } : { run: runId, key: signal.key, text: signal.delta };
  return `${JSON.stringify(line)}\n`;
}

/** The message of a line, or undefined for anything else. */
export function decodeLine(line: string): LiveMessage | undefined {
  const value = parseObject(line);
  if (typeof value?.['run'] !== 'string') return undefined;
  const runId = value['run'];
  if (value['commit'] === true) return { runId, signal: { type: 'committed' } };
  const { key, text } = value;
  if (typeof key !== 'string' || typeof text !== 'string') return undefined;
  return { runId, signal: { type: 'text', key, delta: text } };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
