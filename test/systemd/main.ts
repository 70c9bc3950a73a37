/**
 * `npm run test:systemd`: a real systemd, in namespaces and with units of its own, a manager for a test account in it,
 * and there, as this account, the tests. Nothing of this machine is changed: `boot.sh` says how.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { installed, until } from '@perdure/testing';
import { releases } from '../openclaw/releases.ts';

const uid = 47_110;
const here = import.meta.dirname;
const root = realpathSync(join(here, '..', '..'));

/** Where groups of the second version are, alone or beside those of the first. */
const groupsFolder = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((one) => existsSync(join(one, 'cgroup.procs')));

process.exitCode = await main();

async function main(): Promise<number> {
  const missing = whatIsMissing();
  if (missing !== undefined) {
    process.stderr.write(`The tests with systemd cannot be run here: ${missing}.\n`);
    return 1;
  }
  const openclaw = await programOfOpenclaw();
  const work = mkdtempSync('/var/tmp/perdure-systemd-');
  const home = join(work, 'home');
  prepare(work, home);
  const flags = ['--pid', '--mount', '--cgroup', '--ipc', '--uts', '--net', '--fork', '--kill-child', '--mount-proc'];
  const boot = [join(here, 'boot.sh'), String(uid), home, work, openclaw ?? '', root];
  const group = makeGroup();
  // In a group of its own before it is the root of what it sees: nothing is left where this machine has its groups.
  const enterGroup = ['-c', 'echo $$ > "$0/cgroup.procs" && exec unshare "$@"', group];
  const shell = spawn('/bin/sh', [...enterGroup, ...flags, '/bin/sh', ...boot], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const systemd = await until(() => childOf(shell.pid ?? 0), { what: 'the first process is there' });
    const enter = ['-t', String(systemd), '-m', '-p', '-n', '-i', '-u', '-C'];
    const account = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
    const env = environmentFor(home, openclaw !== undefined);
    const inside = (...words: string[]) => ['nsenter', ...enter, ...account, 'env', '-i', ...env, ...words] as const;
    const isUp = (): boolean => {
      if (shell.exitCode !== null) throw new Error(`systemd ended with exit code ${shell.exitCode}`);
      const [program, ...words] = inside('systemctl', '--user', 'is-system-running');
      return spawnSync(program, words, { encoding: 'utf8' }).stdout.trim() === 'running';
    };
    await until(isUp, { what: 'the manager of the account runs', withinMs: 60_000, everyMs: 200 });
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const config = ['--config', join(root, 'vitest.systemd.config.ts'), '--configLoader', 'native'];
    const [program, ...words] = inside(
      process.execPath,
      vitest,
      'run',
      '--root',
      root,
      ...config,
      ...process.argv.slice(2),
    );
    return spawnSync(program, words, { cwd: root, stdio: 'inherit' }).status ?? 1;
  } finally {
    // With the first process of its namespace all others in it end.
    const systemd = childOf(shell.pid ?? 0);
    if (systemd !== undefined) process.kill(systemd, 'SIGKILL');
    await until(() => shell.exitCode !== null || shell.signalCode !== null, { what: 'systemd ended' });
    removeGroup(group);
    rmSync(work, { recursive: true, force: true });
  }
}

function makeGroup(): string {
  const path = join(groupsFolder ?? '', `perdure-test-${process.pid}`);
  mkdirSync(path);
  return path;
}

/** With all groups in it, from below. */
function removeGroup(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(path, entry.name));
  }
  rmdirSync(path);
}

function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root makes namespaces';
  if (!existsSync('/lib/systemd/systemd')) return 'there is no systemd (`apt-get install systemd dbus-user-session`)';
  if (groupsFolder === undefined) return 'this system has no groups of the second version (cgroup2)';
  const tried = spawnSync('unshare', ['--pid', '--mount', '--cgroup', '--net', '--fork', 'true']);
  return tried.status === 0 ? undefined : 'this system makes no namespaces';
}

/** Undefined: it cannot be had, and what needs it is left out and says so. */
async function programOfOpenclaw(): Promise<string | undefined> {
  const [newest] = releases;
  try {
    return newest === undefined ? undefined : join(await installed(newest), '..', '..');
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return undefined;
  }
}

function environmentFor(home: string, hasOpenclaw: boolean): readonly string[] {
  return [
    `HOME=${home}`,
    'USER=member',
    'PATH=/usr/bin:/bin',
    'LANG=C.UTF-8',
    `TMPDIR=${home}/tmp`,
    `XDG_RUNTIME_DIR=/run/user/${uid}`,
    `DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/${uid}/bus`,
    ...(hasOpenclaw ? [`PERDURE_TEST_OPENCLAW_AT=${home}/openclaw/node_modules/openclaw`] : []),
  ];
}

function prepare(work: string, home: string): void {
  chmodSync(work, 0o755);
  cpSync(join(here, 'units'), join(work, 'units'), { recursive: true });
  for (const [name, line] of [
    ['passwd', `member:x:${uid}:${uid}::${home}:/bin/sh\n`],
    ['group', `member:x:${uid}:\n`],
  ] as const) {
    writeFileSync(join(work, name), readFileSync(`/etc/${name}`, 'utf8') + line);
  }
  for (const folder of [home, join(home, 'tmp'), join(home, 'openclaw')]) {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, uid, uid);
  }
}

/** What `unshare` made: the first process of the new namespace, once that is systemd itself. */
function childOf(pid: number): number | undefined {
  const path = `/proc/${pid}/task/${pid}/children`;
  const child = existsSync(path) ? Number(readFileSync(path, 'utf8').trim().split(' ')[0]) : 0;
  if (!(child > 0)) return undefined;
  return readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'systemd' ? child : undefined;
}
