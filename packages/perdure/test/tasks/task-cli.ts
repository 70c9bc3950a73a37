/** Task commands in this process, on a clock that the test turns and stdin as bytes. */

import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { HolderProcess } from '@perdure/contract';
import { runPerdure } from '../../src/commands.ts';
import { createPlace, testNow, type Outcome, type Place } from '../harness.ts';

export interface TaskPlace extends Place {
  /** Milliseconds since the epoch; tests move it on. */
  now: number;
  /** `perdure …` */
  perdure(argv: readonly string[], given?: TaskCliOptions): Promise<Outcome>;
  /** `perdure task …` */
  task(argv: readonly string[], given?: TaskCliOptions): Promise<Outcome>;
  /** The same with `--json`: `data` of its envelope. @throws where it fails */
  data(argv: readonly string[], given?: TaskCliOptions): Promise<Data>;
}

export interface TaskCliOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What lives as long as whoever calls; absent: nobody knows. */
  readonly caller?: HolderProcess;
  /** What stands between it and the command, nearest first. */
  readonly passing?: readonly HolderProcess[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look at what programs get: plain JSON
export type Data = any;

export function createTaskPlace(): TaskPlace {
  const place = createPlace();
  const taskPlace: TaskPlace = {
    ...place,
    now: testNow,
    task: (argv, given) => taskPlace.perdure(['task', ...argv], given),
    async perdure(argv, { stdin = '', env = {}, cwd = place.folder, caller, passing = [] } = {}) {
      const written = { stdout: '', stderr: '' };
      const code = await runPerdure(argv, {
        cwd,
        env: { PATH: process.env['PATH'], ...env },
        homedir: join(place.folder, 'account'),
        stdin: Readable.from([Buffer.from(stdin)]),
        stdout: { write: (text: string) => (written.stdout += text) },
        stderr: { write: (text: string) => (written.stderr += text) },
        now: () => taskPlace.now,
        caller: () => ({ lasting: caller, passing }),
        onStopSignal: () => () => undefined,
      });
      return { code, ...written };
    },
    async data(argv, given) {
      const separator = argv.indexOf('--');
      const at = separator < 0 ? argv.length : separator;
      const { code, stdout, stderr } = await taskPlace.task([...argv.slice(0, at), '--json', ...argv.slice(at)], given);
      if (stdout === '') throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
      return (JSON.parse(stdout) as { readonly data: Data }).data;
    },
  };
  return taskPlace;
}

/** A task `ship` with one criterion; answers the token of its lease. */
export async function aTask(place: TaskPlace, ...flags: readonly string[]): Promise<string> {
  const argv = ['create', 'ship', '--title', 'Ship it', '--goal', 'Released', '--criterion', 'It works', ...flags];
  const { lease_token: token } = (await place.data(argv)) as { readonly lease_token?: string };
  return token ?? '';
}

/** A refusal as the command line prints it: one sentence, and a line of what to do where there is one. */
export const oneSentence = /^perdure: [^\n]+\n(  [^\n]+\n)?$/;
