/**
 * What happens elsewhere to the runs that are being driven here: orders, by one query for all of them, children that
 * end, people who answer. All are noticed within a second.
 */

import type { DriveSession } from './drive-session.ts';
import type { RunJournal } from '../record/journal.ts';
import type { Clock } from '../record/ports.ts';
import type { PendingOrder } from '../record/record.ts';

const pollMs = 250;

export interface OrderPollDeps {
  readonly journal: RunJournal;
  readonly clock: Clock;
}

export class OrderPoll {
  readonly #deps: OrderPollDeps;
  readonly #sessions = new Map<string, DriveSession>();
  #isScheduled = false;

  constructor(deps: OrderPollDeps) {
    this.#deps = deps;
  }

  get sessions(): readonly DriveSession[] {
    return [...this.#sessions.values()];
  }

  /** Hands over what was in the inbox when the drive began, then whatever comes. */
  open(session: DriveSession): void {
    for (const order of session.run.orders) give(session, order);
    this.#sessions.set(session.run.id, session);
    this.#schedule();
  }

  close(session: DriveSession): void {
    this.#sessions.delete(session.run.id);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#deps.clock.after(pollMs, () => {
      this.#isScheduled = false;
      if (this.#sessions.size > 0) void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    try {
      const inboxes = await this.#deps.journal.inboxes([...this.#sessions.keys()]);
      for (const [runId, { orders, steers }] of inboxes) {
        const session = this.#sessions.get(runId);
        session?.steers.add(steers);
        if (session !== undefined) for (const order of orders) give(session, order);
      }
    } catch {
      // A poll that fails says nothing about the drives: their own commits will.
    }
    for (const session of this.#sessions.values()) session.parking.lookAgain();
    if (this.#sessions.size > 0) this.#schedule();
  }
}

function give(session: DriveSession, order: PendingOrder): void {
  switch (order.kind) {
    case 'pause':
    case 'cancel':
      session.gate.halt({ kind: order.kind, orderId: order.id });
      return;
    case 'resume':
      // Consumed where a drive begins; one that meets a running run has nothing to do.
      return;
    default:
      order.kind satisfies never;
  }
}
