/** Files of the drive, as the core sees them. What exists only from some state on is there from that state on. */

interface AnyFile {
  readonly id: string;
  /** Who puts it up. */
  readonly ownerId: string;
  /** Its last part alone: never a path. */
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly reservedAt: number;
}

interface Bytes {
  /** The name of its bytes in the folder of the drive, which we made. */
  readonly blob: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface ReservedFile extends AnyFile {
  readonly state: 'reserved';
  /** When it is removed, unless somebody goes on with it. */
  readonly expiresAt: number;
}

export interface UploadedFile extends AnyFile, Bytes {
  readonly state: 'uploaded';
  readonly expiresAt: number;
}

export interface RegisteredFile extends AnyFile, Bytes {
  readonly state: 'registered';
  readonly registeredAt: number;
  /** For which channel it is meant. */
  readonly channelId?: string;
}

export type FileRecord = ReservedFile | UploadedFile | RegisteredFile;

/** A registered file as somebody sees it; `messageId`: one that brings it to a channel they are in. */
export interface SeenFile {
  readonly file: RegisteredFile;
  readonly messageId?: string;
}
