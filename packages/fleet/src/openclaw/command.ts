/**
 * One command of OpenClaw's own command line, bounded in time and output, for a home that is there: of one that is not
 * it would make a new one. What it answers is JSON on stdout, on errors too; what is said on stderr is for people.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';
import { commandMark } from './marked.ts';

export interface CommandOptions {
  /** Absolute paths. */
  readonly program: { readonly node: string; readonly entry: string };
  /** What it is about: an absolute path. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface CommandAnswer {
  readonly exitCode: number | undefined;
  /** Undefined: it printed no JSON. */
  readonly value: unknown;
  /** The end of what it said, for people. */
  readonly stderr: string;
}

const longestAnswer = 8 * 1024 * 1024;
const longestTalk = 4 * 1024;

/** `words`: no secret and no text of somebody's, for any account of the machine sees them. */
export async function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandAnswer> {
  const { program, home, env, timeoutMs } = options;
  if (!existsSync(home)) {
    throw new PerdureError(
      'not_found',
      `${home} is not there, so nothing can be asked of it; provision the agent again.`,
    );
  }
  const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
  // A group of its own: what it has started ends with it.
  const child = spawn(program.node, [program.entry, ...words], {
    env: { ...env, [commandMark]: home },
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  };
  const said = `openclaw ${words.slice(0, 2).join(' ')}`;
  const out: Buffer[] = [];
  let length = 0;
  let stderr = '';
  const timer = setTimeout(() => {
    end();
    reject(new PerdureError('timeout', `\`${said}\` did not answer within ${timeoutMs / 1_000} s; try again.`));
  }, timeoutMs);
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestAnswer) out.push(chunk);
    else end();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-longestTalk)));
  child.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    const why = `\`${said}\` could not be run with ${program.node} (${error.code}): is Node still there?`;
    reject(new PerdureError('unavailable', why));
  });
  child.on('close', (code) => {
    clearTimeout(timer);
    resolve({ exitCode: code ?? undefined, value: jsonIn(Buffer.concat(out).toString()), stderr });
  });
  return await promise;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
