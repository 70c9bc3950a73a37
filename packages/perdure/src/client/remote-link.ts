/**
 * A server of another machine, which the environment names: `PERDURE_URL` says where it is, `PERDURE_KEY_FILE` who one
 * is there. No key that lies in a state root of this machine is ever shown to it.
 */

import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { httpsOrigin, readKeyFile } from '@perdure/home';
import type { SpeakerOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import type { Link } from './link.ts';

/** Undefined: it is the one of this machine that is meant; `--home` always means that. */
export function remoteLink({ env, cwd }: Rim, { home, as }: SpeakerOptions): Link | undefined {
  const given = env['PERDURE_URL']?.trim() ?? '';
  if (given === '' || home !== undefined) return undefined;
  const url = remoteUrl(given);
  if (as !== undefined) {
    throw new PerdureError(
      'usage',
      'PERDURE_URL names a server elsewhere, and --as a key that is kept here: name the file of your key there with PERDURE_KEY_FILE, or unset PERDURE_URL.',
    );
  }
  const file = env['PERDURE_KEY_FILE'] ?? '';
  const key = file === '' ? undefined : readKeyFile(resolve(cwd, file));
  if (key !== undefined) return { url, key, socket: undefined, isRemote: true };
  throw new PerdureError(
    'config_invalid',
    `PERDURE_URL names the server ${url}, and nothing says who you are there: put a key of it into a file of mode 600, and name that with PERDURE_KEY_FILE.`,
  );
}

/** Over plain HTTP a key goes no further than this machine, where a tunnel may begin. Quotes nothing: it may be one. */
function remoteUrl(given: string): string {
  const url = httpsOrigin(given) ?? /^(http:\/\/127\.0\.0\.1:\d{1,5})\/?$/.exec(given)?.[1];
  if (url !== undefined) return url;
  throw new PerdureError(
    'config_invalid',
    'PERDURE_URL is no address such as https://hub.example.com:7443, or http://127.0.0.1 with a port: correct it, or unset it for the server of this machine.',
  );
}
