/**
 * Two accounts of one machine, made for this and taken away again, each with a perdure of its own and an agent of the
 * same name in a real gateway: each answers its own people, and neither reads, speaks for or ends the other's.
 *
 * Surprise: the program lies in the caches of whoever tests, where no other account may look: both run a linked copy.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { geteuid, pid, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createClient } from '@perdure/sdk';
import { installed } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../e2e/up-process.ts';
import { FamilyHost } from '../e2e/family-host.ts';
import { addAgain, may, wantedOf } from '../e2e/two-accounts.ts';
import { releases } from './releases.ts';

const [newest = { name: 'openclaw', version: 'none' }] = releases;
const main = fileURLToPath(import.meta.resolve('perdure/main'));
const names = ['ada', 'ben'] as const;
type Name = (typeof names)[number];

const why = whyNot();
if (why !== undefined) process.stdout.write(`Two accounts with OpenClaw itself are left out: ${why}.\n`);

describe.skipIf(why !== undefined)(`two accounts with agents of OpenClaw ${newest.version}`, () => {
  let folder: string;
  const hosts = {} as Record<Name, FamilyHost>;
  const both = () => names.map((name) => hosts[name]);
  const dms = {} as Record<Name, string>;
  const home = (name: Name, ...path: readonly string[]): string =>
    join(hosts[name].accountHome, '.openclaw-scout', ...path);

  beforeAll(async () => {
    const program = await installed(newest);
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-accounts-')));
    chmodSync(folder, 0o755);
    const copy = join(folder, 'program');
    linkAll(join(program, '..', '..'), copy);
    for (const name of names) {
      const account = makeAccount(name, join(folder, name));
      const said = (line: string): void => void process.stdout.write(`${name}: ${line}\n`);
      const user = nameOf(name);
      hosts[name] = await FamilyHost.start(join(copy, 'node_modules', '.bin'), {
        account,
        accountHome: join(folder, name),
        env: { USER: user, LOGNAME: user },
        onLine: said,
      });
      hosts[name].system.setModelScript([{ text: 'NO_REPLY' }]);
    }
  }, 400_000);
  afterAll(async () => {
    const left = Object.values(hosts);
    // Whatever fails in this, no account is left.
    await Promise.allSettled(left.map(async (host) => await host[Symbol.asyncDispose]()));
    for (const name of names) takeAway(name);
    // Locks of OpenClaw, by the number of an account that another one is given next.
    for (const path of left.flatMap((host) => filesOf(host, folder))) rmSync(path, { recursive: true, force: true });
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  test('are made at one moment, with one name, on ports that do not meet, as processes of their account', async () => {
    for (const host of both()) await host.perdure('family', 'init', 'main');
    const words = ['--model', 'demo/demo', '--no-key', '--service', 'supervisor'];
    await Promise.all(both().map(async (host) => await addAgain(host, 'scout', words)));
    const members = await Promise.all(both().map(async (host) => await host.status('scout')));
    expect(members.map(({ status, readiness }) => [status, readiness])).toEqual(both().map(() => ['ready', 'ready']));
    const [one = 0, other = 0] = members.map(({ port }) => port);
    expect(Math.abs(one - other)).toBeGreaterThanOrEqual(120);
    for (const host of both()) {
      const uids = new Set(host.processes().map(uidOf));
      expect([...uids]).toEqual([host.account?.uid]);
    }
  }, 400_000);

  test('answer those of their own account, each with its own words', async () => {
    for (const name of names) {
      const { stdout } = await hosts[name].perdure('channels', 'dm', 'scout', '--json');
      dms[name] = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data.id;
      await isHeard(name, `This is the scout of ${name}.`);
    }
    for (const name of names) {
      const others = names.filter((one) => one !== name).map((one) => `This is the scout of ${one}.`);
      expect((await hosts[name].said(dms[name])).map(({ content }) => content)).not.toEqual(
        expect.arrayContaining(others),
      );
    }
  });

  test('have no file, socket, process or key of each other, also where their folders were opened', () => {
    for (const { accountHome, system } of both()) {
      for (const path of [dirname(system.folder), accountHome, system.folder]) chmodSync(path, 0o755);
    }
    for (const [name, other] of [names, names.toReversed()] as readonly (readonly [Name, Name])[]) {
      const all = readdirSync(home(name), { recursive: true, encoding: 'utf8' }).map((path) => home(name, path));
      const wanted = [...all, ...wantedOf(hosts[name])];
      expect(may(hosts[name], wanted).length).toBeGreaterThan(100);
      expect(may(hosts[other], [hosts[name].accountHome])).toEqual([`list ${hosts[name].accountHome}`]);
      expect(may(hosts[other], wanted)).toEqual([]);
      // Whatever else it has made on this machine: what programs of it keep for a while, for one.
      const elsewhere = filesOf(hosts[name], folder);
      hosts[name].tell(`elsewhere: ${elsewhere.join(', ') || 'nothing'}`);
      expect(may(hosts[other], elsewhere).filter((line) => !line.startsWith('list '))).toEqual([]);
      const secrets = secretsOf(home(name, 'secrets.json'));
      expect(secrets.length).toBeGreaterThan(1);
      const shown = execFileSync('/bin/ps', ['-eo', 'args'], { ...hosts[other].account, encoding: 'utf8' });
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    }
  });

  test('are nobody at the hub and at the gateway of each other', async () => {
    for (const [name, other] of [names, names.toReversed()] as readonly (readonly [Name, Name])[]) {
      const { hub } = JSON.parse(readFileSync(home(name, 'secrets.json'), 'utf8')) as { readonly hub: string };
      expect(await createClient({ url: hosts[name].system.url, key: hub }).whoAmI()).toMatchObject({});
      await expect(createClient({ url: hosts[other].system.url, key: hub }).whoAmI()).rejects.toMatchObject({
        code: 'unauthenticated',
      });
      const { gateway } = JSON.parse(readFileSync(home(name, 'secrets.json'), 'utf8')) as { readonly gateway: string };
      expect(await invoke((await hosts[name].status('scout')).port, gateway)).not.toBe(401);
      expect(await invoke((await hosts[other].status('scout')).port, gateway)).toBe(401);
    }
  });

  test('go on where that of the other account is stopped, started and taken away', async () => {
    const { ada, ben } = hosts;
    const before = await ben.pidOf('scout');
    await ada.perdure('family', 'stop', 'scout');
    expect(await ada.status('scout')).toMatchObject({ process: { state: 'stopped' } });
    await isHeard('ben', 'I am still here.');
    await ada.perdure('family', 'start', 'scout');
    await isHeard('ada', 'And so am I, again.');
    await ada.perdure('family', 'deprovision', 'scout', '--yes');
    expect([ada.processes(), existsSync(home('ada'))]).toEqual([[], false]);
    await isHeard('ben', 'Now I am alone.');
    expect(await ben.pidOf('scout')).toBe(before);
    await ben.perdure('family', 'deprovision', 'scout', '--yes');
    expect([ben.processes(), existsSync(home('ben'))]).toEqual([[], false]);
  }, 300_000);

  /** It says that because somebody of its account has asked it. */
  async function isHeard(name: Name, words: string): Promise<void> {
    hosts[name].system.setModelScript([{ text: words }]);
    await hosts[name].perdure('messages', 'send', 'scout', 'Who is there?');
    await hosts[name].hears(dms[name], 'scout', words);
    hosts[name].system.setModelScript([{ text: 'NO_REPLY' }]);
  }
});

