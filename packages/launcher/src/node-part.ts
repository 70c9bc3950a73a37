/**
 * A Node process of ours as a part: its own entry file, its words in a log file, `ready` and `fatal` over IPC
 * (`@perdure/process`).
 */

import { fork, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { PerdureError, type ErrorRecord } from '@perdure/contract';
import { openLog } from '@perdure/home';
import { closeWithinMs, type ChildMessage, type LauncherMessage } from '@perdure/process';
import type { Part, StartContext, StopOptions } from './part.ts';

export interface NodePartOptions {
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

/** How much longer than its own bound for closing: past this it hangs. */
const graceMs = 2_000;

export async function startNodePart(name: string, options: NodePartOptions, context: StartContext): Promise<Part> {
  const child = forkChild(options);
  const exited = exitOf(child);
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

function forkChild({ entry, env, logFile }: NodePartOptions): ChildProcess {
  const log = openLog(logFile);
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

async function firstMessage(child: ChildProcess): Promise<ChildMessage> {
  const { promise, resolve } = Promise.withResolvers<ChildMessage>();
  child.on('message', (message) => {
    const type = (message as Partial<ChildMessage> | null)?.type;
    if (type === 'ready' || type === 'fatal') resolve(message as ChildMessage);
  });
  return await promise;
}

async function exitOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('error', (error) => resolve(String(error)));
  child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`));
  return await promise;
}

function asError({ code, message, details }: ErrorRecord): PerdureError {
  return new PerdureError(code, message, details === undefined ? {} : { details });
}
