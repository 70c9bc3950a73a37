/**
 * `perdure open`: a link by which a person signs in with a browser, once. It is printed, or given to the browser
 * through a file: as an argument every account of the machine could read it.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compact, type Session } from '@perdure/contract';
import { replaceFile } from '@perdure/home';
import type { CommonOptions, SpeakerOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { clientOf, linkToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';

export interface OpenOptions extends CommonOptions {
  /** Who signs in. */
  readonly as?: string;
  readonly browser?: boolean;
}

export async function openBrowser(rim: Rim, options: OpenOptions): Promise<number> {
  // Here it says for whom the link is; who makes it is the owner, or whose key the environment names.
  const { as: whom, ...speaker } = options;
  const link = linkToHub(rim, speaker satisfies SpeakerOptions);
  const client = clientOf(link);
  const principal = whom === undefined ? undefined : await findPrincipal(client, whom);
  const { data } = await client.offerSession({ body: compact({ principalId: principal?.id }) });
  const { token, ...session } = data;
  const url = `${link.url}/#${token}`;
  // Where a certificate has only a pattern, nobody but its owner knows the name.
  const elsewhere = (link.publicUrls ?? [])
    .filter((other) => !other.includes('*'))
    .map((other) => `${other}/#${token}`);
  const who = principal === undefined ? '' : ` for ${principal.handle}`;
  if (options.browser === true) return openHere(rim, options, { url, session, who });
  printData(rim, options, { ...session, url, ...(elsewhere.length > 0 && { publicUrls: elsewhere }) }, () =>
    [url, ...elsewhere].join('\n'),
  );
  const where = elsewhere.length > 0 ? '; the first is for this machine, the others for all' : '';
  if (options.json !== true) say(rim, `A link${who}, to be opened once, within ten minutes${where}.`);
  return 0;
}

interface Offered {
  readonly url: string;
  readonly session: Session;
  readonly who: string;
}

/** The file says where to go, and what it says is good for once. */
function openHere(rim: Rim, options: OpenOptions, { url, session, who }: Offered): number {
  const file = join(findPlace(rim, options).paths.run, 'open.html');
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>Perdure</title>\n`;
  replaceFile(file, page);
  const program = rim.env['BROWSER'] ?? (process.platform === 'darwin' ? 'open' : 'xdg-open');
  const child = spawn(program, [pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.on('error', () => {
    const problem = `No browser could be started by ${program}; \`perdure open\` prints the link.`;
    say(rim, options.json === true ? JSON.stringify({ warning: problem }) : problem);
  });
  child.unref();
  printData(rim, options, session, () => `A page${who} opens in the browser.`);
  return 0;
}
