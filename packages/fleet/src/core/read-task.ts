/**
 * Which tasks of the hub are orders to the fleet, by their title: `Provision agent: …` with notes as programs that
 * provision write them, and `Start agent:`, `Stop agent:`, `Restart agent:`, `Upgrade agent:`, `Repair agent:`,
 * `Refresh agent:`, `Backup agent:`, `Restore agent:` and `Deprovision agent:` with a handle.
 */

import { homeName } from './checks.ts';

export const taskOrders = [
  'provision',
  'start',
  'stop',
  'restart',
  'upgrade',
  'repair',
  'refresh',
  'backup',
  'restore',
  'deprovision',
] as const;
export type TaskOrder = (typeof taskOrders)[number];

export interface OrderedByTask {
  readonly order: TaskOrder;
  /** What stands behind the colon: a name for people, or a handle. */
  readonly named: string;
}

const titled = new RegExp(`^(${taskOrders.join('|')}) agent:(.*)$`, 'i');

/** Undefined: it is none. */
export function readTaskTitle(title: string): OrderedByTask | undefined {
  const [, word, named] = titled.exec(title.trim()) ?? [];
  const order = taskOrders.find((each) => each === word?.toLowerCase());
  return order === undefined || named === undefined ? undefined : { order, named: named.trim().replace(/^@/, '') };
}

/**
 * The home that notes name: an absolute path; undefined: the usual one. `~` is written by programs that no shell reads.
 */
export function homeOfNotes(
  { ocHomeDir, handle }: { readonly ocHomeDir?: string | undefined; readonly handle: string },
  accountHome: string,
): string | undefined {
  const named = ocHomeDir?.replace(/(?<=.)\/+$/, '');
  if (named === undefined || named.endsWith(`/${homeName(handle)}`)) return undefined;
  return named === '~' || named.startsWith('~/') ? `${accountHome}${named.slice(1)}` : named;
}

/** What is asked where the notes name none: of providers whose own default is known. */
const defaultModels: Readonly<Record<string, string>> = {
  anthropic: 'anthropic/claude-opus-4-6',
  openrouter: 'openrouter/auto',
};

/** Notes name a model with its provider, or a provider alone. */
export function modelOfNotes({
  model,
  llmProvider,
}: {
  readonly model?: string | undefined;
  readonly llmProvider?: string | undefined;
}): string | undefined {
  return model ?? (llmProvider === undefined ? undefined : defaultModels[llmProvider]);
}
