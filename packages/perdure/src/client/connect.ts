/**
 * A client of the instance that runs on our state root. It is called over the socket below that root: on the port
 * somebody else may listen while the server is away, and would be given the key.
 *
 * All but the hub is the owner's. In the hub one speaks as the owner, or as whose key is kept: `--as` names them, or
 * `PERDURE_KEY_FILE` a file. Where `PERDURE_URL` names a server of another machine it is that which is asked.
 */

import { resolve } from 'node:path';
import { compact, handlePattern, handleRule, PerdureError } from '@perdure/contract';
import { publicFacts, readInstance, readKeyFile, readOwnerKey, savedKeyPath, type HomePaths } from '@perdure/home';
import { createClient, type Client } from '@perdure/sdk';
import { elsewhereText } from '../cli/elsewhere.ts';
import type { CommonOptions, SpeakerOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { fetchOver } from './fetch-over.ts';
import type { Link } from './link.ts';
import { remoteLink } from './remote-link.ts';

export type { Link } from './link.ts';

/** As the owner. */
export function connect(rim: Rim, options: CommonOptions): Client {
  return clientOf(linkWith(rim, options, ownerKeyOf));
}

/** As whoever speaks. */
export function connectToHub(rim: Rim, options: SpeakerOptions): Client {
  return clientOf(linkToHub(rim, options));
}

/** As whoever speaks, for who opens a socket. */
export function linkToHub(rim: Rim, options: SpeakerOptions): Link {
  return linkWith(rim, options, (root) => speakersKey(rim, options, root));
}

/** The key of whoever speaks; nothing need run for it. */
export function keyOfSpeaker(rim: Rim, options: SpeakerOptions): string {
  return speakersKey(rim, options, findPlace(rim, options));
}

export function clientOf({ url, key, socket }: Link): Client {
  return createClient({ url, key, ...compact({ fetch: socket === undefined ? undefined : fetchOver(socket) }) });
}

interface Root {
  readonly paths: HomePaths;
  readonly homeFlag: string;
}

/** As the owner, at the server of the state root here, whatever the environment names. */
export function connectHere(rim: Rim, options: CommonOptions): Client {
  return clientOf(linkHere(rim, options, ownerKeyOf));
}

function linkWith(rim: Rim, options: SpeakerOptions, keyOf: (root: Root) => string): Link {
  return remoteLink(rim, options) ?? linkHere(rim, options, keyOf);
}

function linkHere(rim: Rim, options: CommonOptions, keyOf: (root: Root) => string): Link {
  const { paths, homeFlag } = findPlace(rim, options);
  const instance = readInstance(paths);
  if (instance.kind !== 'running') {
    const elsewhere = elsewhereText(rim, paths.root);
    throw new PerdureError(
      'unreachable',
      `Perdure is not running on ${paths.root}: start it with \`perdure up${homeFlag}\`.${elsewhere && ` ${elsewhere}`}`,
    );
  }
  const { url, socket, public: access } = instance.info;
  const publicUrls = access && publicFacts(access, rim.now()).urls;
  return { url, socket, key: keyOf({ paths, homeFlag }), ...compact({ publicUrls }) };
}

function ownerKeyOf({ paths, homeFlag }: Root): string {
  const key = readOwnerKey(paths);
  if (key !== undefined) return key;
  if (readInstance(paths).kind !== 'running') {
    throw new PerdureError('not_found', `${paths.root} has no owner's key yet: \`perdure up${homeFlag}\` makes one.`);
  }
  throw new PerdureError(
    'unauthenticated',
    `${paths.root} has no owner's key: restart it with \`perdure down${homeFlag}\` and \`perdure up${homeFlag}\`, which makes one.`,
  );
}

/** The flag comes before the environment, and `--as owner` is the owner whatever that says. */
function speakersKey(rim: Rim, { as }: SpeakerOptions, root: Root): string {
  if (as !== undefined) return keptKeyOf(root, as.replace(/^@/, ''));
  const file = rim.env['PERDURE_KEY_FILE'] ?? '';
  if (file === '') return ownerKeyOf(root);
  const key = readKeyFile(resolve(rim.cwd, file));
  if (key !== undefined) return key;
  throw new PerdureError(
    'config_invalid',
    `There is no file ${file}, which PERDURE_KEY_FILE names: put a key into it, or unset the variable to speak as the owner.`,
  );
}

function keptKeyOf(root: Root, handle: string): string {
  if (!handlePattern.test(handle)) throw new PerdureError('usage', `"${handle}" is no handle: ${handleRule}.`);
  const kept = readKeyFile(savedKeyPath(root.paths, handle));
  if (kept !== undefined) return kept;
  // A key that was kept under this name would have come first; none is made for the owner by us.
  if (handle === ownerHandle) return ownerKeyOf(root);
  throw new PerdureError(
    'not_found',
    `No key of ${handle} is kept here: \`perdure keys create ${handle} --save${root.homeFlag}\` makes one and keeps it.`,
  );
}

/** Whoever owns the state root is called so. */
const ownerHandle = 'owner';
