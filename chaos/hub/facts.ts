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

export interface Listened {
  readonly name: string;
  /** As they came. */
  readonly heard: readonly Heard[];
  /** How often it was let in. */
  readonly entries: number;
  /** Between a close and the next time it was let in, in milliseconds. */
  readonly absencesMs: readonly number[];
  readonly isIn: boolean;
}

export interface HubFacts {
  readonly kills: number;
  readonly sent: readonly Sent[];
  readonly listened: readonly Listened[];
  /** All of each channel, read in the end over HTTP, oldest first. */
  readonly history: readonly Heard[];
}
