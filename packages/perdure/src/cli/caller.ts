/**
 * Who calls, as the process that lives as long as they do. A command ends at once, and so does the shell that a harness
 * starts for it; above those is the harness, the terminal, or the connection. By it an agent is known again, and by its
 * end others see that it is gone.
 *
 * A script asks several times, and ends before anybody can tell that it is more than a part of its command. So what
 * stands between the command and the lasting one counts too, for as long as it lives.
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

/** Whoever calls, as processes. */
export interface Caller<Process = HolderProcess> {
  /** What lives as long as they do; undefined where nothing can be found that would outlive the command. */
  readonly lasting: Process | undefined;
  /** Below it, nearest first: programs too young to be told from a part of the command, and scripts of shells. */
  readonly passing: readonly Process[];
}

/** `ancestors`: nearest first. */
export function callerAmong(ancestors: readonly Ancestor[]): Caller<Ancestor> {
  const end = ancestors.findIndex(({ pid, argv }) => roots.test(programOf(argv)) || (pid === 1 && !isShell(argv)));
  const above = end < 0 ? ancestors : ancestors.slice(0, end);
  const old = above.filter(({ ageMs }) => ageMs >= youngestMs);
  const worker = old.find(({ argv }) => !isShell(argv) && !isWrapper(argv));
  const lasting = worker ?? old.findLast(({ argv }) => isInteractive(argv));
  const below = lasting === undefined ? above : above.slice(0, above.indexOf(lasting));
  return { lasting, passing: below.filter((one, at) => isOfItsOwn(one, above[at + 1])) };
}

/** A script forks for its pipes and parentheses: those are the script. */
function isOfItsOwn({ argv }: Ancestor, parent: Ancestor | undefined): boolean {
  if (!isShell(argv)) return !isWrapper(argv);
  return isScript(argv) && parent?.argv.join('\0') !== argv.join('\0');
}

/** That of this process. */
export function findCaller(): Caller {
  const { lasting, passing } = callerAmong(ancestorsOf(process.ppid));
  return { lasting: lasting && asHolder(lasting), passing: passing.map(asHolder) };
}

export function asHolder({ pid, startedAt }: Pick<Ancestor, 'pid' | 'startedAt'>): HolderProcess {
  return { pid, started_at: startedAt, machine: processSpace() };
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

/** A shell that reads a file of commands, and not one that a terminal opens with settings of its own. */
function isScript(argv: readonly string[]): boolean {
  const at = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return at > 0 && !argv.slice(1, at).some((word) => /^-\w*c|^--(rcfile|init-file|command)$/i.test(word));
}
