import { connect, createServer, type Socket } from 'node:net';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveSignal } from '@perdure/contract';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectLive, listenLive } from '../src/index.ts';
import { createLiveHub } from '../src/hub.ts';

async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-live-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'live.sock');
}

async function listening(path: string) {
  const bus = await listenLive({ path });
  onTestFinished(() => bus.close());
  return bus;
}

function worker(path: string, options: { maxBufferedBytes?: number } = {}) {
  const sink = connectLive({ path, coalesceMs: 5, ...options });
  onTestFinished(() => sink.close());
  return sink;
}

/** Collects signals; `until` resolves once `enough` says so. */
function recorder() {
  const signals: LiveSignal[] = [];
  let check: (() => void) | undefined;
  return {
    signals,
    listener: (signal: LiveSignal) => {
      signals.push(signal);
      check?.();
    },
    until: (enough: (signals: readonly LiveSignal[]) => boolean) =>
      new Promise<void>((resolve) => {
        check = () => enough(signals) && resolve();
        check();
      }),
  };
}
const textOf = (signals: readonly LiveSignal[]) => signals.map((s) => (s.type === 'text' ? s.delta : '|')).join('');

describe('the live bus', () => {
  test('brings text joined and in order, and never a commit before the text that preceded it', async () => {
    const path = await socketPath();
    const bus = await listening(path);
    const seen = recorder();
    bus.subscribe('run-1', seen.listener);
    const sink = worker(path);
    await seen.until((signals) => signals.length > 0);
    for (const letter of 'abc') sink.text('run-1', 'k', letter);
    sink.committed('run-1');
    sink.committed('run-1');
    sink.text('run-2', 'k', 'for somebody else');
    await seen.until((signals) => textOf(signals) === '|abc|');
    for (const letter of 'déf') sink.text('run-1', 'k', letter);
    await seen.until((signals) => textOf(signals) === '|abc|déf');
  });

  test('survives a server that is started later, dies and comes back; each connection nudges', async () => {
    const path = await socketPath();
    const sink = worker(path);
    sink.committed('run-1');
    sink.text('run-1', 'k', 'nobody hears this');
    const first = recorder();
    const bus = await listenLive({ path });
    bus.subscribe('run-1', first.listener);
    await first.until((signals) => signals.length > 0);
    await bus.close();
    sink.committed('run-1');
    const second = recorder();
    (await listening(path)).subscribe('run-1', second.listener);
    await second.until((signals) => signals.length > 0);
  });

  test('ignores garbage between lines, and hangs up on a line without end', async () => {
    const path = await socketPath();
    const bus = await listening(path);
    const seen = recorder();
    bus.subscribe('run-1', seen.listener);
    const peer = connect(path);
    peer.on('error', () => undefined);
    const hungUp = new Promise((resolve) => peer.on('close', resolve));
    peer.write(
      'garbage\n{}\n[]\nnull\n{"run":1}\n{"run":"run-1","key":1,"text":"x"}\n\u0000\n{"run":"run-1","key":"k","text":"ok"}\n',
    );
    await seen.until((signals) => textOf(signals) === '|ok');
    const endless = Buffer.alloc(65_536, 'x');
    const pour = () => {
      while (!peer.destroyed && peer.write(endless));
    };
    peer.on('drain', pour);
    pour();
    await hungUp;
    expect(textOf(seen.signals)).toBe('|ok');
  });

  test('drops signals instead of filling memory when the server does not read', async () => {
    const path = await socketPath();
    const server = createServer({ pauseOnConnect: true });
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const sink = worker(path, { maxBufferedBytes: 1_000 });
    const peer = await connected;
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i += 1) {
      sink.text('run-1', 'k', 'x'.repeat(1_000_000));
      sink.committed('run-1');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
    peer.destroy();
    sink.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test('has a socket that only its owner can open, also where one was left behind', async () => {
    const path = await socketPath();
    await (await listenLive({ path })).close();
    await listening(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('the poll of the database', () => {
  test('nudges every watcher when the database changed, or cannot be read', async () => {
    let version = 1;
    let broken = false;
    const read = () => {
      if (broken) throw new Error('closed');
      return version;
    };
    const hub = createLiveHub({ dataVersion: read, pollMs: 1 });
    onTestFinished(() => hub.close());
    const [one, two] = [recorder(), recorder()];
    hub.subscribe('run-1', one.listener);
    hub.subscribe('run-2', two.listener);
    version = 2;
    await Promise.all([one.until((s) => s.length === 1), two.until((s) => s.length === 1)]);
    broken = true;
    await one.until((s) => s.length > 1);
  });

  test('rests while nobody watches', async () => {
    let reads = 0;
    const hub = createLiveHub({ dataVersion: () => (reads += 1), pollMs: 1 });
    onTestFinished(() => hub.close());
    expect(reads).toBe(0);
    const seen = recorder();
    const end = hub.subscribe('run-1', seen.listener);
    await seen.until((signals) => signals.length > 2);
    end();
    const readsThen = reads;
    // Another timer of the same length, started later, has fired three times: the poll would have, too.
    const other = recorder();
    const witness = createLiveHub({ dataVersion: () => Math.random(), pollMs: 1 });
    onTestFinished(() => witness.close());
    witness.subscribe('run-1', other.listener);
    await other.until((signals) => signals.length > 3);
    expect(reads).toBe(readsThen);
  });
});
