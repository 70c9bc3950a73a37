/** What operators meet, with gateways that are so: what is said names the cause and what to do. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tellChange } from '@perdure/fleet';
import { gatewayProgram } from '@perdure/fleet/openclaw';
import { listenerOf } from '@perdure/fleet/watch';
import { freePorts, until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, it, onTestFinished } from 'vitest';
import { TrialGateway, type TrialOptions } from './trial-gateway.ts';

const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');
const secrets = { hub: 'hub-key-71c0', gateway: 'gateway-token-71c0', model: 'model-key-71c0' };

async function make(more: Partial<TrialOptions> = {}) {
  const [port = 0] = await freePorts(1);
  const fake = installFakeOpenclaw(tempFolder());
  const settings = { port, model: 'anthropic/claude-opus-4-6', hubUrl: 'http://127.0.0.1:9' };
  const gateway = new TrialGateway({ program: fake, plugin, secrets, settings, ...more });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  const program = gatewayProgram(fake, gateway);
  const isReady = async () => (await program.readiness(gateway.port)) === 'ready';
  const start = async (): Promise<void> => {
    gateway.start();
    await until(isReady, { what: 'it is ready' });
  };
  const problems = async () => (await program.health(gateway.home, { timeoutMs: 120_000 })).problems.join(' ');
  /** As its family hears of it when it has ended. */
  const ending = async (): Promise<string> => {
    gateway.start();
    const exitCode = await gateway.ended();
    const lines = gateway.output().trim().split('\n');
    const causes = { service: { kind: 'failed', exitCode, restarts: 0 }, lines, problems: [] } as const;
    return tellChange({ handle: 'scout', port: gateway.port }, { from: 'well', to: 'gone', since: 0 }, causes);
  };
  return { fake, gateway, start, problems, ending };
}

it('of a model without a key is said which provider has none, and where to put one', async () => {
  const { start, problems } = await make({ secrets: { hub: secrets.hub, gateway: secrets.gateway } });
  await start();
  expect(await problems()).toMatch(/No API key found for provider anthropic: put one into the vault of the agent/);
});

it('of a model without a key is said so by a release that tells its plugins nothing of keys', async () => {
  const { fake, gateway, start, problems } = await make({ secrets: { hub: secrets.hub, gateway: secrets.gateway } });
  fake.behave({ faults: ['no_key_words'] });
  await start();
  expect(await gatewayProgram(fake, gateway).modelAccess(gateway.home)).toEqual({ kind: 'untold' });
  expect(await problems()).toMatch(/No API key found for provider anthropic/);
});

it('of a plugin that was copied in part is said what of it is missing', async () => {
  const { gateway, start, problems } = await make();
  rmSync(join(gateway.home, 'extensions', 'sesame', 'index.js'));
  await start();
  expect(await problems()).toMatch(/could not be loaded .*index\.js.*`perdure family repair`/);
});

it('of a hub that is away is said that the channel comes back by itself', async () => {
  const { start, problems } = await make();
  await start();
  const isSaid = async () => (await problems()).includes('cannot be reached');
  await until(isSaid, { what: 'it says why' });
  expect(await problems()).toMatch(
    /not connected \(the hub at .* cannot be reached.*\): see whether the hub is up; it comes back by itself/,
  );
});

it('of a port that is taken is said so, and who has it', async () => {
  const first = await make();
  await first.start();
  const { port } = first.gateway;
  const second = await make({ settings: { port, model: 'demo/demo', hubUrl: 'http://127.0.0.1:9' } });
  expect(await second.ending()).toMatch(/exit code 1\. Its port is taken/);
  expect(await listenerOf(port)).toMatch(/^process \d+ \(/);
});

it('of credentials as older releases had them is said which files to remove', async () => {
  const { gateway, ending } = await make();
  const folder = join(gateway.home, 'agents', 'main', 'agent');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'auth.json'), '{}');
  expect(await ending()).toMatch(/exit code 1\. There is an `auth\.json` of an older release.*remove/);
});

it('of settings that are wrong is said which key, and that it is not started again', async () => {
  const { ending } = await make({ more: { colour: 'red' } });
  expect(await ending()).toMatch(/exit code 78\. Its settings are wrong: .*not started again by itself.*colour/s);
});
