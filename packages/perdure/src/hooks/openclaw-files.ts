/**
 * A hook of OpenClaw: a folder with a page and a handler, which its gateway loads once its owner has enabled it. The
 * brief becomes one more file of the context that a session begins with. Pure.
 */

export const openClawFolder = 'hooks/perdure';

/** In the first line of the handler, and in the page: what has it is ours. */
export const openClawMarker = 'perdure hooks install --for openclaw';

export interface OpenClawPlaces {
  /** Absolute path of the command. */
  readonly program: string;
  readonly workspace: string;
}

/** By name. */
export function openClawFiles({ program, workspace }: OpenClawPlaces): Readonly<Record<string, string>> {
  return { 'HOOK.md': page, 'handler.js': handler({ program, workspace }) };
}

const page = `---
name: perdure
description: "Shows a session the brief of its durable task, and notes in the task's log when a context is compacted"
metadata: { "openclaw": { "events": ["agent:bootstrap", "session:compact:before"] } }
---

# Perdure

Written by \`${openClawMarker}\`, and taken out by \`perdure hooks remove --for openclaw\`.

When a session begins, \`PERDURE.md\` is one of its files: the brief of the task that is open in this workspace. Sessions of
groups and channels get none. It reads tasks by the command \`perdure hook\`; nothing leaves this machine.
`;

function handler({ program, workspace }: OpenClawPlaces): string {
  return `// Written by \`${openClawMarker}\`, and taken out by \`perdure hooks remove --for openclaw\`.

import { execFile } from 'node:child_process';
import { join } from 'node:path';

const program = ${JSON.stringify(program)};
const workspace = ${JSON.stringify(workspace)};
const limitMs = 10_000;

export default async function perdure({ type, action, sessionKey = '', context = {} }) {
  if (type === 'session' && action === 'compact:before') await ask('pre-compact', { trigger: 'auto' });
  // What is said in a group is not for the task of one person.
  if (type !== 'agent' || action !== 'bootstrap' || /:(group|channel):/.test(sessionKey)) return;
  const content = briefIn(await ask('session-start', { source: 'startup' }));
  if (content === undefined || !Array.isArray(context.bootstrapFiles)) return;
  context.bootstrapFiles.push({ name: 'PERDURE.md', path: join(workspace, 'PERDURE.md'), content, missing: false });
}

/** Whatever goes wrong, the session goes on without. */
function ask(word, event) {
  return new Promise((resolve) => {
    const options = { cwd: workspace, timeout: limitMs };
    const child = execFile(program, ['hook', word], options, (error, stdout) => resolve(error ? '' : stdout));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(JSON.stringify({ cwd: workspace, ...event }));
  });
}

function briefIn(answer) {
  try {
    return JSON.parse(answer).hookSpecificOutput?.additionalContext;
  } catch {
    return undefined;
  }
}
`;
}
