/** What somebody says into a chat: keys of a terminal, or the lines of a pipe. */

import { StringDecoder } from 'node:string_decoder';
import { PerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { emptyLine, keysIn, press, type Line } from './line-editor.ts';

export type Said =
  | { readonly kind: 'text'; readonly text: string }
  /** Somebody is at it. */
  | { readonly kind: 'typing'; readonly line: Line }
  | { readonly kind: 'interrupt' };

/** Bytes of one line; a message holds far less. */
const mostBytes = 1_000_000;

/** The lines of a pipe as they are, blank ones left out. @throws PerdureError where it is no UTF-8 */
export async function* linesOf({ stdin }: Pick<Rim, 'stdin'>): AsyncGenerator<Said, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      const problem = 'What comes on stdin is not UTF-8; convert it and try again.';
      throw new PerdureError('invalid_input', problem, { cause });
    }
  };
  for await (const chunk of stdin) {
    rest += typeof chunk === 'string' ? chunk : decode(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > mostBytes) {
      throw new PerdureError('too_large', 'A line on stdin is over 1 MB; a message has at most 10,000 characters.');
    }
    yield* textsOf(lines);
  }
  yield* textsOf([rest + decode(undefined)]);
}

function* textsOf(lines: readonly string[]): Generator<Said, void> {
  for (const line of lines) {
    const text = line.replace(/\r$/, '');
    if (text.trim() !== '') yield { kind: 'text', text };
  }
}

/** Keys, until Ctrl-D on an empty line. The terminal is as it was before when it ends. */
export async function* keysOf({ stdin }: Pick<Rim, 'stdin'>): AsyncGenerator<Said, void> {
  const decoder = new StringDecoder('utf8');
  let line = emptyLine;
  stdin.setRawMode?.(true);
  try {
    for await (const chunk of stdin) {
      for (const key of keysIn(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)))) {
        const typed = press(line, key);
        if (typed.kind === 'end') return;
        if (typed.kind === 'interrupt') yield typed;
        else {
          line = typed.kind === 'line' ? typed.line : emptyLine;
          yield { kind: 'typing', line };
          if (typed.kind === 'entered' && typed.text.trim() !== '') yield { kind: 'text', text: typed.text };
        }
      }
    }
  } finally {
    stdin.setRawMode?.(false);
  }
}
