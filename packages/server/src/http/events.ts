/**
 * `GET …/events`: the record of a run as server-sent events. Events are always read from the database by number,
 * signals only say when to look: so there is no gap and no duplicate, whatever signal is lost. Text of a turn in
 * progress is passed on as it comes, without a number, and may be lost.
 */

import { isFinished, messageOf, type LiveSignal, type WireRunEvent } from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import { createDoorbell, runNotFound } from '@perdure/runs/desk';
import type { Handler } from './table.ts';

const batch = 200;
/** Sent once, behind all that is recorded by then: who wants the record alone need not wait for more. */
const upToDate = ': up to date\n\n';
/** Characters of text kept for a client that does not read. */
const maxPendingText = 65_536;

export function eventsHandler(deps: Dependencies): Handler<'streamEvents'> {
  return async ({ params, headers }, call) => {
    const runId = params.id;
    const after = Number(headers['last-event-id'] ?? 0);
    const status = await deps.reader.getStatus(runId);
    if (status === undefined) throw runNotFound(runId);
    // Without content a browser stops reconnecting: nothing will come any more.
    const complete = isFinished(status) && (await deps.reader.listEvents(runId, after, 1)).length === 0;
    return { stream: complete ? undefined : eventStream(deps, runId, { after, signal: call.signal }) };
  };
}

interface Watch {
  readonly after: number;
  readonly signal: AbortSignal;
}

/** Nothing is read, nor watched, before the client asks for the first chunk; then one chunk at a time. */
function eventStream(deps: Dependencies, runId: string, watch: Watch): ReadableStream<Uint8Array> {
  const cancelled = new AbortController();
  const signal = AbortSignal.any([watch.signal, deps.closing, cancelled.signal]);
  const chunks = frames(deps, runId, { after: watch.after, signal });
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          // The client went away meanwhile, which closed the stream and is no failure.
          if (cancelled.signal.aborted) return;
          if (next.done === true) controller.close();
          else controller.enqueue(encoder.encode(next.value));
        } catch (error) {
          // The headers are long gone: the stream ends, and the client comes again with its last number.
          deps.log(`event stream of run ${runId} broke: ${messageOf(error)}`);
          controller.close();
        }
      },
      async cancel() {
        cancelled.abort();
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* frames(deps: Dependencies, runId: string, watch: Watch): AsyncGenerator<string, void> {
  const { reader, live, clock, heartbeatMs = 15_000 } = deps;
  const bell = createDoorbell(watch.signal);
  const text = createPendingText();
  const unsubscribe = live.subscribe(runId, (signal) => {
    if (signal.type === 'text') text.add(signal);
    bell.ring();
  });
  try {
    let seen = watch.after;
    let spokeAt = clock();
    // The first chunk also makes the response's headers leave.
    let chunk = 'retry: 1000\n\n';
    let isCaughtUp = false;
    while (!watch.signal.aborted) {
      // The status is read before the events: if it says the run has ended, its last event is among those read next.
      const status = await reader.getStatus(runId);
      const events = await reader.listEvents(runId, seen, batch);
      chunk += text.take() + events.map(eventFrame).join('');
      if (!isCaughtUp && events.length < batch) {
        chunk += upToDate;
        isCaughtUp = true;
      }
      if (chunk === '' && clock() - spokeAt >= heartbeatMs) chunk = ': still here\n\n';
      if (chunk !== '') {
        yield chunk;
        spokeAt = clock();
      }
      chunk = '';
      seen = events.at(-1)?.seq ?? seen;
      if (events.length === batch) continue;
      if (status === undefined || isFinished(status)) return;
      await bell.wait(Math.max(0, heartbeatMs - (clock() - spokeAt)));
    }
  } finally {
    unsubscribe();
  }
}

function eventFrame(event: WireRunEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Text per step since it was last taken; what a slow client cannot take is dropped. */
function createPendingText() {
  const deltas = new Map<string, string>();
  let size = 0;
  return {
    add({ key, delta }: Extract<LiveSignal, { type: 'text' }>): void {
      if (size + delta.length > maxPendingText) return;
      size += delta.length;
      deltas.set(key, (deltas.get(key) ?? '') + delta);
    },
    take(): string {
      const frames = [...deltas].map(([key, delta]) => `event: text\ndata: ${JSON.stringify({ key, delta })}\n\n`);
      deltas.clear();
      size = 0;
      return frames.join('');
    },
  };
}
