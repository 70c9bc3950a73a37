/**
 * `perdure task bind`: where the reports of a task go. A secret is named by its variable, and so is an address that
 * holds one: neither is ever typed, kept or shown.
 */

import { compact, deliverySchema, PerdureError, type Delivery, type DeliveryMethod } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { change } from './change.ts';
import { parsed } from './parse.ts';
import { deliveryText } from './view-delivery.ts';
import type { WriteOptions } from './write-flags.ts';

export interface BindOptions extends WriteOptions {
  readonly method?: DeliveryMethod;
  readonly none?: boolean;
  readonly url?: string;
  readonly secret?: string;
  readonly dedupe?: boolean;
  readonly channel?: string;
  readonly target?: string;
  readonly account?: string;
}

export interface BindWords {
  readonly id: string;
  readonly command: readonly string[];
}

/** What each method takes. */
const takes = {
  stdout: [],
  log: [],
  noop: [],
  command: ['command', 'dedupe'],
  webhook: ['url', 'secret', 'dedupe'],
  openclaw: ['channel', 'target', 'account'],
} as const satisfies Record<DeliveryMethod, readonly (keyof BindOptions | 'command')[]>;

export async function bindTask(rim: Rim, { id, command }: BindWords, options: BindOptions): Promise<number> {
  const { method, none = false } = options;
  if (none === (method !== undefined)) {
    throw new PerdureError('usage', 'Say where the reports are to go with --method, or take the binding away: --none.');
  }
  const given = { command: command.length === 0 ? undefined : command, ...options };
  const delivery = method === undefined ? null : readDelivery(rim, method, given);
  const said = delivery === null ? 'Reports go nowhere' : `Reports go to ${deliveryText(delivery)}`;
  return await change(rim, { id, command: { type: 'bind', delivery }, options, said });
}

type Given = BindOptions & { readonly command: readonly string[] | undefined };

function readDelivery({ cwd }: Pick<Rim, 'cwd'>, method: DeliveryMethod, given: Given): Delivery {
  refuseOthers(method, given);
  const takes_key = given.dedupe === true ? true : undefined;
  switch (method) {
    case 'command':
      if (given.command === undefined) throw new PerdureError('usage', 'Name the program behind `--`: -- notify-me.');
      return parsed(deliverySchema, compact({ method, argv: given.command, cwd, takes_key }), 'The command');
    case 'webhook': {
      const secret_variable = reference(given.secret);
      if (secret_variable === undefined) {
        throw new PerdureError('usage', `A webhook is signed: name the variable of its secret, --secret env:NAME.`);
      }
      return parsed(
        deliverySchema,
        compact({ method, ...readAddress(given.url), secret_variable, takes_key }),
        'The webhook',
      );
    }
    case 'openclaw': {
      const { channel, target, account } = given;
      if (channel === undefined || target === undefined) {
        throw new PerdureError('usage', 'OpenClaw needs --channel and --target, such as telegram and a chat id.');
      }
      return parsed(deliverySchema, compact({ method, channel, target, account }), 'The chat');
    }
    default:
      return { method };
  }
}

function refuseOthers(method: DeliveryMethod, given: Given): void {
  const own: readonly string[] = takes[method];
  const all = [...new Set(Object.values(takes).flat())];
  const odd = all.find((name) => given[name] !== undefined && !own.includes(name));
  if (odd === undefined) return;
  const name = odd === 'command' ? 'a program' : `--${odd}`;
  throw new PerdureError('usage', `The method ${method} takes no ${name.replace(/^a /, '')}; leave it out.`);
}

/** The name behind `env:`. */
function reference(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^env:(.+)$/.exec(text)?.[1];
}

function readAddress(text: string | undefined): { readonly url?: string; readonly url_variable?: string } {
  if (text === undefined) throw new PerdureError('usage', 'A webhook needs its address: --url https://… or env:NAME.');
  const url_variable = reference(text);
  if (url_variable !== undefined) return { url_variable };
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PerdureError('usage', '--url is no address; write http:// or https:// and where it leads, or env:NAME.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message =
      '--url may hold a secret (a password, or what stands behind "?"); put the address into the .env file of the state root, and write env:NAME.';
    throw new PerdureError('usage', message);
  }
  return { url: url.href };
}
