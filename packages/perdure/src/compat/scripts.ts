/**
 * The scripts of the original by their names: what each takes, and where what it does is. A script is loaded when it
 * is called.
 */

import type { Argument, Script } from './argument-parser.ts';
import type { Handler } from './call.ts';

interface Entry {
  readonly script: Script & { readonly about: string; readonly example: string };
  readonly load: () => Promise<Handler>;
}

const texts = (...names: readonly string[]): readonly Argument[] => names.map((name) => ({ name }));
const reportKind: Argument = { name: '--report-kind', choices: ['normal', 'internal'], fallback: 'normal' };
const lists = texts(
  '--done-criteria',
  '--constraints',
  '--milestones',
  '--subtasks',
  '--artifacts',
  '--risk-notes',
  '--pending-actions',
  '--action-states',
  '--idempotency-ledger',
  '--reconcile',
);

const taskCtl = {
  program: 'task_ctl.py',
  about: 'Create, show, update, report and control tasks',
  example: 'perdure compat task_ctl progress ship "Parser done" --next-step "Printer"',
  commands: {
    create: [
      { name: 'task_id' },
      { name: '--title', isRequired: true },
      { name: '--goal', isRequired: true },
      { name: '--desired-state', fallback: 'running' },
      { name: '--execution-priority', choices: ['time', 'tokens'], fallback: 'tokens' },
      { name: '--phase', fallback: 'planning' },
      { name: '--health', fallback: 'healthy' },
      { name: '--next-step' },
      { name: '--status-interval', kind: 'whole', fallback: 300 },
      ...lists,
      { name: '--force', kind: 'flag' },
    ],
    show: [{ name: 'task_id' }],
    list: [],
    update: [
      { name: 'task_id' },
      ...texts('--title', '--goal', '--desired-state', '--execution-priority', '--phase', '--health', '--next-step'),
      ...texts('--operator-note', '--steering-note', '--last-verified-step'),
      ...lists,
      { name: '--status-interval', kind: 'whole' },
      { name: '--progress-note' },
      reportKind,
    ],
    event: [
      { name: 'task_id' },
      { name: 'type' },
      { name: '--phase' },
      { name: '--status', fallback: 'ok' },
      { name: '--details' },
      { name: '--progress-note' },
      reportKind,
    ],
    progress: [{ name: 'task_id' }, { name: 'message' }, ...texts('--phase', '--health', '--next-step'), reportKind],
    control: [
      { name: 'task_id' },
      { name: 'desired_state', choices: ['running', 'paused', 'stopped'] },
      { name: '--note' },
      reportKind,
    ],
    recent: [{ name: 'task_id' }, { name: '--limit', kind: 'whole', fallback: 20 }],
  },
} as const satisfies Entry['script'];

const taskContinue = {
  program: 'task_continue.py',
  about: 'Go on with the most relevant task after a reset',
  example: 'perdure compat task_continue --task-id ship',
  given: [
    { name: '--task-id' },
    { name: '--dry-run', kind: 'flag' },
    { name: '--promote-paused', kind: 'flag' },
    { name: '--no-promote-paused', kind: 'flag' },
  ],
} as const satisfies Entry['script'];

const bootstrap = {
  program: 'task_resume_bootstrap.py',
  about: 'Look where tasks stand after a reset',
  example: 'perdure compat task_resume_bootstrap --plan',
  given: [{ name: '--task-id' }, { name: '--no-reconcile', kind: 'flag' }, { name: '--plan', kind: 'flag' }],
} as const satisfies Entry['script'];

const apply = {
  program: 'task_resume_apply.py',
  about: 'Do what a scan recommends, where that needs no person',
  example: 'perdure compat task_resume_apply --file scan.json',
  given: [{ name: '--file' }],
} as const satisfies Entry['script'];

const reconcile = {
  program: 'task_reconcile.py',
  about: 'Look into what became of open actions',
  example: 'perdure compat task_reconcile ship',
  given: [{ name: 'task_id' }, { name: '--reason', fallback: 'resume_consistency_check' }],
} as const satisfies Entry['script'];

