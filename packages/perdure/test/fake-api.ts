/**
 * A small server on loopback that speaks the contract's route table: the command line cannot tell it from the real one.
 * Every answer is parsed by the table's own schema before it is sent, so this fake cannot drift from the contract.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AgentEntry,
  type DefinitionProblem,
  errorCatalogue,
  isFinished,
  PerdureError,
  routes,
  splitStepId,
  toErrorRecord,
  type Health,
  type LearntFact,
  type ModelAway,
  type ModelsView,
  type RouteId,
  type Run,
  type WireStep,
  type RunEvent,
  type ToolEntry,
  type Wait,
} from '@perdure/contract';
import { fakeHub } from './fake-hub.ts';
import { fakeVault } from './fake-vault.ts';

export const fakeKey = 'sk_perdure_fake';
/** Id of what a fork becomes. */
export const forkId = '019a1b2c-3d4e-7000-8000-00000000000f';

/** A run as the fake holds it. An open one (`ends: false`) keeps its event stream open. */
export interface FakeRun {
  run: Run;
  readonly steps: readonly WireStep[];
  readonly events: readonly RunEvent[];
  /** Text of a turn, sent after the events. */
  readonly text?: { readonly key: string; readonly delta: string };
  readonly ends: boolean;
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly runs: Map<string, FakeRun>;
  /** `METHOD path` of each request, in order. */
  readonly requests: string[];
  /** Body and idempotency key of each start. */
  readonly starts: { readonly body: unknown; readonly idempotencyKey: string | undefined }[];
  readonly waits: Map<string, Wait>;
  /** Texts of steering orders. */
  readonly steers: string[];
  /** Bodies of the requests to prune. */
  readonly prunes: unknown[];
}

interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface FakeOptions {
  readonly agents?: readonly AgentEntry[];
  /** What the worker had to leave out. */
  readonly problems?: readonly DefinitionProblem[];
  readonly runs?: readonly FakeRun[];
  readonly waits?: readonly Wait[];
  /** What a started run becomes. */
  readonly onStart?: () => FakeRun;
  /** What is not in order. */
  readonly health?: { readonly status: Health['status']; readonly parts: Partial<Health['parts']> };
  /** Whether every answer breaks the schema of its question. */
  readonly refusesAnswers?: boolean;
  /** Where a fork begins, whatever step was asked for. */
  readonly forksFrom?: string;
  /** Why no fork is made. */
  readonly refusesForks?: PerdureError;
  /** What was learnt of models. */
  readonly learnt?: readonly LearntFact[];
  /** Models that are away. */
  readonly away?: readonly ModelAway[];
  /** Statuses that a run takes on after a resume, one at each look at it. */
  readonly afterResume?: readonly Run['status'][];
}

