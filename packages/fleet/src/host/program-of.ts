/** With what a gateway is run, from the words with which it was started. */

import { realpath } from 'node:fs/promises';
import type { GatewayProgram } from '../core/gateway.ts';
import { isForNode, versionAt } from './find-openclaw.ts';

/** Of several ways to start it the first that can be told. Undefined: none can. */
export async function programOf(starts: readonly (readonly string[])[]): Promise<GatewayProgram | undefined> {
  for (const words of starts) {
    const program = await programIn(words);
    if (program !== undefined) return program;
  }
  return undefined;
}

/** `node [flags] entry …`, or the command itself, which is run by the Node that runs us. */
async function programIn([first = '', ...rest]: readonly string[]): Promise<GatewayProgram | undefined> {
  const isNode = /(?:^|\/)(?:node|nodejs)$/.test(first);
  const named = isNode ? rest.find((word) => !word.startsWith('-')) : first;
  if (named === undefined || !named.startsWith('/')) return undefined;
  const entry = await realpath(named).catch(() => undefined);
  if (entry === undefined || !isForNode(entry)) return undefined;
  const version = await versionAt(entry);
  if (version === undefined) return undefined;
  return { node: isNode && first.startsWith('/') ? first : process.execPath, entry, version };
}
