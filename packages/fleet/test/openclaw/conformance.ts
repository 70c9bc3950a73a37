/**
 * What is asked of OpenClaw, and what it answers: held against the fake in the fast suite, and against real releases by
 * `npm run test:openclaw`. What the fake is like in these cases, the real ones are.
 */

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { GatewayProgramPort } from '@perdure/fleet';
import type { ModelAccess } from '../../src/core/ports.ts';
import { gatewayProgram, readdressed, settingsOf } from '@perdure/fleet/openclaw';
import { freePorts, until } from '@perdure/testing';
import { greetingHub, sayingModel, type GreetingHub, type SayingModel } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TrialGateway, type TrialOptions } from './trial-gateway.ts';

export interface ProgramUnderTest {
  readonly program: { readonly node: string; readonly entry: string };
  /** The folder of our channel plugin. */
  readonly plugin: string;
}

/** Without that of the model. */
const less = { hub: 'hub-key-canary-71c0', gateway: 'gateway-token-canary-71c0' };
const secrets = { ...less, model: 'model-key-canary-71c0' };
/** A real one begins within 4 s on an idle machine, and within 43 s on a busy one. */
const begins = { withinMs: 180_000, everyMs: 100 };
const health = { timeoutMs: 90_000 };

export function programConformance(name: string, open: () => Promise<ProgramUnderTest>): void {
  describe(`the program of a gateway: ${name}`, () => {
    let under: ProgramUnderTest;
    let hub: GreetingHub;
    let model: SayingModel;

    beforeAll(async () => {
      under = await open();
      hub = await greetingHub(secrets.hub);
      model = await sayingModel('I am well.');
    });
    afterAll(async () => {
      await hub?.[Symbol.asyncDispose]();
      await model?.[Symbol.asyncDispose]();
    });

    const settings = (port: number, asked = 'demo/demo'): TrialOptions['settings'] => ({
      port,
      model: asked,
      hubUrl: hub.url,
      ...(asked === 'demo/demo'
        ? { modelServer: { baseUrl: model.baseUrl, api: 'openai-completions' } }
        : { isKeyless: true }),
    });
    const make = async (more: Partial<TrialOptions> = {}, asked?: string) => {
      const [port = 0] = await freePorts(1);
      const gateway = new TrialGateway({ ...under, secrets, settings: settings(port, asked), ...more });
      onTestFinished(() => gateway[Symbol.asyncDispose]());
      return { gateway, program: gatewayProgram(under.program, gateway) };
    };

    it('finds nothing wrong with the settings of a member', async () => {
      const { gateway, program } = await make();
      expect(await program.validate(gateway.home)).toEqual([]);
    });

    it('says which plugin is not there, and which setting it does not know', async () => {
      const { gateway, program } = await make({ plugin: undefined });
      expect((await program.validate(gateway.home)).join(' ')).toContain('sesame');
      gateway.set(settingsOf({ ...settings(gateway.port), home: gateway.home }), { colour: 'red' });
      expect((await program.validate(gateway.home)).join(' ')).toContain('colour');
    });

    it('says of one that is not there that it cannot be reached', async () => {
      const { gateway, program } = await make();
      expect(await program.readiness(gateway.port)).toBe('away');
      await expect(program.health(gateway.home, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'unreachable' });
    });

    it('is well with its plugin, its channel and its key; takes a turn, is saved while it runs, and drains', async () => {
      const { gateway, program } = await make();
      await ready(gateway, program);
      const isWell = async (): Promise<boolean> =>
        (await program.health(gateway.home, health)).isChannelRunning === true;
      await until(isWell, { ...begins, what: 'its channel is connected' });
      expect(await program.health(gateway.home, health)).toEqual({
        isPluginLoaded: true,
        isChannelRunning: true,
        isModelTold: true,
        missingProviders: [],
        problems: [],
      });
      expect(gateway.log()).toContain('[sesame] Authenticated successfully');
      expect(await program.ask(gateway.home, 'How are you?', { timeoutMs: 120_000 })).toBe('I am well.');
      expect(model.keys.at(-1)).toBe(`Bearer ${secrets.model}`);
      // One that says nothing, and one that refuses: behind that a key is left alone for a while.
      model.say('');
      await expect(program.ask(gateway.home, 'And now?', { timeoutMs: 120_000 })).rejects.toThrow(
        /took no turn \(.*couldn't generate a response/,
      );
      model.say(401);
      await expect(program.ask(gateway.home, 'And now?', { timeoutMs: 120_000 })).rejects.toThrow(
        /took no turn \(.*demo\/demo request failed \(.*401/,
      );
      model.say('I am well.');
      await program.reload(gateway.home);
      const archive = await program.backup(gateway.home, gateway.accountHome);
      expect(statSync(archive).mode & 0o777).toBe(0o600);
      expect(execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })).toContain('openclaw.json');
      gateway.terminate();
      expect(await gateway.ended()).toBe(0);
      expect(await program.readiness(gateway.port)).toBe('away');
    });

    it('is at the hub where that is now, without a restart, when its settings say so', async () => {
      const { gateway, program } = await make();
      await ready(gateway, program);
      await until(() => gateway.log().includes('Authenticated'), { ...begins, what: 'it is at the hub' });
      const other = await greetingHub(secrets.hub);
      onTestFinished(async () => await other[Symbol.asyncDispose]());
      const next = readdressed(gateway.settings(), { hubUrl: other.url });
      if (next.kind !== 'changed') throw new Error(`they are ${next.kind}`);
      gateway.write(next.text);
      await until(() => other.greeted() > 0, { ...begins, what: 'it is at the other one' });
      await until(async () => (await program.readiness(gateway.port)) === 'ready', { ...begins, what: 'it answers' });
      expect(gateway.exitCode()).toBeUndefined();
    });

    it('tells cause and remedy where its plugin is not there, and where the hub refuses its key', async () => {
      const bare = await make({ plugin: undefined });
      await ready(bare.gateway, bare.program);
      const told = await bare.program.health(bare.gateway.home, health);
      expect(told).toMatchObject({ isPluginLoaded: false });
      expect(told.problems.join(' ')).toMatch(/plugin sesame is not loaded.*`perdure family repair`/);
      await bare.gateway[Symbol.asyncDispose]();

      const shut = await make({ secrets: { ...secrets, hub: 'another-key-71c0' } });
      await ready(shut.gateway, shut.program);
      const problems = async () => (await shut.program.health(shut.gateway.home, health)).problems.join(' ');
      await until(async () => (await problems()).includes('refuses its key'), { ...begins, what: 'it says why' });
      expect(await problems()).not.toContain('another-key-71c0');
    });

    it.each([
      ['has the key of its model', 'demo/demo', secrets, { kind: 'usable' }, []],
      ['has none', 'anthropic/claude-opus-4-6', secrets, { kind: 'unusable', provider: 'anthropic' }, ['anthropic']],
      ['is referred to one that is not there', 'demo/demo', less, { kind: 'unusable', provider: 'demo' }, ['demo']],
      // Whether that is logged in is not known before a turn.
      ['needs none, but a program', 'claude-cli/opus', secrets, { kind: 'unusable', provider: 'claude-cli' }, []],
    ] as const)('of one that %s says so, to who has its token', async (_which, asked, given, access, missing) => {
      const { gateway, program } = await make({ secrets: given }, asked);
      expect(await program.modelAccess(gateway.home)).toEqual({ kind: 'untold' });
      await ready(gateway, program);
      expect(await toldOf(gateway, program)).toEqual(access);
      expect(await program.health(gateway.home, health)).toMatchObject({
        isModelTold: true,
        missingProviders: missing,
      });
      gateway.giveSecrets({ ...given, gateway: 'another-token-71c0' });
      expect(await toldOf(gateway, program)).toEqual({ kind: 'untold' });
    });

    it('ends with 78 where a setting is wrong, and with 1 where its port is taken', async () => {
      const wrong = await make({ more: { colour: 'red' } });
      wrong.gateway.start();
      expect(await wrong.gateway.ended()).toBe(78);
      const port = Number(new URL(hub.url).port);
      const taken = await make({ settings: settings(port) });
      taken.gateway.start();
      expect(await taken.program.readiness(port)).toBe('stranger');
      expect(await taken.gateway.ended()).toBe(1);
    });
  });
}

/** Silent is one that the machine does not let answer within some seconds. */
const toldOf = async ({ home }: TrialGateway, program: GatewayProgramPort): Promise<ModelAccess> =>
  await until(
    async () => {
      const access = await program.modelAccess(home);
      return access.kind !== 'silent' && access;
    },
    { ...begins, what: 'it tells of its model' },
  );

async function ready(gateway: TrialGateway, program: GatewayProgramPort): Promise<void> {
  gateway.start();
  const isReady = async (): Promise<boolean> => {
    if (gateway.exitCode() !== undefined) throw new Error(`it ended with ${gateway.exitCode()}: ${gateway.log()}`);
    return (await program.readiness(gateway.port)) === 'ready';
  };
  await until(isReady, { ...begins, what: 'it is ready' });
}