const report = {
  program: 'task_report.py',
  about: 'Tell how a task stands, by the level of its reports',
  example: 'perdure compat task_report ship --level 3',
  given: [{ name: 'task_id' }, { name: '--level', kind: 'whole' }],
} as const satisfies Entry['script'];

const ticker = {
  program: 'task_ticker.py',
  about: 'Tell how a task stands, in one line with bars',
  example: 'perdure compat task_ticker ship',
  given: [{ name: 'task_id' }],
} as const satisfies Entry['script'];

const decisions = ['dispatch', 'verify', 'park', 'wait_user', 'complete', 'blocked'];
const roles = ['main', 'none', 'research', 'user', 'verify', 'worker'];
const statuses = ['assigned', 'autopilot', 'blocked', 'done', 'handoff', 'idle', 'need_user'];
const newLine: readonly Argument[] = [
  { name: 'task_id' },
  { name: 'line' },
  { name: 'goal' },
  { name: '--owner', fallback: 'worker' },
  { name: '--node', fallback: 'start' },
  { name: '--summary', fallback: '' },
];

const subagentCtl = {
  program: 'task_subagent_ctl.py',
  about: 'Give lines of the work to workers, and take what they return',
  example: 'perdure compat task_subagent_ctl assign ship docs "Write the guide"',
  commands: {
    assign: newLine,
    prompt: [{ name: 'task_id' }, { name: 'line' }],
    ingest: [{ name: 'task_id' }, { name: '--file' }],
    decide: [
      { name: 'task_id' },
      { name: 'line' },
      { name: 'decision', choices: decisions },
      { name: '--note' },
      { name: '--next-role', choices: roles },
      { name: '--status', choices: statuses },
    ],
    check: [{ name: 'task_id' }],
  },
} as const satisfies Entry['script'];

const subagentRun = {
  program: 'task_subagent_run.py',
  about: 'Give a line to a worker, and print what starts one',
  example: 'perdure compat task_subagent_run ship docs "Write the guide"',
  given: [...newLine, { name: '--timeout-seconds', kind: 'whole', fallback: 120 }],
} as const satisfies Entry['script'];

const tickAll = {
  program: 'task_tick_all.py',
  about: 'Report what is due, of all tasks that run',
  example: 'perdure compat task_tick_all',
  given: [],
} as const satisfies Entry['script'];

const installTickCron = {
  program: 'task_install_tick_cron.sh',
  about: 'Have cron report what is due, every INTERVAL_SEC seconds',
  example: 'perdure compat task_install_tick_cron --print',
  isShell: true,
  given: [
    { name: '--print', kind: 'flag' },
    { name: '--apply', kind: 'flag' },
  ],
} as const satisfies Entry['script'];

export const scripts = {
  task_ctl: { script: taskCtl, load: async () => (await import('./task-ctl.ts')).taskCtl },
  task_continue: { script: taskContinue, load: async () => (await import('./continue.ts')).continueAsOriginal },
  task_resume_bootstrap: { script: bootstrap, load: async () => (await import('./scan.ts')).scanTasks },
  task_resume_apply: {
    script: apply,
    load: async () => (await import('./apply.ts')).applyPlans,
  },
  task_reconcile: { script: reconcile, load: async () => (await import('./reconcile.ts')).reconcileAsOriginal },
  task_subagent_ctl: { script: subagentCtl, load: async () => (await import('./lanes.ts')).lanesAsOriginal },
  task_subagent_run: { script: subagentRun, load: async () => (await import('./lanes.ts')).runAsOriginal },
  task_report: { script: report, load: async () => (await import('./report.ts')).reportByLevel },
  task_ticker: { script: ticker, load: async () => (await import('./report.ts')).tickerLine },
  task_tick_all: { script: tickAll, load: async () => (await import('./tick-all.ts')).tickAll },
  task_install_tick_cron: { script: installTickCron, load: async () => (await import('./cron.ts')).cronEntry },
} as const satisfies Readonly<Record<string, Entry>>;

export type ScriptName = keyof typeof scripts;
