/** Under which key a call is recorded, where it is written out. Pure. */

import type { ContextCall } from './context-calls.ts';
import { membersOf, textOf } from './source-code.ts';

export interface KeyedCall extends ContextCall {
  readonly key: string;
}

/** Undefined where it is computed. */
export function keyOf({ method, args }: ContextCall): string | undefined {
  switch (method) {
    case 'step':
    case 'sleep':
    case 'now':
    case 'uuid':
      return textOf(args[0]);
    case 'agent': {
      if (args[2] === undefined) return textOf(args[0]);
      const options = membersOf(args[2]);
      if (options === undefined || !options.isWhole) return undefined;
      return options.named.has('key') ? textOf(options.named.get('key')?.value) : textOf(args[0]);
    }
    case 'tool':
    case 'delegate':
    case 'map':
    case 'run':
      return textOf(membersOf(args[2])?.named.get('key')?.value);
    case 'review':
    case 'human':
      return textOf(membersOf(args[1])?.named.get('key')?.value);
    default:
      return method satisfies never;
  }
}
