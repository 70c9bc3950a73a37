/** A model that is there or away as a test wants it, and the times that outages are told in. */

import { PerdureError, type PipelineDefinition } from '@perdure/contract';
import { asking, done, openWithAgents, PlayedModel } from './agent-harness.ts';
import type { Harness, HarnessOptions } from './harness.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const patienceMs = 24 * hour;
export const name = 'default/played';

/** As the wire tells of a server that cannot be asked at all. */
export const away = (more: Readonly<Record<string, unknown>> = {}): PerdureError =>
  new PerdureError('model_unavailable', 'The model server cannot be reached.', {
    details: { asked: name, away: true, ...more },
  });

export class Server {
  isUp = false;
  /** While it is not up. */
  error = away();
  /** What an answer waits for. */
  answers: (signal: AbortSignal) => Promise<unknown> = () => Promise.resolve();
  /** Requests that have no answer yet. */
  open = 0;
  readonly model = new PlayedModel(async ({ signal }) => {
    this.open += 1;
    try {
      await this.answers(signal);
      if (this.isUp) return done;
      throw this.error;
    } finally {
      this.open -= 1;
    }
  });

  get asked(): number {
    return this.model.requests.length;
  }
}

export const openPatient = (
  server: Server,
  pipelines: readonly PipelineDefinition[] = [asking],
  options: HarnessOptions & { readonly agent?: string } = {},
): Promise<Harness> => openWithAgents(pipelines, server.model, { patienceMs, nameOf: () => name, ...options });

export const outage = ({ database }: Harness) =>
  database.sqlite.prepare('SELECT * FROM model_outages').get() as { readonly next_at: number } | undefined;

/** Statuses of runs, in order. */
export const statuses = (harness: Harness, ids: readonly string[]) => ids.map((id) => harness.run(id).status);
