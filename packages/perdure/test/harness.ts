/** Runs command lines in this process: own folder, streams and clock, and what they wrote. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { compact } from '@perdure/contract';
import { ensureHome, identityOf, writeInstance, type HomePaths } from '@perdure/home';
import type { Rim, Source, StopSignal } from '../src/cli/rim.ts';
import { runPerdure } from '../src/commands.ts';
import { fakeKey, type FakeApi } from './fake-api.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place extends Disposable {
  readonly folder: string;
  readonly paths: HomePaths;
}

/** A folder with a state root in it, removed at the end. */
export function createPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-cli-'));
  return {
    folder,
    paths: ensureHome(join(folder, '.perdure')),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A place on which `api` runs, as far as a command can tell: this test's process stands for the launcher. */
export function createRunningPlace(api: Pick<FakeApi, 'port' | 'url'>, socket?: string): Place {
  const place = createPlace();
  writeFileSync(place.paths.ownerKey, `${fakeKey}\n`, { mode: 0o600 });
  writeInstance(place.paths, {
    ...identityOf(process.pid)!,
    port: api.port,
    workerPort: 0,
    url: api.url,
    ...compact({ socket }),
    version: '0.1.0',
    project: place.folder,
    model: { kind: 'demo', id: 'demo-model' },
    processes: {},
  });
  return place;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Rim['env'];
  /** A text, or what goes on for as long as the command does. */
  readonly stdin?: string | Source;
  /** Told all that is written to stdout, as it is. */
  readonly onWrite?: (text: string) => void;
  readonly isTTY?: boolean;
  /** Milliseconds since the epoch; absent: `testNow`. */
  readonly now?: number;
  /** Ctrl-C as soon as what was written so far, stdout and stderr, makes this true. */
  readonly interruptWhen?: (written: string) => boolean;
}

interface Envelope {
  readonly data: unknown;
  readonly next?: string;
}

/** What each line of `stdout` holds; every line is an envelope of the one form. */
export function envelopesIn(stdout: string): readonly Envelope[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { schema_version: version, ...content } = JSON.parse(line) as Envelope & {
        readonly schema_version: unknown;
      };
      if (version !== 1 || !('data' in content)) throw new Error(`no envelope: ${line}`);
      return content;
    });
}

/** `data` of the one envelope that a command has printed with `--json`. */
export function dataIn(stdout: string): unknown {
  const [envelope, ...others] = envelopesIn(stdout);
  if (envelope === undefined || others.length > 0) throw new Error(`not one envelope: ${stdout}`);
  return envelope.data;
}

export const testNow = Date.parse('2026-01-02T03:05:00.000Z');

export async function cli(argv: readonly string[], options: CliOptions): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  let listener: ((signal: StopSignal) => void) | undefined;
  const interruptIfDue = () => {
    if (options.interruptWhen?.(written.stdout + written.stderr) === true) listener?.('SIGINT');
  };
  const sinkOf = (name: 'stdout' | 'stderr') => ({
    isTTY: options.isTTY === true,
    write(text: string) {
      written[name] += text;
      if (name === 'stdout') options.onWrite?.(text);
      interruptIfDue();
    },
  });
  const rim: Rim = {
    cwd: options.cwd,
    env: options.env ?? {},
    homedir: join(options.cwd, 'nobody'),
    stdin: typeof options.stdin === 'object' ? options.stdin : Readable.from([options.stdin ?? '']),
    stdout: sinkOf('stdout'),
    stderr: sinkOf('stderr'),
    now: () => options.now ?? testNow,
    caller: () => ({ lasting: undefined, passing: [] }),
    onStopSignal(given) {
      listener = given;
      interruptIfDue();
      return () => (listener = undefined);
    },
  };
  const code = await runPerdure(argv, rim);
  return { code, ...written };
}
