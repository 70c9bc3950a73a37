/** One chaos run: the product, the effects server and a client as processes, kills in between, and in the end the facts before the judge. */

import { join } from 'node:path';
import { System } from '../test/e2e/system.ts';
import { effectsUrlVariable } from './call-effects.ts';
import { startEffectsProcess } from './effects-process.ts';
import { readEffectLog } from './effects-server.ts';
import { EventWitness, readRecord, type Facts, type Kill, type UnaskedEnd } from './facts.ts';
import { figureOf, type Figure } from './figures.ts';
import { judge } from './judge.ts';
import { killRepeatedly } from './killer.ts';
import { Load } from './load.ts';
import { createRandom } from './random.ts';

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

/** A model that takes its time, so that turns are there to be interrupted. */
const modelScript = [{ delayMs: 600 }];

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
  const startedAt = performance.now();
  const load = new Load({ client: () => system.client, lanes: runs, firstSeed: seed * 10_000, signal });
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
        say(`${seconds(startedAt)}  kill ${kills.length} of ${wanted}: ${kill.victim}`);
      },
      onRefusedStart: (reason) => say(`${seconds(startedAt)}  not started again yet: ${reason}`),
    });
    say(`${seconds(startedAt)}  no more kills; runs in flight may finish`);
    await load.end();
  } catch (error) {
    // Judged all the same: what is missing shows in the figures.
    say(`given up: ${String(error)}`);
  }
  say(`${seconds(startedAt)}  over`);
  const { acknowledgements } = load;
  const facts: Facts = {
    kills,
    unaskedEnds,
    acknowledgements,
    eventsBefore: witness.events,
    ...readRecord(system),
    modelRequests: system.modelRequests(),
    effects: readEffectLog(effectLog),
  };
  return [...told(facts, wanted), ...judge(facts)];
}

/** What the judgement is about. */
function told(facts: Facts, wanted: number): readonly Figure[] {
  const { kills, acknowledgements, steps, modelRequests, effects } = facts;
  return [
    count('kills', kills.length, `= ${wanted}`),
    count('runs_acknowledged', new Set(acknowledgements.map(({ runId }) => runId)).size),
    count('steps_recorded', steps.length),
    count('undos_recorded', steps.filter(({ kind }) => kind === 'undo').length),
    count('model_requests', modelRequests.length),
    count(
      'model_requests_for_interrupted_turns',
      modelRequests.length - new Set(modelRequests.map(({ key }) => key)).size,
    ),
    count('effects_accepted', effects.filter(({ outcome }) => outcome === 'accepted').length),
    count('effects_attempted_again', effects.filter(({ outcome }) => outcome === 'duplicate').length),
  ];
}

function count(id: string, value: number, target?: string): Figure {
  return figureOf({ id, value, unit: 'count', ...(target === undefined ? {} : { target }) });
}

/** A run acknowledged without an engine, by a server that died too, is found by the sweep: each minute, what is a minute old. */
const sweepMs = 125_000;

function deadlineMs(kills: number): number {
  return 60_000 + 4_000 * kills + sweepMs;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s`;
}
