/**
 * Where a task's reports go. Its own binding comes from the command line alone; an artifact of the original format can
 * name a chat, the screen or a log, and never a program or an address: files and tools bring artifacts, and must not
 * make us run or call anything.
 */

import { compact, type Delivery, type Task } from '@perdure/contract';
import { cleanLine } from './report-text.ts';

type Artifact = Task['artifacts'][number];

const artifactKind = 'delivery_binding';

/** Undefined where nobody is to be told. */
export function deliveryOf(task: Pick<Task, 'delivery' | 'artifacts'>): Delivery | undefined {
  if (task.delivery !== undefined) return task.delivery;
  const artifact = task.artifacts.find(({ kind }) => kind === artifactKind);
  return artifact === undefined ? undefined : ofArtifact(artifact);
}

/** The original's words for a method. */
const methodOfWord: Readonly<Record<string, Delivery>> = {
  stdout: { method: 'stdout' },
  noop: { method: 'noop' },
  'log-only': { method: 'log' },
  log: { method: 'log' },
};

function ofArtifact({ method = 'openclaw', channel, target, account_id }: Artifact): Delivery | undefined {
  if (method !== 'openclaw') return typeof method === 'string' ? methodOfWord[method] : undefined;
  const chat = { channel: wordOf(channel), target: wordOf(target) };
  if (chat.channel === undefined || chat.target === undefined) return undefined;
  return {
    method: 'openclaw',
    channel: chat.channel,
    target: chat.target,
    ...compact({ account: wordOf(account_id) }),
  };
}

const longestWord = 500;

/** Whoever wrote the artifact may have put anything there. */
function wordOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text === cleanLine(text, longestWord) ? text : undefined;
}

/**
 * The chat in which OpenClaw started whoever makes the task, as its variables name it. `withShortNames`: also by names
 * that any program may use, as the original does.
 */
export function deliveryFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { withShortNames = false }: { readonly withShortNames?: boolean } = {},
): Artifact | undefined {
  const read = (own: readonly string[], short: readonly string[]): string =>
    [...own, ...(withShortNames ? short : [])].map((name) => env[name]?.trim() ?? '').find((text) => text !== '') ?? '';
  const channel = read(['OPENCLAW_CHANNEL'], ['CHANNEL']);
  const target = read(['OPENCLAW_CHAT_ID', 'OPENCLAW_TARGET'], ['CHAT_ID']);
  if (channel === '' || target === '') return undefined;
  return {
    kind: artifactKind,
    channel,
    account_id: read(['OPENCLAW_ACCOUNT_ID'], ['ACCOUNT_ID']) || 'default',
    target,
    surface: read(['OPENCLAW_SURFACE'], []) || 'active-chat',
    note: 'bound from the environment',
  };
}

/** With the chat among its artifacts, unless a place is named there already. */
export function withDelivery(artifacts: readonly Artifact[], found: Artifact | undefined): Task['artifacts'] {
  const isBound = artifacts.some(({ kind }) => kind === artifactKind);
  return found === undefined || isBound ? [...artifacts] : [...artifacts, found];
}
