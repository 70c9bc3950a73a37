/**
 * All that is there of a member: its record, the files of its home, its processes, ports and keys, and what lies beside
 * them. Two looks are alike where nothing of it has changed; of a change it is known what they differ in.
 */

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FamilyGateway } from '@perdure/contract';
import { entriesBelow } from '@perdure/home';
import { until } from '@perdure/testing';
import { readIfAny, type FamilyHost } from '../family-host.ts';
import type { FamilyScene } from './scene.ts';

export type Look = Readonly<Record<string, string | undefined>>;

/** What runs for a member, in words: also what was started by hand. */
export function processesOf(host: FamilyHost, handle: string): readonly string[] {
  const home = host.homeOf(handle);
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    const words = readIfAny(`/proc/${pid}/cmdline`).split('\0');
    const environment = readIfAny(`/proc/${pid}/environ`).split('\0');
    const isByHand =
      environment.includes(`HOME=${host.accountHome}`) && words[words.indexOf('--profile') + 1] === handle;
    return isByHand || environment.includes(`OPENCLAW_STATE_DIR=${home}`) ? [words.join(' ')] : [];
  });
}

/** Without those that keep others. */
export const gatewaysOf = (host: FamilyHost, handle: string): readonly string[] =>
  processesOf(host, handle).filter((words) => words.includes('gateway run') && !words.includes('keeper'));

/** When it is well, as far as it is to be. `ports`: those of which it is to be known who answers there. */
export async function lookAt(scene: FamilyScene, handle: string, ports: readonly number[] = []): Promise<Look> {
  const { host } = scene;
  const gateway = await well(scene, handle);
  const { service, serviceName, wanted, status, readiness, version, model, port, process } = gateway;
  const answers = await Promise.all([...new Set([port, ...ports])].map(answerOn));
  return {
    service,
    serviceName,
    wanted,
    status,
    readiness,
    version,
    model,
    port: String(port),
    restarts: String(process.restarts),
    processes: gatewaysOf(host, handle).map(releaseIn).join(),
    'other processes': String(processesOf(host, handle).length - gatewaysOf(host, handle).length),
    keys: (await scene.openKeys(gateway)).join(),
    beside: readdirSync(host.accountHome)
      .filter((name) => name.startsWith('.perdure-'))
      .join(),
    unit: unitOf(host, handle),
    ...Object.fromEntries(answers),
    ...filesOf(host.homeOf(handle)),
  };
}

/** Where two looks differ. `changed`: what is to be otherwise; undefined: whatever it is. */
export function unlike(before: Look, after: Look, changed: Look = {}): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const isFree = Object.hasOwn(changed, name) && changed[name] === undefined;
    const wanted = changed[name] ?? before[name];
    if (isFree ? after[name] !== before[name] : after[name] === wanted) return [];
    return [`${name}: ${after[name]}, not ${isFree ? 'another one' : wanted}`];
  });
}

const isWell = ({ service, wanted, readiness }: FamilyGateway, isConnected: boolean): boolean =>
  readiness === (wanted === 'up' ? 'ready' : 'away') && (isConnected || service === 'its_own' || wanted === 'down');

async function well({ host, familyId }: FamilyScene, handle: string): Promise<FamilyGateway> {
  const look = async () => {
    const gateway = await host.status(handle);
    const { data } = await host.system.client.listFamilyMembers({ params: { familyId } });
    const isConnected = data.find((one) => one.handle === handle)?.isConnected === true;
    return isWell(gateway, isConnected) ? gateway : undefined;
  };
  return await until(look, { withinMs: 60_000, what: `${handle} is well`, everyMs: 100 });
}

/** Of which release it is. */
const releaseIn = (words: string): string => /(\S+)\/lib\/node_modules\/openclaw\//.exec(words)?.[1] ?? words;

async function answerOn(port: number): Promise<readonly [string, string]> {
  const answer = await fetch(`http://127.0.0.1:${port}/startupz`).then(
    async (response) => ((await response.json()) as { readonly version?: string }).version ?? 'a stranger',
    () => 'nobody',
  );
  return [`on port ${port}`, answer];
}

/** What our supervisor keeps of it: one installation, or nothing. */
function unitOf({ system }: FamilyHost, handle: string): string {
  const folder = join(system.paths.run, 'fleet', handle);
  if (!existsSync(folder)) return 'none';
  const installed = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
  const { wanted, spec } = JSON.parse(readFileSync(join(folder, 'unit.json'), 'utf8')) as Readonly<
    Record<'wanted' | 'spec', unknown>
  >;
  return JSON.stringify({ installed, wanted, spec });
}

/** What is written as it runs. */
const passing = /^(?:logs|tmp|sesame)(?:\/|$)/;

function filesOf(home: string): Look {
  const files = entriesBelow(home).map((entry) => ({
    entry,
    path: relative(home, join(entry.parentPath, entry.name)),
  }));
  const told = files
    .filter(({ path }) => !passing.test(path))
    .map(({ entry, path }) => {
      const at = join(home, path);
      const mode = (lstatSync(at).mode & 0o777).toString(8);
      const content = entry.isSymbolicLink() ? readlinkSync(at) : entry.isFile() ? digestOf(at) : '';
      return [`file ${path}`, `${mode} ${content}`] as const;
    });
  return { 'file .': (lstatSync(home).mode & 0o777).toString(8), ...Object.fromEntries(told) };
}

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12);
