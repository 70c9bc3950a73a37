/** Which release a program says it is: by running it, so that one that does not run on this Node is found out too. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf } from './environment.ts';

export type SaidVersion =
  | { readonly kind: 'version'; readonly version: string }
  /** What it said instead. */
  | { readonly kind: 'none'; readonly said: string };

const withinMs = 30_000;

export async function askVersion(program: { readonly node: string; readonly entry: string }): Promise<SaidVersion> {
  // A home of nobody: whatever it may look for or make, it does there.
  const home = await mkdtemp(join(tmpdir(), 'perdure-version-'));
  try {
    const { stdout } = await promisify(execFile)(program.node, [program.entry, '--version'], {
      env: environmentOf({ home, accountHome: home }),
      cwd: '/',
      timeout: withinMs,
      killSignal: 'SIGKILL',
    });
    const version = /(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(stdout)?.[1];
    return version === undefined ? { kind: 'none', said: reasonIn(stdout) } : { kind: 'version', version };
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    return { kind: 'none', said: reasonIn(stderr === '' ? message : stderr) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Behind the error that Node tells of stand a stack and its own version. */
function reasonIn(text: string): string {
  const lines = text.trim().split('\n');
  const line = lines.find((each) => /^\w*Error\b/.test(each)) ?? lines.at(-1) ?? '';
  return line.trim().slice(0, 300);
}
