/** What the launcher's tests share: settings with ports of their own, and parts that behave as a test needs them. */

import type { Settings } from '@perdure/home';
import { freePorts } from '@perdure/testing';

export async function freeSettings(): Promise<Settings> {
  const [port = 0, workerPort = 0, demoModelPort = 0] = await freePorts(3);
  return {
    port,
    workerPort,
    demoModelPort,
    logLevel: 'info',
    contextTokens: 100_000,
    modelPatience: 0,
    budgetTurns: 500,
  };
}

export const fixture = (name: string): URL => new URL(`fixtures/${name}.ts`, import.meta.url);
