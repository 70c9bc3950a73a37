/**
 * `perdure hook <event>`: what Claude Code calls at the turns of a session.
 *
 * It never breaks the session: whatever goes wrong here is one line on stderr, and the exit code is 0.
 */

import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { messageOf, type Task } from '@perdure/contract';
import { ancestorsOf } from '@perdure/home';
import { continueTask, gate, leaseState, writeTask, type ContinueOutcome } from '@perdure/tasks';
import { readStdin } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { withChecks } from '../tasks/check-runner.ts';
import { openTasks, writerOn, type OpenTasks } from '../tasks/open-tasks.ts';
import { writerOf } from '../tasks/writer.ts';
import { printable } from '../text/format.ts';
import { readEvent, type SessionEvent } from './event.ts';
import { openingWords, restingWords, stopWords } from './words.ts';

export async function hook(rim: Rim, event: string | undefined, options: CommonOptions): Promise<number> {
  try {
    const given = readEvent(await readStdin(rim));
    const answer = await answerTo(within(rim, given), { event, given, options });
    if (answer !== undefined) rim.stdout.write(`${JSON.stringify(answer)}\n`);
  } catch (error) {
    rim.stderr.write(`perdure hook: ${printable(messageOf(error))}\n`);
  }
  return 0;
}

/** As if called where the session works. */
function within(rim: Rim, { cwd = rim.cwd }: SessionEvent): Rim {
  return Object.create(rim, { cwd: { value: cwd, enumerable: true } }) as Rim;
}

interface Call {
  readonly event: string | undefined;
  readonly given: SessionEvent;
  readonly options: CommonOptions;
}

async function answerTo(rim: Rim, { event, given, options }: Call): Promise<object | undefined> {
  if (event === 'stop' && given.wasHeldUp) return undefined;
  // Where nobody has tasks, looking for some makes no place for them.
  if (!existsSync(findPlace(rim, options).paths.database)) return undefined;
  using tasks = await openTasks(rim, options);
  switch (event) {
    case 'session-start':
      return await atStart(rim, tasks, options);
    case 'pre-compact':
      return await beforeCompaction(rim, tasks, { given, options });
    case 'stop':
      return await beforeStop(rim, tasks);
    default:
      throw new TypeError(`there is no event "${event ?? ''}"; known are session-start, pre-compact and stop`);
  }
}

async function atStart(rim: Rim, tasks: OpenTasks, options: CommonOptions): Promise<object | undefined> {
  const ours = await ourTask(rim, tasks);
  const words = await wordsAtStart(rim, tasks, { id: ours?.task_id, options });
  if (words === undefined) return undefined;
  return { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: words } };
}

async function wordsAtStart(
  rim: Rim,
  tasks: OpenTasks,
  { id, options }: { readonly id: string | undefined; readonly options: CommonOptions },
): Promise<string | undefined> {
  const seen = await lookAt(rim, tasks, { id, options });
  const outcome = seen.kind === 'busy' ? await lookAt(rim, tasks, { id: seen.free.task_id, options }) : seen;
  if (outcome.kind !== 'looked_at') return undefined;
  const { task, recent, classification } = outcome;
  const { homeFlag } = tasks.place;
  if (id !== undefined) return openingWords({ task, recent, now: rim.now(), homeFlag }, true);
  switch (classification.action) {
    case 'leave_alone':
    case 'none':
    case 'manual_recovery':
      return undefined;
    case 'stay_paused':
    case 'stay_stopped':
      return restingWords({ task, homeFlag });
    default:
      return openingWords({ task, recent, now: rim.now(), homeFlag }, false);
  }
}

async function lookAt(
  rim: Rim,
  tasks: OpenTasks,
  { id, options }: { readonly id: string | undefined; readonly options: CommonOptions },
): Promise<ContinueOutcome> {
  return await continueTask(withChecks(rim, tasks), writerOf(rim, options), {
    id,
    folder: rim.cwd,
    isUnattended: true,
    takesOver: false,
    isDryRun: true,
    ownLease: 'kept',
  });
}

/** The log says when the memory of whoever works was cut, and their lease lasts until they ask again. */
async function beforeCompaction(
  rim: Rim,
  tasks: OpenTasks,
  { given, options }: Pick<Call, 'given' | 'options'>,
): Promise<undefined> {
  const task = await ourTask(rim, tasks);
  if (task === undefined) return undefined;
  const { task_id: taskId, next_step } = task;
  const details = { trigger: given.trigger ?? 'unknown', next_step };
  const writer = await writerOn(rim, tasks, { id: taskId, options });
  const outcome = await writeTask(tasks, writer, {
    taskId,
    command: { type: 'event', name: 'before_compaction', details },
  });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return undefined;
}

async function beforeStop(rim: Rim, tasks: OpenTasks): Promise<object | undefined> {
  const task = await ourTask(rim, tasks);
  // What a person wants to rest is not held up, also where that waits for the next boundary.
  if (task === undefined || task.inbox.some(({ intent }) => intent === 'pause' || intent === 'stop')) return undefined;
  const gaps = gate(task);
  if (gaps.length === 0) return undefined;
  return { decision: 'block', reason: stopWords(task, gaps, tasks.place.homeFlag) };
}

const mostTasks = 50;

/** The task that is to run and that whoever calls is at work on: the newest work, where there are several. */
async function ourTask(rim: Rim, tasks: OpenTasks): Promise<Task | undefined> {
  const page = { limit: mostTasks, onUnreadable: ({ message }: Error) => tasks.warn(message) };
  const { data } = await tasks.store.list({ state: 'running' }, page);
  return data.find((task) => leaseState(task.lease, rim.now()) === 'alive' && isHeldBy(rim, tasks, task));
}

/** By the token, or by the process: a server of MCP that the caller has started holds it for the caller. */
function isHeldBy(rim: Rim, { process: caller }: OpenTasks, { lease }: Task): boolean {
  const token = rim.env['PERDURE_LEASE'] ?? '';
  if (token !== '' && lease?.token_hash === hash('sha256', token)) return true;
  const holder = lease?.process;
  if (caller === undefined || holder === undefined || holder.machine !== caller.machine) return false;
  return ancestorsOf(holder.pid).some(({ pid, startedAt }) => pid === caller.pid && startedAt === caller.started_at);
}
