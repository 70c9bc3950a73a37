/**
 * Processes of this account that run a gateway, as far as the system shows them: Linux by `/proc`, others by `ps`.
 *
 * Surprise: a gateway gives itself a title in place of its words, and with these goes the name of its profile. Whose it
 * is, the database that it has open tells then.
 */

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat as statAt } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ownAccount, processStartTime, type ProcessIdentity } from '@perdure/home';

export interface GatewayProcess extends ProcessIdentity {
  /** `default` where none is named. */
  readonly profile: string;
  /** Its home, where that can be seen. */
  readonly stateDir?: string;
  /** Number of the process that started it. */
  readonly parent?: number;
  /** As it was started; one that has named itself shows its name alone. */
  readonly words: readonly string[];
}

export async function scanProcesses(): Promise<readonly GatewayProcess[]> {
  return process.platform === 'linux' ? await scanProc('/proc') : await scanPs();
}

/**
 * What is gone, or is another account's, while we look is passed over: words of its processes anybody may read, and a
 * profile of it may be called as one of ours.
 */
export async function scanProc(folder: string, account = ownAccount()): Promise<readonly GatewayProcess[]> {
  const pids = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = async (pid: number, name: string): Promise<readonly string[]> =>
    (await readFile(`${folder}/${pid}/${name}`, 'utf8').catch(() => '')).split('\0');
  const isOurs = async (pid: number): Promise<boolean> =>
    (await statAt(`${folder}/${pid}`).catch(() => undefined))?.uid === account;
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (!(await isOurs(pid))) return undefined;
      const words = await read(pid, 'cmdline');
      if (!isGateway(words)) return undefined;
      const env = envOf(await read(pid, 'environ'));
      const isNamed = env['OPENCLAW_STATE_DIR'] !== undefined || env['OPENCLAW_PROFILE'] !== undefined;
      const isTitled = words[0]?.startsWith('openclaw-gateway') === true;
      const home = isTitled && !isNamed ? await openHome(`${folder}/${pid}`) : undefined;
      const [stat = ''] = await read(pid, 'stat');
      // Behind the name, which may hold anything: state, parent.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const found = identified(pid, {
        words,
        env: { ...env, ...(home !== undefined && { OPENCLAW_STATE_DIR: home }) },
      });
      return found && { ...found, ...(Number.isInteger(parent) && { parent }) };
    }),
  );
  return found.flatMap((one) => (one === undefined ? [] : [one]));
}

/** Undefined: it has none open, or may not be looked at. */
async function openHome(at: string): Promise<string | undefined> {
  const names = await readdir(`${at}/fd`).catch(() => []);
  const links = await Promise.all(names.map(async (name) => await readlink(`${at}/fd/${name}`).catch(() => '')));
  const database = links.find((link) => /\/state\/openclaw\.\w+$/.test(link));
  return database === undefined ? undefined : dirname(dirname(database));
}

async function scanPs(): Promise<readonly GatewayProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-x', '-o', 'pid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid = '', ...words] = line.trim().split(/\s+/);
    const found = isGateway(words) ? identified(Number(pid), { words, env: {} }) : undefined;
    return found === undefined ? [] : [found];
  });
}

/**
 * `node …/openclaw/dist/index.js gateway …`, or the title that it gives itself. Its helpers and a shell that was told
 * so are none.
 */
function isGateway(words: readonly string[]): boolean {
  const [program = ''] = words;
  if (/^openclaw-gateway\b/.test(program)) return true;
  if (!/(?:^|\/)(?:node|nodejs|bun|openclaw)$/.test(program)) return false;
  const at = words.findIndex((word) => /(?:^|\/)openclaw(?:\.mjs|\/dist\/(?:index|entry)\.m?js)?$/.test(word));
  if (at < 0 || at > 6) return false;
  const rest = words.slice(at + 1);
  const command = rest.find((word, index) => !word.startsWith('-') && !isValueOf(rest[index - 1]));
  return (
    command === 'gateway' && !rest.some((word) => /^(?:status|stop|restart|install|uninstall|call|probe)$/.test(word))
  );
}

const isValueOf = (before: string | undefined): boolean => before === '--profile';

interface Seen {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function identified(pid: number, { words, env }: Seen): GatewayProcess | undefined {
  const startedAt = processStartTime(pid);
  if (startedAt === undefined) return undefined;
  const at = words.indexOf('--profile');
  const profile = (at < 0 ? undefined : words[at + 1]) ?? env['OPENCLAW_PROFILE'] ?? 'default';
  // One of the same name in another home is another's.
  const usual =
    env['HOME'] === undefined ? undefined : `${env['HOME']}/.openclaw${profile === 'default' ? '' : `-${profile}`}`;
  const stateDir = env['OPENCLAW_STATE_DIR'] ?? usual;
  return {
    pid,
    startedAt,
    profile,
    words: words.filter((word) => word !== ''),
    ...(stateDir !== undefined && { stateDir }),
  };
}

function envOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const pairs = lines.flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 && (line.startsWith('OPENCLAW_') || line.startsWith('HOME='))
      ? [[line.slice(0, at), line.slice(at + 1)] as const]
      : [];
  });
  return Object.fromEntries(pairs);
}