function whyNot(): string | undefined {
  if (platform !== 'linux' || geteuid?.() !== 0)
    return 'only root makes accounts, and this is told apart on Linux alone';
  if (!existsSync('/usr/sbin/useradd')) return 'there is no useradd';
  const isHidden = may({ account: { uid: 65_534, gid: 65_534 } }, [main]).length === 0;
  return isHidden ? `other accounts may not read ${main}, so they cannot run it` : undefined;
}

const nameOf = (name: Name): string => `perdure-${pid}-${name}`;

function makeAccount(name: Name, home: string): Account {
  execFileSync('/usr/sbin/useradd', ['--create-home', '--home-dir', home, '--user-group', nameOf(name)]);
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('/usr/bin/id', [flag, nameOf(name)], { encoding: 'utf8' })),
  );
  return { uid, gid };
}

/** With its home; nothing where there is no such account. */
function takeAway(name: Name): void {
  if (!readFileSync('/etc/passwd', 'utf8').includes(`\n${nameOf(name)}:`)) return;
  execFileSync('/usr/sbin/userdel', ['--force', '--remove', nameOf(name)], { stdio: 'ignore' });
}

/** Links where that can be: half a gigabyte. */
function linkAll(from: string, to: string): void {
  mkdirSync(to);
  const words = (...flags: readonly string[]) => [...flags, `${from}/.`, to];
  try {
    execFileSync('/bin/cp', words('-a', '-l'), { stdio: 'ignore' });
  } catch {
    execFileSync('/bin/cp', words('-a'));
  }
  chmodSync(to, 0o755);
}

/** Where everybody may write, and below neither its home nor its state root. */
function filesOf({ account, system }: FamilyHost, homes: string): readonly string[] {
  const places = ['/tmp', '/var/tmp', '/dev/shm', '/run', tmpdir()].filter((place) => existsSync(place));
  const own = [homes, dirname(system.folder)].flatMap((path) => ['-path', path, '-prune', '-o']);
  const words = [...new Set(places), ...own, '-user', String(account?.uid), '-print'];
  // It ends with 1 where something of others went away meanwhile.
  const { stdout } = spawnSync('/usr/bin/find', words, { encoding: 'utf8' });
  return stdout.split('\n').filter((path) => path !== '');
}

const uidOf = (process: number): number =>
  Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1]);

const secretsOf = (path: string): readonly string[] =>
  Object.values(JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>).filter(
    (value) => value.length > 10,
  );

/** What a gateway answers to who asks it to run a tool with that token. */
async function invoke(port: number, token: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tool: 'sessions_list', args: {} }),
  });
  await response.body?.cancel();
  return response.status;
}
