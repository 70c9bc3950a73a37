/**
 * What two releases of OpenClaw are to each other: held against two fakes in the fast suite, and against real ones by
 * `npm run test:openclaw`.
 */

import { tellChange } from '@perdure/fleet';
import { askVersion, gatewayProgram } from '@perdure/fleet/openclaw';
import { quietPort, until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TrialGateway } from './trial-gateway.ts';

export interface ReleaseUnderTest {
  readonly node: string;
  readonly entry: string;
  readonly version: string;
}

export interface ReleasesUnderTest {
  readonly older: ReleaseUnderTest;
  readonly newer: ReleaseUnderTest;
  /** The folder of our channel plugin. */
  readonly plugin: string;
}

const secrets = { hub: 'hub-key-71c0', gateway: 'gateway-token-71c0', model: 'model-key-71c0' };

export function releasesConformance(name: string, open: () => Promise<ReleasesUnderTest>): void {
  describe(`two releases: ${name}`, () => {
    it('say which they are', async () => {
      const { older, newer } = await open();
      for (const { version, ...program } of [older, newer]) {
        expect(await askVersion(program)).toEqual({ kind: 'version', version });
      }
    });

    it('the newer takes over what the older has made, and what it has made of it the older refuses to open', async () => {
      const { older, newer, plugin } = await open();
      const port = quietPort();
      const modelServer = { baseUrl: 'http://127.0.0.1:9/v1', api: 'openai-completions' };
      const settings = { port, model: 'demo/demo', modelServer, hubUrl: 'http://127.0.0.1:9' };
      const gateway = new TrialGateway({ program: older, plugin, secrets, settings });
      onTestFinished(() => gateway[Symbol.asyncDispose]());
      const [byOlder, byNewer] = [older, newer].map((program) => gatewayProgram(program, gateway));
      for (const release of [older, newer]) {
        gateway.use(release);
        gateway.start();
        const isReady = async (): Promise<boolean> => {
          if (gateway.exitCode() !== undefined) throw new Error(`it ended: ${gateway.output()}`);
          return (await byNewer?.readiness(port)) === 'ready';
        };
        await until(isReady, { withinMs: 180_000, everyMs: 100, what: `${release.version} is ready` });
        const told = async () => await byNewer?.runningVersion(port);
        expect(await until(told, { withinMs: 180_000, what: `${release.version} tells its version` })).toBe(
          release.version,
        );
        gateway.terminate();
        expect(await gateway.ended()).toBe(0);
      }
      expect(await byNewer?.validate(gateway.home)).toEqual([]);
      expect((await byOlder?.validate(gateway.home))?.join(' ')).toMatch(/newer schema version/);
      gateway.use(older);
      gateway.start();
      const exitCode = await gateway.ended();
      expect(exitCode).toBe(78);
      const causes = {
        service: { kind: 'failed', exitCode, restarts: 0 },
        lines: gateway.output().trim().split('\n').slice(-5),
        problems: [],
      } as const;
      const change = { from: 'well', to: 'gone', since: 0 } as const;
      expect(tellChange({ handle: 'scout', port }, change, causes)).toMatch(
        /exit code 78\. Its state was written by a newer OpenClaw than the one it is run with: install that one\./,
      );
    });
  });
}
