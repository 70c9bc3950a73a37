/**
 * `perdure vault exec`: a program with values in its environment, or in descriptors that it reads, and in nothing else:
 * neither in arguments nor in what is printed here. Its exit code is ours.
 *
 * An environment is read by each program that the child starts, and by whatever else runs under this account. What
 * comes on a descriptor is read once. That is a socket, as Node makes no pipe: it is read by its number, as `gpg
 * --passphrase-fd` does, and cannot be opened by a path below `/dev/fd`.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { openReference, parseReference, type Reference } from './open.ts';

export interface ExecOptions extends CommonOptions {
  readonly item?: readonly string[];
  readonly fd?: readonly string[];
  readonly reason?: string;
}

/** What is given, and under which name; absent: under one made of the item and the key of each field. */
interface Wanted {
  readonly name: string | undefined;
  readonly reference: Reference;
}

export async function execWith(rim: Rim, command: readonly string[], options: ExecOptions): Promise<number> {
  const [program = '', ...args] = command;
  const items = (options.item ?? []).map(parseItem);
  const descriptors = (options.fd ?? []).map(parseDescriptor);
  if (items.length + descriptors.length === 0) {
    throw new PerdureError(
      'usage',
      'Say what the program is given: --item <vault>/<item>, or --fd NAME=<vault>/<item>/<field>.',
    );
  }
  const client = connectToHub(rim, options);
  const reason = options.reason ?? `perdure vault exec: ${program}`.slice(0, 500);
  const env: Record<string, string | undefined> = { ...rim.env };
  for (const { name, reference } of items) {
    const fields = await openReference(client, reference, reason);
    for (const [key, value] of Object.entries(fields)) env[name ?? variableOf(reference.item, key)] = whole(key, value);
  }
  const values: string[] = [];
  const numbers = new Map<string, number>();
  for (const { name, reference } of descriptors) {
    const [value = ''] = Object.values(await openReference(client, reference, reason));
    numbers.set(name, firstDescriptor + values.length);
    env[`${name}_FD`] = String(firstDescriptor + values.length);
    values.push(value);
  }
  const numbered = args.map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (given, name: string) => String(numbers.get(name) ?? given)),
  );
  return await runChild(rim, { program, args: numbered, env, values });
}

/** Behind stdin, stdout and stderr. */
const firstDescriptor = 3;

function parseItem(given: string): Wanted {
  const [, name, rest = ''] = /^(?:([^=/]+)=)?(.*)$/s.exec(given) ?? [];
  const reference = parseReference(rest);
  if (name === undefined || reference.field !== undefined) return { name, reference };
  throw new PerdureError('usage', `"${given}" gives one name to an item: say which field, as ${given}/<field>.`);
}

function parseDescriptor(given: string): Wanted & { readonly name: string } {
  const [, name, rest = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(given) ?? [];
  const reference = name === undefined ? undefined : parseReference(rest);
  if (name !== undefined && reference?.field !== undefined) return { name, reference };
  throw new PerdureError('usage', `--fd takes a name and a field, as NAME=<vault>/<item>/<field>, not "${given}".`);
}

/**
 * `api-key` of `mail` is `MAIL_API_KEY`: what an item is called was typed here, what its fields are called was not, and
 * must not become a `PATH`. An underscore is in it, so most of what programs obey is out of reach; the rest is refused.
 */
function variableOf(item: string, key: string): string {
  const name = `${item}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  if (!isObeyed.test(name)) return name;
  throw new PerdureError(
    'usage',
    `The field ${key} of ${item} would be ${name}, by which programs run other code; where you mean that, say ${name}=<vault>/${item}/${key}.`,
  );
}

/** By whose value a loader, a shell, git or a runtime runs something else, or asks somebody else. */
const obeyed = [
  'LD_.*',
  'DYLD_.*',
  'BASH_(ENV|FUNC.*)',
  'NODE_(OPTIONS|PATH|EXTRA_CA_CERTS)',
  'NPM_CONFIG_.*',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'SSH_ASKPASS',
  'GIT_(SSH|SSH_COMMAND|EXEC_PATH|PAGER|EDITOR|SEQUENCE_EDITOR|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND|TEMPLATE_DIR|CONFIG.*)',
  '(HTTP|HTTPS|ALL)_PROXY',
  'SSL_CERT_(FILE|DIR)',
  'PERDURE_.*',
];
const isObeyed = new RegExp(`^(${obeyed.join('|')})$`);

/** Node's own words about a variable that it cannot take repeat the value. */
function whole(key: string, value: string): string {
  if (!value.includes('\0')) return value;
  throw new PerdureError('usage', `The value of ${key} holds a NUL, which no environment can; give it with --fd.`);
}

interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** One for each descriptor from 3. */
  readonly values: readonly string[];
}

async function runChild(rim: Rim, { program, args, env, values }: Started): Promise<number> {
  const pipes = values.map(() => 'pipe' as const);
  const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'inherit', ...pipes], cwd: rim.cwd, env });
  const release = rim.onStopSignal((signal) => void child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', (cause: NodeJS.ErrnoException) => {
    const problem = `${program} cannot be started (${cause.code ?? 'unknown'}); check its name.`;
    reject(new PerdureError('usage', problem));
  });
  child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  give(child, values);
  try {
    return await promise;
  } finally {
    release();
  }
}

function give(child: ChildProcess, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    const stream = child.stdio[firstDescriptor + index] as Writable | null | undefined;
    // A program need not read what it is given, nor start at all.
    stream?.on('error', () => undefined).end(value);
  }
}
