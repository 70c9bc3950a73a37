/**
 * Looks for secrets in what a program leaves behind: in files, in what it printed, in the arguments and environments of
 * processes, as they are and in the forms in which others write them.
 *
 * Base64 of a text that stands within a longer one begins at any of three places of a group, so that there are three
 * forms of it; the characters at either end hang on what stands beside them and are left out.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync, inflateSync } from 'node:zlib';

/** A secret, and what to call it where it was found: its value is not to be printed once more. */
export interface Canary {
  readonly name: string;
  /** At least 12 bytes, so that nothing is it by chance. */
  readonly value: string;
}

export interface Sighting {
  readonly canary: string;
  /** The form in which it stood, as `base64`. */
  readonly form: string;
  readonly where: string;
}

const leastBytes = 12;

interface Needle {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Each form of each of them. @throws where one is too short to be told from chance */
export function needlesOf(canaries: readonly Canary[]): readonly Needle[] {
  return canaries.flatMap(({ name, value }) => {
    if (Buffer.byteLength(value) < leastBytes)
      throw new Error(`the canary ${name} is shorter than ${leastBytes} bytes`);
    return Object.entries(formsOf(value)).map(([form, bytes]) => ({ canary: name, form, bytes }));
  });
}

function formsOf(value: string): Readonly<Record<string, Buffer>> {
  const raw = Buffer.from(value);
  const hex = raw.toString('hex');
  const texts: Record<string, string> = {
    raw: value,
    hex,
    'hex in capitals': hex.toUpperCase(),
    'of a URL': encodeURIComponent(value),
    'of a form': new URLSearchParams([['', value]]).toString().slice(1),
    'percent for each byte': hex.replaceAll(/../g, '%$&'),
    'in JSON': JSON.stringify(value).slice(1, -1),
    'in ASCII JSON': asciiJson(value),
    'in JSON within JSON': JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    backwards: Array.from(value).toReversed().join(''),
  };
  const forms = Object.fromEntries(Object.entries(texts).map(([form, text]) => [form, Buffer.from(text)]));
  for (const shift of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      forms[`${encoding} shifted by ${shift}`] = Buffer.from(withinBase64(raw, shift, encoding));
    }
  }
  forms['UTF-16'] = Buffer.from(value, 'utf16le');
  forms['UTF-16, high byte first'] = Buffer.from(value, 'utf16le').swap16();
  return forms;
}

const asciiJson = (value: string): string =>
  JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What of it hangs on nothing beside it, where it begins `shift` bytes into a group of three. */
function withinBase64(raw: Buffer, shift: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), raw])
    .toString(encoding)
    .replaceAll('=', '');
  const isCut = (shift + raw.length) % 3 !== 0;
  return text.slice(shift === 0 ? 0 : shift + 1, isCut ? -1 : undefined);
}

/** Where in some bytes; also in what they hold packed, two deep. */
export function sightingsIn(bytes: Buffer, where: string, needles: readonly Needle[]): readonly Sighting[] {
  return everyLayer(bytes, where).flatMap((layer) =>
    needles
      .filter((needle) => layer.bytes.includes(needle.bytes))
      .map(({ canary, form }) => ({ canary, form, where: layer.where })),
  );
}

interface Layer {
  readonly bytes: Buffer;
  readonly where: string;
}

function everyLayer(bytes: Buffer, where: string, depth = 2): readonly Layer[] {
  const within =
    depth === 0 ? [] : unpacked(bytes, where).flatMap((layer) => everyLayer(layer.bytes, layer.where, depth - 1));
  return [{ bytes, where }, ...within];
}

const mostUnpacked = 50_000_000;

/** A file that is packed whole, and each gzip that stands somewhere within it. */
function unpacked(bytes: Buffer, where: string): readonly Layer[] {
  const layers: Layer[] = [];
  const tryAs = (name: string, unpack: () => Buffer): void => {
    try {
      layers.push({ bytes: unpack(), where: `${where} (${name})` });
    } catch {
      // It is none.
    }
  };
  const limit = { maxOutputLength: mostUnpacked };
  for (let at = bytes.indexOf(gzipStart); at !== -1; at = bytes.indexOf(gzipStart, at + 1)) {
    tryAs(`gzip at ${at}`, () => inflateRawSync(bytes.subarray(at + gzipHeader(bytes, at)), limit));
  }
  if (bytes[0] === 0x78) tryAs('deflate', () => inflateSync(bytes, limit));
  return layers;
}

const gzipStart = Buffer.from([0x1f, 0x8b, 0x08]);

/** Bytes in front of what is packed (RFC 1952). What stands behind its end would stop Node's reader of gzip. */
function gzipHeader(bytes: Buffer, start: number): number {
  const flags = bytes[start + 3] ?? 0;
  let at = start + 10;
  if ((flags & 4) !== 0) at += 2 + bytes.readUInt16LE(at);
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1;
  return at + ((flags & 2) !== 0 ? 2 : 0) - start;
}

export interface Search {
  readonly sightings: readonly Sighting[];
  /** How many places were looked at: a search that saw nothing has found nothing. */
  readonly places: number;
}

/** In all files below a folder, links not followed, and in their names. `leaveOut`: where one may be, by its path. */
export function searchFolder(
  folder: string,
  needles: readonly Needle[],
  leaveOut: (path: string) => boolean = () => false,
): Search {
  const sightings: Sighting[] = [];
  let places = 0;
  // By hand: Node goes into the folders that links lead to.
  const look = (within: string): void => {
    for (const entry of readdirSync(within, { withFileTypes: true })) {
      const path = join(within, entry.name);
      if (leaveOut(path)) continue;
      places += 1;
      sightings.push(...sightingsIn(Buffer.from(entry.name), `a name in ${within}`, needles));
      if (entry.isDirectory()) look(path);
      const content = entry.isFile() ? contentOf(path) : undefined;
      if (content !== undefined) sightings.push(...sightingsIn(content, path, needles));
    }
  };
  look(folder);
  return { sightings, places };
}

/** Undefined: it went while we looked. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** In the arguments of processes, and in the environments of those that `mayNot` have one there. Linux. */
export function searchProcesses(
  pids: readonly number[],
  needles: readonly Needle[],
  mayNot: (pid: number) => boolean = () => true,
): Search {
  const sightings: Sighting[] = [];
  let places = 0;
  for (const pid of pids) {
    for (const name of ['cmdline', 'environ'] as const) {
      if (name === 'environ' && !mayNot(pid)) continue;
      const content = procFile(pid, name);
      if (content === undefined) continue;
      places += 1;
      sightings.push(...sightingsIn(content, `${name} of process ${pid}`, needles));
    }
  }
  return { sightings, places };
}

function procFile(pid: number, name: 'cmdline' | 'environ'): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}

/** Those below some, and themselves. Linux. */
export function processesBelow(roots: readonly number[]): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (roots.includes(pid) || isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}
