/**
 * One chaos run: the product, the effects server and a client as processes, kills in between, and in the end the facts
 * before the judge.
 */

import { join } from 'node:path';
import { System } from '../test/e2e/system.ts';
import { effectsUrlVariable } from './effects-client.ts';
import { readEffectLog } from './effects-log.ts';
import { startEffectsProcess } from './effects-process.ts';
import { EventWitness, readRecord, type Facts, type Kill, type UnaskedEnd } from './facts.ts';
import type { Figure } from './figures.ts';
import { judge } from './judge.ts';
import { killRepeatedly } from './killer.ts';
import { Load } from './load.ts';
import { modelScript } from './model-script.ts';
import { Person } from './person.ts';
import { createRandom } from './random.ts';
import { told } from './told.ts';

/** What the command line asks for. */
export interface ChaosOptions {
  readonly kills: number;
  /** In flight at any time. */
  readonly runs: number;
  /** Decides what the runs do, and when which part is killed. */
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Ends everything early; what has happened by then is judged. */
  readonly signal: AbortSignal;
}

/** `folder` takes the state root and the log of the effects server. */
export async function runChaos(folder: string, options: ChaosOptions): Promise<readonly Figure[]> {
  const { kills: wanted, runs, seed, say } = options;
  const timeUp = AbortSignal.timeout(deadlineMs(wanted));
  const signal = AbortSignal.any([options.signal, timeUp]);
  const effectLog = join(folder, 'effects.ndjson');
  await using effects = await startEffectsProcess(effectLog);
  const unaskedEnds: UnaskedEnd[] = [];
  await using system = await System.start({
    folder,
    project: import.meta.dirname,
    modelScript,
    env: { [effectsUrlVariable]: effects.url },
    onStatus: (status) => {
      if (status.kind !== 'crashed' || /SIGKILL|signal 9/.test(status.why)) return;
      unaskedEnds.push(status);
      say(`the ${status.part} ended by itself: ${status.why}`);
    },
  });
  const clock = startClock();
  const client = () => system.client;
  const load = new Load({ client, lanes: runs, firstSeed: seed * 10_000, signal });
  await using person = new Person({ client, effectsUrl: effects.url, signal });
  const witness = new EventWitness(system);
  const kills: Kill[] = [];
  try {
    await killRepeatedly(system, {
      random: createRandom(seed),
      kills: wanted,
      signal,
      beforeKill: () => witness.look(),
      onKill: (kill) => {
        kills.push(kill);
        if (wanted <= fewKills) say(`${clock()}  kill ${kills.length} of ${wanted}: ${kill.victim}`);
        if (kills.length % killsPerReport === 0) say(`${clock()}  ${progress(kills, load, person)}`);
      },
      onRefusedStart: (reason) => say(`${clock()}  not started again yet: ${reason}`),
    });
    say(`${clock()}  no more kills; runs in flight may finish`);
    await load.end();
  } catch (error) {
    // Judged all the same: what is missing shows in the figures.
    say(`given up: ${String(error)}`);
  }
  say(`${clock()}  over`);
  const { attempts, inquiries } = readEffectLog(effectLog);
  const facts: Facts = {
    kills,
    unaskedEnds,
    acknowledgements: load.acknowledgements,
    eventsBefore: witness.events,
    ...readRecord(system),
    modelRequests: system.modelRequests(),
    effects: attempts,
    inquiries,
    decisions: person.decisions,
  };
  return [...told(facts, { kills: wanted }), ...judge(facts)];
}

/** So few are told one by one. */
const fewKills = 50;
const killsPerReport = 25;

function progress(kills: readonly Kill[], { acknowledgements }: Load, { decisions }: Person): string {
  const runs = new Set(acknowledgements.map(({ runId }) => runId)).size;
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  return `${kills.length} kills so far, ${runs} runs acknowledged, ${decisions.length} questions answered, ${megabytes} MB held here`;
}

/**
 * A run acknowledged without an engine, by a server that died too, is found by the sweep: each minute, what is a minute
 * old.
 */
const sweepMs = 125_000;

function deadlineMs(kills: number): number {
  return 60_000 + 8_000 * kills + sweepMs;
}

/** Tells the time since now. */
function startClock(): () => string {
  const startedAt = performance.now();
  return () => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`;
}