export async function startFakeApi(options: FakeOptions = {}): Promise<FakeApi> {
  const runs = new Map((options.runs ?? []).map((fake) => [fake.run.id, fake]));
  const requests: string[] = [];
  const starts: FakeApi['starts'] = [];
  const waits = new Map((options.waits ?? []).map((wait) => [wait.id, wait]));
  const steers: string[] = [];
  const prunes: unknown[] = [];
  const state: FakeState = {
    ...options,
    learnt: options.learnt ?? [],
    runs,
    starts,
    waits,
    steers,
    prunes,
    coming: [],
  };
  const handlers = createHandlers(state);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(`${request.method} ${pathname}`);
    answer(state, handlers, { request, response }).catch((error: unknown) => {
      const { code, message, details = {} } = toErrorRecord(error, 'internal');
      send(response, errorCatalogue[code].httpStatus, { error: message, code, details, requestId: 'r-1' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    runs,
    requests,
    starts,
    waits,
    steers,
    prunes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface FakeState extends Omit<FakeOptions, 'runs' | 'waits' | 'learnt'> {
  learnt: readonly LearntFact[];
  readonly runs: Map<string, FakeRun>;
  readonly starts: FakeApi['starts'];
  readonly waits: Map<string, Wait>;
  readonly steers: string[];
  readonly prunes: unknown[];
  /** Statuses that a run will have at the next looks. */
  coming: Run['status'][];
}

export type Handlers = Partial<Record<RouteId, (call: Call) => Answer>>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(state: FakeState, handlers: Handlers, { request, response }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const { id, params } = match(request.method ?? 'GET', url.pathname);
  if (id !== 'health' && request.headers.authorization !== `Bearer ${fakeKey}`) {
    throw new PerdureError('unauthenticated', 'The key is not the key of this instance.');
  }
  if (id === 'streamEvents') {
    streamRun(response, find(state, params['id']), Number(request.headers['last-event-id'] ?? 0));
    return;
  }
  const call = { params, query: url.searchParams, headers: request.headers, body: await readJson(request) };
  const { status, body } = handlers[id]?.(call) ?? { status: 500, body: undefined };
  const schemas: Readonly<Record<number, { parse(value: unknown): unknown }>> = routes[id].responses;
  send(response, status, schemas[status]?.parse(body));
}

function find({ runs }: FakeState, id = ''): FakeRun {
  const fake = runs.get(id);
  if (fake === undefined) throw new PerdureError('not_found', `There is no run ${id}.`);
  return fake;
}

function createHandlers(state: FakeState): Handlers {
  const order =
    (status: Run['status']) =>
    ({ params }: Call): Answer => {
      const fake = find(state, params['id']);
      fake.run = { ...fake.run, status };
      return { status: 202, body: { data: fake.run } };
    };
  return {
    health: () => ({
      status: state.health?.status === 'down' ? 503 : 200,
      body: { ...health, ...state.health, parts: { ...health.parts, ...state.health?.parts } },
    }),
    startRun: (call) => startRun(state, call),
    listRuns: (call) => listRuns(state, call),
    getRun: (call) => getRun(state, call),
    listSteps: ({ params }) => ({ status: 200, body: { data: find(state, params['id']).steps } }),
    pauseRun: order('paused'),
    resumeRun: (call) => {
      const answered = order('queued')(call);
      if (state.afterResume !== undefined) state.coming = [...state.afterResume];
      return answered;
    },
    cancelRun: order('cancelled'),
    retryRun: order('queued'),
    steerRun: ({ params, body }) => {
      state.steers.push((body as { text: string }).text);
      return { status: 202, body: { data: find(state, params['id']).run } };
    },
    deleteRun: ({ params }) => {
      const { run } = find(state, params['id']);
      state.runs.delete(run.id);
      return { status: 200, body: { data: { runs: [run.id] } } };
    },
    pruneRuns: (call) => pruneRuns(state, call),
    forkRun: (call) => forkRun(state, call),
    listWaits: (call) => listWaits(state, call),
    answerWait: (call) => answerWait(state, call),
    listAgents: () => ({ status: 200, body: { data: state.agents ?? [] } }),
    listProblems: () => ({ status: 200, body: { data: state.problems ?? [] } }),
    listTools: () => ({ status: 200, body: { data: [httpGetEntry, shellEntry] } }),
    listModels: () => ({ status: 200, body: { data: modelsOf(state) } }),
    forgetModel: (call) => forgetModel(state, call),
    ...fakeHub(),
    ...fakeVault(),
    listPipelines: () => ({ status: 200, body: { data: [helloEntry, tripEntry] } }),
  };
}

function pruneRuns(state: FakeState, { body }: Call): Answer {
  const { endedBefore, status, dryRun, limit } = body as Record<'endedBefore' | 'status', string> & {
    readonly dryRun?: boolean;
    readonly limit: number;
  };
  state.prunes.push(body);
  const old = [...state.runs.values()].filter(
    ({ run }) => run.endedAt !== undefined && run.endedAt < endedBefore && (status ?? run.status) === run.status,
  );
  const runs = old.slice(0, Math.min(limit, 2)).map(({ run }) => run.id);
  if (dryRun !== true) for (const id of runs) state.runs.delete(id);
  return { status: 200, body: { data: { runs, more: old.length > runs.length } } };
}

function modelsOf({ learnt, away = [] }: FakeState): ModelsView {
  const prices = { input: 0.59, output: 0.79 };
  const llama = { name: 'groq/llama', isDefault: true, agents: ['planner'], contextTokens: 128_000, prices };
  const groq = { name: 'groq', api: 'chat', origin: 'https://api.groq.com', key: 'set' } as const;
  const spare = { name: 'spare', api: 'messages', origin: 'http://127.0.0.1:9', key: 'missing' } as const;
  return {
    servers: [
      { ...groq, proxy: 'http://proxy:3128', models: [{ ...llama, fallback: ['local/qwen3:8b'] }] },
      { ...spare, models: [] },
    ],
    learnt: [...learnt],
    away: [...away],
  };
}

function forgetModel(state: FakeState, { body }: Call): Answer {
  const { model } = body as { model: string };
  const kept = state.learnt.filter((fact) => fact.model !== model);
  const forgotten = state.learnt.length - kept.length;
  state.learnt = kept;
  return { status: 200, body: { data: { model, forgotten } } };
}

function startRun(state: FakeState, { body, headers }: Call): Answer {
  const key = headers['idempotency-key'];
  state.starts.push({ body, idempotencyKey: typeof key === 'string' ? key : undefined });
  const fake = state.onStart?.();
  if (fake === undefined) throw new PerdureError('not_found', 'There is no such pipeline; known are: hello.');
  state.runs.set(fake.run.id, fake);
  return { status: 201, body: { data: fake.run } };
}

/** Of a run that is over at once, so that following it ends. */
function forkRun(state: FakeState, { params, body, headers }: Call): Answer {
  const fake = find(state, params['id']);
  if (state.refusesForks !== undefined) throw state.refusesForks;
  const { from: asked } = body as { from: string };
  const from = state.forksFrom ?? asked;
  if (!fake.steps.some(({ key }) => key === from)) {
    const details = { field: 'body.from' };
    throw new PerdureError('invalid_input', `Run ${fake.run.id} has no step "${from}" to fork from.`, { details });
  }
  const key = headers['idempotency-key'];
  state.starts.push({ body, idempotencyKey: typeof key === 'string' ? key : undefined });
  const createdAt = '2026-01-02T03:04:09.000Z';
  const run = { ...fake.run, id: forkId, createdAt, forkedFrom: { runId: fake.run.id, stepKey: from } };
  const before = fake.steps.slice(
    0,
    fake.steps.findIndex(({ key: each }) => each === from),
  );
  state.runs.set(forkId, { ...fake, run, steps: before });
  return { status: 201, body: { data: run } };
}

function listRuns({ runs }: FakeState, { query }: Call): Answer {
  const newestFirst = [...runs.values()].map(({ run }) => run).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const [status, pipeline] = [query.get('status'), query.get('pipeline')];
  const found = newestFirst.filter(
    (run) => (status === null || run.status === status) && (pipeline === null || run.pipeline === pipeline),
  );
  return pageOf(found.map(summaryOf), query);
}

function pageOf(items: readonly unknown[], query: URLSearchParams): Answer {
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? 50);
  return {
    status: 200,
    body: { data: items.slice(from, to), ...(to < items.length ? { next: String(to) } : {}) },
  };
}

function listWaits({ waits, runs }: FakeState, { query }: Call): Answer {
  const wantsAnswered = query.get('answered') === 'true';
  const asked = query.get('run');
  const isBelow = (id: string | undefined): boolean =>
    id !== undefined && (id === asked || isBelow(runs.get(id)?.run.parent?.runId));
  const isOver = (id: string) => isFinished(runs.get(id)?.run.status ?? 'running');
  const wanted = [...waits.values()].filter(
    ({ runId, answered }) =>
      (answered !== undefined) === wantsAnswered &&
      (wantsAnswered || !isOver(runId)) &&
      (asked === null || isBelow(runId)),
  );
  return pageOf(wanted, query);
}

/** Takes any answer, once: schemas are the business of the real server. */
function answerWait({ waits, refusesAnswers }: FakeState, { params, body }: Call): Answer {
  if (refusesAnswers === true) throw new PerdureError('invalid_input', '`answer` is not valid; answer again.');
  const wait = waits.get(params['id'] ?? '');
  if (wait === undefined) throw new PerdureError('not_found', `There is no question ${params['id']}.`);
  if (wait.answered !== undefined) throw new PerdureError('conflict', `Question ${wait.id} was answered by ada.`);
  const { answer: given } = body as { answer: unknown };
  const answered = { ...wait, answered: { answer: given, by: 'owner', at: '2026-01-02T03:04:05.678Z' } };
  waits.set(wait.id, answered);
  return { status: 200, body: { data: answered } };
}

function getRun(state: FakeState, { params }: Call): Answer {
  const { runId, stepKey } = splitStepId(params['id'] ?? '');
  const fake = find(state, runId);
  if (stepKey === undefined) {
    const status = state.coming.shift();
    if (status !== undefined)
      fake.run = { ...fake.run, status, updatedAt: new Date(state.coming.length).toISOString() };
    const { waitingFor: _waitingFor, ...run } = fake.run;
    return { status: 200, body: { data: run.status === 'waiting' ? fake.run : run } };
  }
  const step = fake.steps.find(({ key }) => key === stepKey);
  if (step === undefined) throw new PerdureError('not_found', `There is no step ${stepKey}.`);
  return { status: 200, body: { data: step } };
}

function match(method: string, path: string): { id: RouteId; params: Readonly<Record<string, string>> } {
  for (const [id, route] of Object.entries(routes) as [RouteId, (typeof routes)[RouteId]][]) {
    // A step key holds slashes and may come encoded: only `getRun` takes the rest of the path.
    const parameter = id === 'getRun' ? '(?<$1>[^/]+(?:/(?!steps$|events$|transcript$).+)?)' : '(?<$1>[^/]+)';
    const found = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, parameter)}$`).exec(path);
    if (found !== null && route.method === method.toLowerCase()) {
      const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { id, params: Object.fromEntries(params) as Record<string, string> };
    }
  }
  throw new PerdureError('not_found', `There is nothing at ${path}.`);
}

/** Events after number `after`; 204 where the run has ended and there will be none. */
function streamRun(response: ServerResponse, fake: FakeRun, after: number): void {
  const events = fake.events.filter(({ seq }) => seq > after);
  if (fake.ends && events.length === 0) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events)
    response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.write(': up to date\n\n');
  if (fake.text !== undefined) response.write(`event: text\ndata: ${JSON.stringify(fake.text)}\n\n`);
  if (fake.ends) response.end();
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function summaryOf({ input: _input, output: _output, ...summary }: Run): Omit<Run, 'input' | 'output'> {
  return summary;
}

const part = { status: 'ok', detail: 'works' } as const;
const health = {
  status: 'ok',
  timestamp: '2026-01-02T03:04:05.678Z',
  parts: { engine: part, database: part, worker: part, model: { status: 'ok', detail: 'demo model' } },
} as const;

const helloEntry = {
  id: 'hello',
  description: 'Says hello',
  origin: 'shipped',
  input: {},
  output: {},
  hash: 'h',
} as const;

const tripEntry = {
  ...helloEntry,
  id: 'trip',
  description: 'Plans a trip',
  origin: 'project',
  input: {
    type: 'object',
    properties: { city: { type: 'string' }, class: { enum: ['economy', 'first'] }, nights: { type: 'integer' } },
    required: ['city', 'class'],
  },
} as const;

const httpGetEntry = {
  id: 'http-get',
  description: 'Fetches a page. Use it for one page at a time, and read what it answers.',
  origin: 'shipped',
  effect: 'pure',
  confirm: false,
  verifies: false,
  enabled: true,
  input: {},
  output: {},
  hash: 'h',
} as const satisfies ToolEntry;

const shellEntry = {
  ...httpGetEntry,
  id: 'shell',
  description: 'Runs a command',
  effect: 'once',
  confirm: true,
  enabled: false,
  remedy: 'Switch it on with --enable-tools shell.',
} as const satisfies ToolEntry;
