/**
 * A shape: how one model server has been seen to answer, or to refuse, and what must become of it here. All of them are
 * data below `shapes/`, written from public documentation and reports alone; `player.ts` plays them over HTTP.
 */

/** The wire formats; each has an address of its own. */
export const apis = ['chat', 'messages', 'responses'] as const;
export type Api = (typeof apis)[number];

export interface Shape {
  /** Lower-case letters, digits and dashes: the agent and the model are named by it. */
  readonly id: string;
  readonly server: string;
  /** One sentence. */
  readonly habit: string;
  /** Where it can be read: `owner/name#number`, or the address of a page. */
  readonly source: string;
  readonly api: Api;
  /** Those that the agent is offered; default: none. */
  readonly tools?: readonly ToolName[];
  /** Of the agent's answer; default: `verdict`. */
  readonly contract?: ContractName;
  /** One for each request that is not refused, in their order; the last one again for those beyond. */
  readonly answers: readonly WireAnswer[];
  /** In place of any answer where the request asks for one of a form: the server knows no other then. */
  readonly constrained?: WireAnswer;
  /** What the server refuses. The first that objects answers. */
  readonly rules?: readonly Rule[];
  /** How often the agent is called in one run, each time with all `answers` from the first; default 1. */
  readonly times?: number;
  /** The contract of a second agent of the same model, which the run calls last: its output counts. */
  readonly second?: ContractName;
  /** What a person says to the run while the first request is answered. */
  readonly steer?: string;
  /** The server has to be given up soon: its limits are of seconds. */
  readonly impatient?: true;
  readonly expect: Expectation;
}

/** An answer as bytes. */
export interface WireAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Default: `text/event-stream` for 200, else `application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one by one, so that they arrive apart. */
  readonly body: readonly (string | Uint8Array)[];
  /** `broken`: the connection is torn; `open`: nothing more is said, and nobody hangs up. Default `finished`. */
  readonly end?: 'finished' | 'broken' | 'open';
  /** In place of `body` where no stream was asked for. */
  readonly whole?: unknown;
}

export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RequestBody = Readonly<Record<string, unknown>>;

/** What a server holds against a request; undefined where nothing. */
export type Rule = (body: RequestBody, about: RuleContext) => Refusal | undefined;

export interface RuleContext {
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** How many requests of this shape were refused before. */
  readonly refused: number;
}

export interface Expectation {
  readonly status: 'completed' | 'failed' | 'needs_attention' | 'waiting';
  readonly output?: unknown;
  /** All calls that were made, in any order. */
  readonly calls?: readonly (readonly [tool: ToolName, input: unknown])[];
  /** At most so many requests, refused ones included. */
  readonly requests?: number;
  /** Exactly so many of them were refused. */
  readonly refused?: number;
  readonly error?: {
    readonly code?: string;
    readonly says?: readonly RegExp[];
    readonly neverSays?: readonly RegExp[];
  };
  /** Texts that must be neither in the output nor in a call nor in an error. */
  readonly never?: readonly string[];
  /** Texts that must be in some request. */
  readonly sends?: readonly string[];
  /** Texts that must be in the last one. */
  readonly sendsLast?: readonly string[];
  /** Of the whole run. */
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** The tools of the project: `project.ts` writes them. */
export const toolNames = ['lookup', 'now', 'add-comment', 'close-ticket'] as const;
export type ToolName = (typeof toolNames)[number];

const verdict = { type: 'string', enum: ['approved', 'rejected'] };
const note = { type: 'string' };

export const contracts = {
  /** Of the strict subset: all is required, nothing else allowed. */
  verdict: {
    type: 'object',
    additionalProperties: false,
    required: ['verdict', 'note'],
    properties: { verdict, note },
  },
  /** One property may be left out, and others may be there. */
  loose: { type: 'object', required: ['verdict'], properties: { verdict, note } },
  /** Whose words are those of a call. */
  named: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
  /** With bounds that not every server knows. */
  bounded: {
    type: 'object',
    additionalProperties: false,
    required: ['verdict', 'note', 'score'],
    properties: {
      verdict,
      note: { type: 'string', minLength: 1, maxLength: 200 },
      score: { type: 'integer', minimum: 0, maximum: 10 },
    },
  },
  /** The answer of any agent that is asked for prose. */
  letter: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: { text: { type: 'string' } },
  },
} as const;
export type ContractName = keyof typeof contracts;

/** What a careful model says for `verdict`; `note` is free. */
export const good = { verdict: 'approved', note: 'fine' } as const;
export const goodText = JSON.stringify(good);

/** Shapes of one server. */
export function shapesOf(server: string, api: Api, shapes: readonly Omit<Shape, 'server' | 'api'>[]): readonly Shape[] {
  return shapes.map((shape) => ({ server, api, ...shape }));
}
