/**
 * Who calls, as the process that lives as long as they do. A command ends at once, and so does the shell that a harness
 * starts for it; above those is the harness, the terminal, or the connection. By it an agent is known again, and by its
 * end others see that it is gone.
 */

import { basename } from 'node:path';
import type { HolderProcess } from '@perdure/contract';
import { ancestorsOf, processSpace, type Ancestor } from '@perdure/home';

/** What began with the command is a part of it: a harness has thought for longer than that. */
const youngestMs = 2_000;

const shells = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ash',
  'ksh',
  'mksh',
  'fish',
  'nu',
  'pwsh',
  'tcsh',
  'csh',
  'busybox',
]);
/** Programs that run another one, and end with it. */
const runners = [
  'env',
  'sudo',
  'doas',
  'su',
  'time',
  'timeout',
  'nice',
  'nohup',
  'setsid',
  'stdbuf',
  'xargs',
  'script',
];
const launchers = ['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'bunx', 'corepack', 'perdure', 'bwrap', 'sandbox-exec'];
const wrappers = new Set([...runners, ...launchers]);
/** What holds a machine or a container together is nobody who works. */
const roots = /^(systemd|launchd|init|tini|docker-init|dumb-init|catatonit|runc|conmon|containerd-shim.*)$/;

/** Undefined where nothing can be found that would outlive the command. `ancestors`: nearest first. */
export function callerAmong(ancestors: readonly Ancestor[]): Ancestor | undefined {
  const end = ancestors.findIndex(({ pid, argv }) => roots.test(programOf(argv)) || (pid === 1 && !isShell(argv)));
  const above = end < 0 ? ancestors : ancestors.slice(0, end);
  const old = above.filter(({ ageMs }) => ageMs >= youngestMs);
  const worker = old.find(({ argv }) => !isShell(argv) && !isWrapper(argv));
  return worker ?? old.findLast(({ argv }) => isInteractive(argv));
}

/** That of this process. */
export function findCaller(): HolderProcess | undefined {
  return asHolder(callerAmong(ancestorsOf(process.ppid)));
}

export function asHolder(identity: Pick<Ancestor, 'pid' | 'startedAt'> | undefined): HolderProcess | undefined {
  if (identity === undefined) return undefined;
  return { pid: identity.pid, started_at: identity.startedAt, machine: processSpace() };
}

/** A login shell has a dash before its name. */
function programOf([program = '']: readonly string[]): string {
  return basename(program.replace(/^-/, '').split(' ', 1)[0] ?? '');
}

function isShell(argv: readonly string[]): boolean {
  return shells.has(programOf(argv));
}

function isWrapper(argv: readonly string[]): boolean {
  const program = programOf(argv);
  if (wrappers.has(program)) return true;
  const script = basename(argv[1] ?? '').replace(/(-cli)?\.(c|m)?js$/, '');
  return ['node', 'nodejs', 'bun'].includes(program) && wrappers.has(script);
}

/** A shell that somebody sits at: it runs neither one command nor a script. */
function isInteractive(argv: readonly string[]): boolean {
  const words = argv.slice(1);
  return isShell(argv) && words.every((word) => word.startsWith('-') && !/^-\w*c/.test(word));
}
