/**
 * One report as a whole process, as agents make hundreds of them: the built command line against what the original does
 * for it in Python, on the same state. Ours syncs and the peer does not. What each language costs before it does
 * anything is told too.
 */

import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { perdureCommand, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { addReports, context, createTask, mirrorOf, openLedger, reportText, taken } from './ledger.ts';

const pairs = 60;
const warmUps = 5;
const earlierReports = 200;
const task = 'ship';
const original = join(import.meta.dirname, '../fixtures/original');
const target = { atMost: 1.5 };
/** The same by the command that takes the peer's arguments. */
const compatTarget = { atMost: 1.7 };

const withoutPeer = 'There is no python3 on PATH, or it lacks its venv module.';

export async function measureProgress(): Promise<readonly Figure[]> {
  using home = makeTempHome();
  using peer = makeTempHome();
  const python = makePython(join(peer.path, 'python'));
  if (python === undefined) {
    return [
      { id: 'task-progress', unit: 'x', target, note: withoutPeer },
      { id: 'compat-task-progress', unit: 'x', target: compatTarget, note: withoutPeer },
    ];
  }
  await fill(home.path, peer.path);
  const words = [task, reportText(0), '--phase', 'execution', '--health', 'healthy', '--next-step', 'The next slice.'];
  const script = join(peer.path, 'scripts/task_ctl.py');
  const commands = {
    node: () => timeCommand(process.execPath, ['-e', '0']),
    python: () => timeCommand(python, ['-c', 'pass']),
    ours: () => timeCommand(perdureCommand, ['task', 'progress', ...words, '--json', '--home', home.path]),
    compat: () => timeCommand(perdureCommand, ['compat', 'task_ctl', '--home', home.path, 'progress', ...words]),
    peer: () => timeCommand(python, [script, 'progress', ...words]),
  };
  const rounds = Array.from({ length: warmUps + pairs }, () => ({
    node: commands.node().ms,
    python: commands.python().ms,
    ours: commands.ours().ms,
    compat: commands.compat().ms,
    peer: commands.peer().ms,
  })).slice(warmUps);
  const times = (command: keyof typeof commands) => rounds.map((round) => round[command]);
  const ratios = rounds.map(({ ours, peer: theirs }) => ours / theirs);
  const compatRatios = rounds.map(({ compat, peer: theirs }) => compat / theirs);
  return [
    {
      id: 'task-progress',
      value: median(ratios),
      unit: 'x',
      target,
      note: `perdure task progress ${spread(times('ours'))} ms, python3 task_ctl.py progress ${spread(times('peer'))} ms; ratio ${spread(ratios)}; medians of ${pairs} pairs (p10-p90)`,
    },
    {
      id: 'compat-task-progress',
      value: median(compatRatios),
      unit: 'x',
      target: compatTarget,
      note: `perdure compat task_ctl progress ${spread(times('compat'))} ms; ratio ${spread(compatRatios)}`,
    },
    {
      id: 'task-progress-node',
      value: median(times('node')),
      unit: 'ms',
      note: `node -e 0: ${spread(times('node'))} ms`,
    },
    {
      id: 'task-progress-python',
      value: median(times('python')),
      unit: 'ms',
      note: `python3 -c pass: ${spread(times('python'))} ms`,
    },
  ];
}

/**
 * Python with its standard library alone, in `folder`: what this machine adds to every start of it, a version manager's
 * wrapper or packages that hook into the start, is no cost of the original.
 */
function makePython(folder: string): string | undefined {
  const { status } = spawnSync('python3', ['-m', 'venv', '--without-pip', folder], { stdio: 'ignore' });
  return status === 0 ? join(folder, 'bin/python3') : undefined;
}

/** The same task for both: ours in the database, and its readable copy, which has the original's form, for the peer. */
async function fill(home: string, peer: string): Promise<void> {
  using ledger = await openLedger(home);
  await createTask(ledger, task);
  await addReports(ledger, task, earlierReports);
  const last = await taken(ledger.store.apply(task, { type: 'progress', message: reportText(0) }, context()));
  await mirrorOf(ledger, ledger.folder, last);
  cpSync(original, peer, { recursive: true });
  cpSync(ledger.folder, join(peer, 'state/tasks'), { recursive: true });
}

function spread(samples: readonly number[]): string {
  const [low, middle, high] = [percentile(samples, 0.1), median(samples), percentile(samples, 0.9)];
  const text = (value: number) => value.toFixed(middle < 10 ? 2 : 1);
  return `${text(middle)} (${text(low)}-${text(high)})`;
}
