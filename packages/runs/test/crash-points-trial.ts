/**
 * One run that dies once or more and is taken up again, and what is found about it afterwards. The witness of effects
 * is a list beside the record; the person who is asked looks into it and tells the truth.
 */

import { defineTool, definePipeline, isFinished, type DurableContext, type ToolEffect } from '@perdure/contract';
import type { EventsTable, StepsTable, WaitsTable } from '@perdure/db';
import { z } from 'zod';
import type { RunJournal } from '../src/record/journal.ts';
import type { Waker } from '../src/record/ports.ts';
import type { FunctionTool } from '../src/steps/tool-port.ts';
import { loaded, openWithAgents, PlayedModel } from './agent-harness.ts';
import type { Harness } from './harness.ts';
import { Mortal, mortalParts, mortalTool, type Death } from './mortal-worker.ts';

/** A kind of effect, and whether its tool can find out afterwards. */
export interface EffectKind {
  readonly effect: ToolEffect;
  readonly verifies: boolean;
  readonly confirm: boolean;
}

/** Who calls the tool: the pipeline itself, or its agent. */
export type Caller = 'pipeline' | 'agent';

/** All that is known of a trial when its run is at rest. */
export interface Findings {
  readonly runId: string;
  readonly status: string;
  readonly output: string | null;
  /** How often the worker died. */
  readonly deaths: number;
  /** Keys with which the effect was attempted, in order. */
  readonly effects: readonly string[];
  /** Questions whether a call took effect. */
  readonly outcomesAsked: number;
  /** Model turns that were requested although the record held them. */
  readonly turnsRepeated: readonly string[];
  /** The record as it was when a worker had died, oldest first, and at last. */
  readonly records: readonly Recorded[];
}

export interface Recorded {
  readonly steps: readonly StepsTable[];
  readonly events: readonly EventsTable[];
}

export type Sabotage = (journal: RunJournal, harness: Harness) => RunJournal;

const undelegated = { outcome: 'undeliverable', reason: 'Nothing is delegated here.' };

const around = (call: (ctx: DurableContext) => Promise<unknown>, id: Caller) =>
  definePipeline({
    id,
    description: 'd',
    input: z.any(),
    output: z.any(),
    run: async (ctx) => {
      await ctx.human('Shall we begin?', { key: 'begin' });
      const result = await call(ctx);
      await ctx.sleep('nap', 1_000);
      return await ctx.step('end', () => result);
    },
  });

const pipelines = [
  around((ctx) => ctx.tool('probe', { n: 21 }, { key: 'call' }), 'pipeline'),
  around((ctx) => ctx.agent('helper', {}), 'agent'),
];

export class CrashWorld implements AsyncDisposable {
  readonly harness: Harness;
  readonly #tool: FunctionTool;
  readonly #journal: RunJournal;
  readonly #effects: string[];
  readonly #repeated: string[];

  /** `sabotage` breaks the record, to see that it is found out. */
  static async open(kind: EffectKind, sabotage: Sabotage = (journal) => journal): Promise<CrashWorld> {
    const effects: string[] = [];
    const repeated: string[] = [];
    const tool = loaded(probe(kind, effects));
    const model = new PlayedModel(({ idempotencyKey, messages }) => {
      if (isRecorded(harness, idempotencyKey)) repeated.push(idempotencyKey);
      const hasCalled = messages.some(({ role }) => role === 'tool');
      return hasCalled ? { answer: { answer: 'done' } } : { tools: [['probe', { n: 21 }]] };
    });
    const harness = await openWithAgents(pipelines, model, { tools: [tool] });
    // Here processes die, not the machine: what was written need not be waited for to reach the disk.
    harness.database.sqlite.exec('PRAGMA synchronous = OFF');
    const journal = sabotage(harness.journal, harness);
    return new CrashWorld({ harness, journal, tool: tool.tool as FunctionTool, effects, repeated });
  }

