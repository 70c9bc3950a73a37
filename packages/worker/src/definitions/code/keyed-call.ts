/** Under which key a call is recorded, where it is written out. Pure. */

import type { ContextCall } from './context-calls.ts';

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
      return args[0]?.text;
    case 'agent': {
      const options = args[2];
      if (options === undefined) return args.length > 0 ? args[0]?.text : undefined;
      if (options.members === undefined || !options.members.isWhole) return undefined;
      return options.members.named.has('key') ? options.members.named.get('key')?.text : args[0]?.text;
    }
    case 'tool':
    case 'map':
    case 'run':
      return args[2]?.members?.named.get('key')?.text;
    case 'review':
    case 'human':
      return args[1]?.members?.named.get('key')?.text;
    default:
      return method satisfies never;
  }
}
