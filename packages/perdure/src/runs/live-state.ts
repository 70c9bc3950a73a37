/**
 * What goes on in a run, read from its events: steps at work, items of fan-outs, what it waits for. Of it the line is
 * made that shows that a long run lives. Pure.
 */

import type { RunEvent, RunEventData, Step } from '@perdure/contract';
import { untilWords } from '../text/clock.ts';
import { formatDuration, printable } from '../text/format.ts';
import { waitNames } from './view-status.ts';

interface AtWork {
  readonly kind: Step['kind'];
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Of a fan-out. */
  readonly items?: number | undefined;
}

interface Parked {
  readonly data: RunEventData<'run.waiting'>;
  readonly since: number;
}

export interface LiveState {
  readonly see: (event: RunEvent) => void;
  /** What is at work, without what `shown` says already; empty where nothing is. */
  readonly text: (now: number, shown: ReadonlySet<string>) => string;
}

/** Steps that are named; more of them are counted. */
const mostNamed = 3;

export function createLiveState(): LiveState {
  const atWork = new Map<string, AtWork>();
  const itemsDone = new Map<string, number>();
  let parked: Parked | undefined;

  const see = (event: RunEvent) => {
    const at = Date.parse(event.at);
    switch (event.type) {
      case 'step.started': {
        const { key, kind } = event.data;
        parked = undefined;
        if (kind !== 'human') atWork.set(key, { kind, since: at, ...(event.data.kind === 'map' && event.data) });
        break;
      }
      case 'step.done':
      case 'step.failed':
        parked = undefined;
        atWork.delete(event.data.key);
        if (event.data.kind === 'item') countItem(itemsDone, event.data.key);
        break;
      case 'run.waiting':
        parked = { data: event.data, since: at };
        break;
      case 'run.paused':
      case 'run.needs_attention':
      case 'run.completed':
      case 'run.failed':
      case 'run.cancelled':
        parked = undefined;
        atWork.clear();
        break;
      case 'run.recovered':
      case 'run.resumed':
      case 'run.retried':
        parked = undefined;
        break;
      default:
    }
  };
  return {
    see,
    text: (now, shown) =>
      parked === undefined ? workText(atWork, itemsDone, { now, shown }) : parkedText(parked, now),
  };
}

function countItem(itemsDone: Map<string, number>, key: string): void {
  const map = key.slice(0, key.lastIndexOf('/'));
  itemsDone.set(map, (itemsDone.get(map) ?? 0) + 1);
}

function parkedText({ data: { kind, until, model }, since }: Parked, now: number): string {
  const what = model === undefined ? waitNames[kind] : printable(model);
  if (until !== undefined && Date.parse(until) > now) return `waiting for ${what} until ${untilWords(until, now)}`;
  return `waiting for ${what}, for ${elapsed(since, now)}`;
}

interface WorkTextOptions {
  readonly now: number;
  readonly shown: ReadonlySet<string>;
}

/** `answers 12 of 40 · answers/12/researcher 4.0 s`. */
function workText(
  atWork: ReadonlyMap<string, AtWork>,
  itemsDone: ReadonlyMap<string, number>,
  { now, shown }: WorkTextOptions,
): string {
  const keys = [...atWork.keys()];
  const counted = [...atWork].flatMap(([key, { items }]) =>
    items === undefined ? [] : [`${printable(key)} ${itemsDone.get(key) ?? 0} of ${items}`],
  );
  // What is made of others is known by them.
  const deepest = [...atWork].filter(
    ([key, { items }]) => items === undefined && !shown.has(key) && !keys.some((other) => other.startsWith(`${key}/`)),
  );
  const named = deepest.slice(0, mostNamed).map(([key, { since }]) => `${printable(key)} ${elapsed(since, now)}`);
  const more = deepest.length - named.length;
  return [...counted, ...named, ...(more > 0 ? [`${more} more`] : [])].join(' · ');
}

/** In whole seconds: it is told once a second. */
function elapsed(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  return ms < 60_000 ? `${Math.floor(ms / 1000)} s` : formatDuration(ms);
}