  private constructor(made: {
    readonly harness: Harness;
    readonly journal: RunJournal;
    readonly tool: FunctionTool;
    readonly effects: string[];
    readonly repeated: string[];
  }) {
    this.harness = made.harness;
    this.#journal = made.journal;
    this.#tool = made.tool;
    this.#effects = made.effects;
    this.#repeated = made.repeated;
  }

  /** Runs once through; each worker in turn dies as `deaths` say, the one after the last lives. */
  async trial(caller: Caller, deaths: readonly Death[]): Promise<Findings> {
    const { harness } = this;
    const records: Recorded[] = [];
    const lives = deaths.values();
    let worker = this.#employ(lives.next().value);
    const runId = await harness.start(caller);
    const read = (): Recorded => ({ steps: harness.steps(runId), events: harness.events(runId) });
    for (let rounds = 0; rounds < 100; rounds += 1) {
      await harness.settle();
      if (worker.isDead) {
        records.push(read());
        worker = this.#employ(lives.next().value);
        await harness.engine.wake(runId);
      } else if (isFinished(harness.run(runId).status)) break;
      else if (!(await this.#answer(runId))) await harness.advance(300);
    }
    const own = (keys: readonly string[]) => keys.filter((key) => key.startsWith(`${runId}/`));
    const { status, output } = harness.run(runId);
    return {
      runId,
      status,
      output,
      deaths: records.length,
      effects: own(this.#effects),
      outcomesAsked: this.#waits(runId).filter(({ purpose }) => purpose === 'outcome').length,
      turnsRepeated: own(this.#repeated),
      records: [...records, read()],
    };
  }

  #employ(death: Death | undefined): Mortal {
    const mortal = new Mortal(death);
    const { clock } = this.harness;
    const waker: Waker = { wake: (...of) => this.harness.engine.wake(...of) };
    this.harness.replaceWorker({
      ...mortalParts(mortal, { clock, waker, journal: this.#journal }),
      tools: (id) => (id === this.#tool.id ? mortalTool(mortal, this.#tool) : undefined),
    });
    return mortal;
  }

  #waits(runId: string): readonly WaitsTable[] {
    const rows = this.harness.database.sqlite.prepare('SELECT * FROM waits WHERE run_id = ?').all(runId);
    return rows as unknown as WaitsTable[];
  }

  /** Answers what is open, truthfully. False: nothing is. */
  async #answer(runId: string): Promise<boolean> {
    const open = this.#waits(runId).find(({ answered_at: at }) => at === null);
    if (open === undefined) return false;
    const key = `${runId}/${open.step_key.replace(/\/outcome-\d+$/, '')}`;
    const truth = this.#effects.includes(key)
      ? { decision: 'done', result: { doubled: 42 } }
      : { decision: 'run_again' };
    const answers = { question: 'yes', approval: { verdict: 'approved' }, outcome: truth, delegation: undelegated };
    await this.harness.answer(open.id, answers[open.purpose]);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.harness[Symbol.asyncDispose]();
  }
}

function probe({ effect, verifies, confirm }: EffectKind, effects: string[]) {
  return defineTool({
    id: 'probe',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.object({ doubled: z.int() }),
    effect,
    confirm,
    run: async ({ n }, { idempotencyKey }) => {
      effects.push(idempotencyKey);
      return { success: true, data: { doubled: 2 * n } };
    },
    ...(verifies && {
      verify: async ({ n }, { idempotencyKey }) =>
        effects.includes(idempotencyKey)
          ? { outcome: 'done' as const, data: { doubled: 2 * n } }
          : { outcome: 'not_done' as const },
    }),
  });
}

/** Whether the turn of a request (`<run>/<key>/<attempt>`) has ended, by what the events tell. */
function isRecorded(harness: Harness, idempotencyKey: string): boolean {
  const [runId = '', ...key] = idempotencyKey.split('/').slice(0, -1);
  const ends = harness.events(runId).filter(({ type }) => type === 'step.done');
  return ends.some(({ data }) => (JSON.parse(data) as { key: string }).key === key.join('/'));
}
