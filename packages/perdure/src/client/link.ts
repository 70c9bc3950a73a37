/** A server as a command reaches it. */

/** Where the server answers, and the key to show there. */
export interface Link {
  readonly url: string;
  readonly key: string;
  /** Path of the unix socket; absent: it has none. */
  readonly socket: string | undefined;
  /** Whether `PERDURE_URL` named it. */
  readonly isRemote?: true;
  /** By which other machines reach it, as far as this one knows. */
  readonly publicUrls?: readonly string[];
}
