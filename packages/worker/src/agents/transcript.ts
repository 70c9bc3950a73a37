/**
 * The conversation of one agent call. What tools gave is kept as a reference and read when a turn needs it: passing
 * over a long conversation reads none of it.
 */

import type { CalledTool } from '@perdure/runs';
import type { TurnMessage } from '@perdure/models';

/** A finished call, and the id by which the model asked for it. */
export interface AnsweredRequest {
  readonly toolRequest: string;
  readonly tool: string;
  readonly call: CalledTool;
}

type Entry =
  | { readonly kind: 'message'; readonly message: TurnMessage }
  | { readonly kind: 'called'; readonly request: AnsweredRequest };

export class Transcript {
  readonly #entries: Entry[] = [];
  readonly #steers = new Set<string>();
  /** Messages to the model that no turn has recorded yet. */
  #asked: readonly TurnMessage[];

  constructor(input: string) {
    this.#asked = [{ role: 'user', content: input }];
  }

  get asked(): readonly TurnMessage[] {
    return this.#asked;
  }

  /** Texts of people that finished turns were given, by id. */
  get steers(): ReadonlySet<string> {
    return this.#steers;
  }

  /** A turn has ended: it recorded what it was asked and what it said. */
  answered(turn: { readonly messages: readonly TurnMessage[]; readonly steers?: readonly string[] }): void {
    this.#entries.push(...turn.messages.map((message) => ({ kind: 'message', message }) as const));
    for (const id of turn.steers ?? []) this.#steers.add(id);
    this.#asked = [];
  }

  called(requests: readonly AnsweredRequest[]): void {
    this.#entries.push(...requests.map((request) => ({ kind: 'called', request }) as const));
  }

  ask(content: string): void {
    this.#asked = [...this.#asked, { role: 'user', content }];
  }

  /** All of it but what was asked last. Within a step's work: it reads the record. */
  async read(): Promise<readonly TurnMessage[]> {
    return await Promise.all(
      this.#entries.map(async (entry) => (entry.kind === 'message' ? entry.message : await toolMessage(entry.request))),
    );
  }
}

async function toolMessage({ toolRequest, tool, call }: AnsweredRequest): Promise<TurnMessage> {
  const result = await call.read();
  const content = JSON.stringify(result.success ? (result.data ?? null) : { error: result.errorMessage });
  return { role: 'tool', toolRequest, tool, content };
}
