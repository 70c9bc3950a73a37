/**
 * Tells gateways of this host where we are, when that is elsewhere than it was: their settings name our ports. A
 * gateway that runs reads them again by itself. A home that is not ours is not touched: there it is said.
 */

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PerdureError } from '@perdure/contract';
import { plainTextIn, replaceFile } from '@perdure/home';
import type { GatewayRecord } from '../core/gateway.ts';
import type { FleetStore } from '../core/ports.ts';
import { stateOfHome } from '../home/index.ts';
import { readdressed, type Addresses } from '../openclaw/index.ts';

export interface ReaddressDeps {
  readonly store: Pick<FleetStore, 'list'>;
  /** Of this machine, as it stands in the records. */
  readonly host: string;
  readonly log: (line: string) => void;
}

/** Handles of those whose settings are other ones now. Never rejects for one of them. */
export async function readdress({ store, host, log }: ReaddressDeps, addresses: Addresses): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const gateway of await store.list({ host })) {
    // One that is being made or changed has settings of the port before, and would wait for a hub that is not there.
    if (gateway.status === 'failed' || gateway.status === 'removing' || gateway.status === 'removed') continue;
    try {
      const told = readdressOne(gateway, addresses);
      if (told === undefined) continue;
      log(told.sentence);
      if (told.isDone) changed.push(gateway.handle);
    } catch (error) {
      log(`The settings of ${gateway.handle} in ${gateway.home} could not be looked at: ${messageOf(error)}`);
    }
  }
  return changed;
}

/** Undefined: it knows where we are, or has no settings yet. */
function readdressOne(
  gateway: GatewayRecord,
  addresses: Addresses,
): { readonly isDone: boolean; readonly sentence: string } | undefined {
  const { handle, home } = gateway;
  const path = join(home, 'openclaw.json');
  const state = stateOfHome(gateway);
  const text = state === 'absent' ? undefined : textOf(path);
  const next = text === undefined ? undefined : readdressed(text, addresses);
  if (next === undefined || next.kind === 'same') return undefined;
  if (next.kind === 'unclear') {
    const sentence = `${handle} looks for us at another address: set ${next.path} to ${next.wanted} in ${path}; its gateway reads that by itself.`;
    return { isDone: false, sentence };
  }
  if (state === 'strange') {
    const sentence = `${handle} looks for us at ${next.before}, and its home is not ours to write to: set the addresses of Perdure in ${path} to ${listed(addresses)}.`;
    return { isDone: false, sentence };
  }
  replaceFile(path, next.text);
  return {
    isDone: true,
    sentence: `${handle} looked for us at ${next.before}; its settings name ${listed(addresses)} now.`,
  };
}

const listed = ({ hubUrl, models = {} }: Addresses): string => [hubUrl, ...Object.values(models)].join(' and ');

/** Undefined: there are none yet. */
function textOf(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const text = plainTextIn(path);
  if (text !== undefined) return text;
  throw new PerdureError('conflict', `${path} is no plain file, or far too large; put the settings there again.`);
}
