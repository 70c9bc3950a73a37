/** Units of systemd as text. Pure. OpenClaw writes the unit; what we add lies in a file beside it, of our own. */

import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { ProcessIdentity } from '../../core/gateway.ts';
import type { ServiceSpec, ServiceState } from '../../core/ports.ts';

export const unitNameOf = (handle: string): string => `openclaw-gateway-${handle}.service`;

/** The home that a unit is for; undefined where it tells none. */
export function homeIn(unit: string): string | undefined {
  const found = /^Environment=(?:"OPENCLAW_STATE_DIR=((?:[^"\\]|\\.)*)"|OPENCLAW_STATE_DIR=(\S+))$/m.exec(unit);
  const value = found?.[1]?.replaceAll(/\\(.)/g, '$1') ?? found?.[2];
  return value?.replaceAll('%%', '%');
}

/** OpenClaw gives each gateway half of the memory of the machine, and keeps another figure where it finds one. */
export const withHeap = (unit: string, megabytes: number): string =>
  unit.replace(/^(ExecStart=.*--max-old-space-size=)\d+/m, `$1${megabytes}`);

/** Where its words go: a file that is there also where nobody keeps a journal, and where we look for them. */
export function dropIn(home: string, log: string): string {
  const path = log.replaceAll('%', '%%');
  return [
    `# Written by Perdure for the agent in ${home}, and removed with it.`,
    '[Service]',
    `StandardOutput=append:${path}`,
    `StandardError=append:${path}`,
    '',
  ].join('\n');
}

/** What is asked of `systemctl show`. */
export const shownProperties = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'NRestarts',
  'ExecMainCode',
  'ExecMainStatus',
  'RestartUSec',
] as const;

export interface ShownOptions {
  readonly identify: (pid: number) => ProcessIdentity | undefined;
  readonly now: number;
}

export function stateIn(shown: string, { identify, now }: ShownOptions): ServiceState {
  const fields = new Map(
    shown.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  if (fields.get('LoadState') === 'not-found') return { kind: 'absent' };
  const restarts = Number(fields.get('NRestarts') ?? 0);
  const process = identify(Number(fields.get('MainPID') ?? 0));
  if (process !== undefined) return { kind: 'running', process, restarts };
  const isWanted = fields.get('UnitFileState') === 'enabled';
  const isAgain = fields.get('SubState') === 'auto-restart';
  if (!isWanted || !(isAgain || fields.get('ActiveState') === 'failed')) return { kind: 'stopped' };
  const end = endOf(Number(fields.get('ExecMainCode')), Number(fields.get('ExecMainStatus')));
  const restMs = 1_000 * Number(/^(\d+)s$/.exec(fields.get('RestartUSec') ?? '')?.[1] ?? 5);
  return { kind: 'failed', ...end, restarts, ...(isAgain && { nextAt: now + restMs }) };
}

/** `CLD_EXITED`: it ended itself. Others: a signal did. */
const exited = 1;

function endOf(code: number, status: number): { readonly exitCode: number | undefined; readonly signal?: string } {
  if (code === exited) return { exitCode: status };
  const signal = Object.entries(constants.signals).find(([, number]) => number === status)?.[0];
  return { exitCode: undefined, ...(signal !== undefined && { signal }) };
}

/**
 * Whether a unit runs what it is to run. OpenClaw names a file of its own package in it, and not the entry by which it
 * was asked: of two releases that are installed side by side the folder tells which it is.
 */
export function isUpToDate({ port, program }: Pick<ServiceSpec, 'port' | 'program'>, unit = ''): boolean {
  const start = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
  const folder = dirname(program.entry).replace(/\/dist$/, '');
  const isThere = (path: string): boolean => start.includes(path.replaceAll('%', '%%'));
  return start.endsWith(` --port ${port}`) && isThere(program.node) && isThere(`${folder}/`);
}
