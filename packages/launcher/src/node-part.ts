/**
 * A Node process of ours as a part: its own entry file, its words in a log file, `ready` and `fatal` over IPC
 * (`@perdure/process`).
 */

import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { PerdureError, type ErrorRecord } from '@perdure/contract';
import { openLog } from '@perdure/home';
import { closeWithinMs, type ChildMessage, type LauncherMessage } from '@perdure/process';
import type { Part, StartContext, StopOptions } from './part.ts';
import { watchPart } from './watch-part.ts';

export interface NodePartOptions {
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Told where that cannot be written. */
  readonly tell?: (message: string) => void;
  /** How often it is asked whether its loop turns, in milliseconds; default 5,000. */
  readonly askEveryMs?: number | undefined;
}

/** How much longer than its own bound for closing: past this it hangs. */
const graceMs = 2_000;

export async function startNodePart(name: string, options: NodePartOptions, context: StartContext): Promise<Part> {
  const child = forkChild(options);
  const silent = Promise.withResolvers<string>();
  const exited = exitOf(child, silent.promise);
  watchPart(child, {
    everyMs: options.askEveryMs,
    onSilent: (silentMs) => {
      const why = `killed, since it had not answered for ${silentMs / 1_000} s`;
      silent.resolve(why);
      note(options.logFile, `launcher: the ${name} is ${why}; it is started again.`);
    },
  });
  const giveUp = () => child.kill('SIGKILL');
  context.signal.addEventListener('abort', giveUp, { once: true });
  if (context.signal.aborted) giveUp();
  const first = await Promise.race([firstMessage(child), exited]);
  context.signal.removeEventListener('abort', giveUp);

  if (typeof first === 'string')
    throw new PerdureError('unavailable', `The ${name} ended before it was ready (${first}): see ${options.logFile}.`);
  if (first.type === 'fatal') {
    await exited;
    throw asError(first.error);
  }
  void exited.then(context.onExit);
  const { warnings = [] } = first;
  return { pid: child.pid ?? 0, warnings, stop: (stopping = {}) => stopChild(child, exited, stopping) };
}

function forkChild({ entry, env, logFile, tell }: NodePartOptions): ChildProcess {
  const { fd: log, problem } = openLog(logFile);
  if (problem !== undefined) tell?.(problem);
  try {
    return fork(entry, [], { env, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<string>,
  { force = false, patient = false }: StopOptions,
): Promise<void> {
  if (patient && child.connected) child.send({ type: 'end patiently' } satisfies LauncherMessage);
  else child.kill(force ? 'SIGKILL' : 'SIGTERM');
  const hung = setTimeout(
    () => child.kill('SIGKILL'),
    (patient ? closeWithinMs.patient : closeWithinMs.usual) + graceMs,
  );
  await exited;
  clearTimeout(hung);
}

type FirstMessage = Exclude<ChildMessage, { readonly type: 'awake' }>;

async function firstMessage(child: ChildProcess): Promise<FirstMessage> {
  const { promise, resolve } = Promise.withResolvers<FirstMessage>();
  child.on('message', (message) => {
    const type = (message as Partial<ChildMessage> | null)?.type;
    if (type === 'ready' || type === 'fatal') resolve(message as FirstMessage);
  });
  return await promise;
}

/** How it ended; `killed` tells, before it does, where we have killed it ourselves. */
async function exitOf(child: ChildProcess, killed: Promise<string>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('error', (error) => resolve(String(error)));
  child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`));
  const how = await promise;
  return await Promise.race([killed, Promise.resolve(how)]);
}

/** A line among the words of the part, where whoever looks for its end will look. */
function note(logFile: string, line: string): void {
  try {
    const { fd: log } = openLog(logFile);
    writeSync(log, `${new Date().toISOString()} ${line}\n`);
    closeSync(log);
  } catch {
    // On a full disk words are lost; the part is killed all the same.
  }
}

function asError({ code, message, details }: ErrorRecord): PerdureError {
  return new PerdureError(code, message, details === undefined ? {} : { details });
}
