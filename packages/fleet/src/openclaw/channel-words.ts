/**
 * Why the channel is not connected, in the words of our plugin: they are in the log of the gateway and nowhere else,
 * since what a plugin says of an error is not in what OpenClaw tells of a channel (2026.8.2, 2026.9.6).
 */

import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openPlainFile } from '@perdure/home';

/** Of a log that may be large. */
const tailBytes = 256 * 1024;

/** Undefined: it says nothing, or that it has connected since. */
export function channelWords(home: string): string | undefined {
  const lines = tailOf(join(home, 'logs', 'gateway.log')).matchAll(
    /\[sesame\] (?:\[[a-z]+\] )?(Authenticated successfully|(?:Not connected|channel exited): ((?:[^"\\\n]|\\.)*))/g,
  );
  return [...lines].at(-1)?.[2];
}

function tailOf(path: string): string {
  try {
    const file = openPlainFile(path, 'read');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, tailBytes));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, size - bytes.length)).toString();
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
