/** What clients of the hub wrote down while its server was killed. */

/** A message as its sender was answered; a repetition is another. */
export interface Sent {
  readonly channelId: string;
  /** The `clientGeneratedId`. */
  readonly key: string;
  readonly messageId: string;
  readonly seq: number;
  /** How often it was sent until it was answered. */
  readonly attempts: number;
}

/** A message as a socket brought it, or as it stands in the history. */
export interface Heard {
  readonly channelId: string;
  readonly key: string;
  readonly messageId: string;
  readonly seq: number;
}

/** From a close to the next time it was let in, by `performance.now()`. */
export interface Absence {
  readonly from: number;
  readonly to: number;
}

export interface Listened {
  readonly name: string;
  /** As they came. */
  readonly heard: readonly Heard[];
  /** How often it was let in. */
  readonly entries: number;
  readonly absences: readonly Absence[];
  readonly isIn: boolean;
}

export interface HubFacts {
  readonly kills: number;
  /** By `performance.now()`. */
  readonly killedAt: readonly number[];
  readonly sent: readonly Sent[];
  readonly listened: readonly Listened[];
  /** All of each channel, read in the end over HTTP, oldest first. */
  readonly history: readonly Heard[];
}
