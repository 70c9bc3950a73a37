/**
 * Colour, and only where a person looks: NO_COLOR, FORCE_COLOR and dumb terminals are honoured, pipes get plain text.
 */

import { styleText } from 'node:util';
import type { Environment, Sink } from './sink.ts';

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

export function hasColour(env: Environment, sink: Sink): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return sink.isTTY === true && env['TERM'] !== 'dumb';
}

export function paintFor(env: Environment, sink: Sink): Paint {
  if (!hasColour(env, sink)) return (_colour, text) => text;
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
