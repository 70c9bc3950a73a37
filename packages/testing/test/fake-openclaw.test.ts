import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, until } from '@perdure/testing';
import { killAfterTest, tempFolder } from '@perdure/testing/after-test';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, it } from 'vitest';

/** A gateway without a plugin, in a home of its own. */
class Trial {
  readonly fake: FakeOpenclaw;
  readonly port: number;
  readonly #home: string;

  static async make(more: object = {}): Promise<Trial> {
    const [port = 0] = await freePorts(1);
    return new Trial(port, more);
  }

  constructor(port: number, more: object) {
    const folder = tempFolder();
    this.fake = installFakeOpenclaw(join(folder, 'npm'));
    this.port = port;
    this.#home = join(folder, '.openclaw-scout');
    mkdirSync(this.#home);
    const settings = { gateway: { mode: 'local', port, auth: { mode: 'token', token: 't' } }, ...more };
    writeFileSync(join(this.#home, 'openclaw.json'), JSON.stringify(settings));
  }

  start(): ChildProcess {
    const child = spawn(this.fake.node, [this.fake.entry, 'gateway', 'run'], {
      env: { OPENCLAW_STATE_DIR: this.#home },
      stdio: 'ignore',
    });
    killAfterTest(child.pid);
    return child;
  }

  async status(path: string): Promise<number | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`).catch(() => undefined);
    return answer?.status;
  }

  async ready(): Promise<void> {
    await until(async () => (await this.status('/readyz')) === 200, { what: 'it is ready' });
  }

  async say(...words: readonly string[]): Promise<unknown> {
    return await new Promise((resolve) => {
      const env = { OPENCLAW_STATE_DIR: this.#home };
      execFile(this.fake.node, [this.fake.entry, ...words], { env }, (_error, out) => resolve(JSON.parse(out)));
    });
  }
}

const exitOf = async (child: ChildProcess): Promise<unknown> => ((await once(child, 'exit')) as [number])[0];

it('is alive before it is ready, and drains before it ends', async () => {
  const trial = await Trial.make();
  const hold = join(tempFolder(), 'hold');
  writeFileSync(hold, '');
  trial.fake.behave({ holds: { 'gateway run': hold } });
  const child = trial.start();
  await until(async () => (await trial.status('/healthz')) === 200, { what: 'it is alive' });
  expect(await trial.status('/readyz')).toBe(503);
  rmSync(hold);
  await trial.ready();
  child.kill('SIGTERM');
  expect(await exitOf(child)).toBe(0);
});

it('tells what it is asked, and takes a turn', async () => {
  const more = {
    agents: { defaults: { model: { primary: 'demo/m' } } },
    models: { providers: { demo: { apiKey: 'k' } } },
  };
  const trial = await Trial.make(more);
  trial.start();
  await trial.ready();
  expect(await trial.say('health', '--json')).toMatchObject({ ok: true, plugins: { loaded: ['memory-core'] } });
  expect(await trial.say('agent', '--message', 'Hello', '--json')).toMatchObject({
    result: { payloads: [{ text: 'You said: Hello' }] },
  });
});

it('ends with 78 where its settings are wrong, and with 1 where its port is taken', async () => {
  const wrong = await Trial.make({ colour: 'red' });
  expect(await exitOf(wrong.start())).toBe(78);
  const first = await Trial.make();
  first.start();
  await first.ready();
  expect(await exitOf(new Trial(first.port, {}).start())).toBe(1);
});

it('dies, or stays, as it is told to', async () => {
  const trial = await Trial.make();
  trial.fake.behave({ faults: ['dies'] }, 'scout');
  expect(await exitOf(trial.start())).toBe(1);
  trial.fake.behave({ faults: ['ignores_sigterm', 'never_ready'] }, 'scout');
  const child = trial.start();
  await until(async () => (await trial.status('/readyz')) === 503, { what: 'it answers' });
  child.kill('SIGTERM');
  expect(await trial.status('/healthz')).toBe(200);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
});
