/** One command in a shell, and all that it printed, on stdout and stderr. */

import { spawn, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { until } from '@perdure/testing';

export class Terminal {
  readonly #child: ChildProcess;
  #end: { readonly code: number | null } | undefined;
  #text = '';

  constructor(command: string, { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    // A group of its own, so that it can be killed with all it started.
    this.#child = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (piece: string) => (this.#text += piece));
    this.#child.once('close', (code) => (this.#end = { code }));
  }

  get text(): string {
    return stripVTControlCharacters(this.#text);
  }

  /** Resolves when it has printed `text`, so many times. */
  async says(text: string, times = 1): Promise<void> {
    await until(() => this.text.split(text).length > times, { withinMs: 60_000, what: `it prints ${text}` });
  }

  /** The exit code; null where it was killed. */
  async ended(withinMs: number): Promise<number | null> {
    await until(() => this.#end !== undefined, { withinMs, what: 'it ends' }).catch((error: Error) => {
      throw new Error(`${error.message}, and has printed:\n${this.text}`);
    });
    return this.#end?.code ?? null;
  }

  /** All of it: the shell, and what it started. */
  kill(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
