/** What the drive needs of a store, of a folder for bytes, and of whoever makes links. */

import type { Principal } from '@perdure/contract';
import type { Page, PageRequest } from '../ports.ts';
import type { Refusal } from '../refusal.ts';
import type { RegisterFile, ReserveFile, UploadFile } from './decide-file.ts';
import type { FileRecord, RegisteredFile, ReservedFile, SeenFile, UploadedFile } from './records.ts';

type Answer<Kind extends string, File> = { readonly kind: Kind; readonly file: File } | Refusal;

/** As `core/ports.ts`. */
export interface DriveStore {
  reserve(by: Principal, made: ReserveFile): Promise<Answer<'reserved', ReservedFile>>;
  /** In whatever state it is. */
  find(fileId: string): Promise<FileRecord | undefined>;
  /** On disk when it resolves (D1). */
  upload(done: UploadFile): Promise<Answer<'uploaded', UploadedFile>>;
  /** `same`: it was before. */
  register(by: Principal, said: RegisterFile): Promise<Answer<'registered' | 'same', RegisteredFile>>;
  get(by: Principal, fileId: string): Promise<({ readonly kind: 'seen' } & SeenFile) | Refusal>;
  /** Registered ones, newest first. */
  list(by: Principal, page: PageRequest & { readonly which: WhichFiles }): Promise<Page<SeenFile>>;
  /** Out of the messages that bring it, too; `messageIds`: these. */
  remove(
    by: Principal,
    fileId: string,
  ): Promise<
    { readonly kind: 'removed'; readonly file: RegisteredFile; readonly messageIds: readonly string[] } | Refusal
  >;
  /** What a link leads to (D3): the file, where it is there, and the message that is said to bring it. */
  linked(of: LinkTarget): Promise<RegisteredFile | undefined>;
  /** Removes what nobody went on with (D2); answers the names of its bytes. */
  expire(now: number): Promise<readonly string[]>;
  /** The names of all bytes that are known. */
  blobs(): Promise<ReadonlySet<string>>;
}

/** `received`: of others, as far as messages of one's channels bring them. */
export type WhichFiles = 'own' | 'received' | 'all';

export interface LinkTarget {
  readonly fileId: string;
  /** Absent: for who put it up, and the owner. */
  readonly messageId?: string | undefined;
}

export interface Written {
  readonly kind: 'written';
  readonly blob: string;
  readonly size: number;
  readonly sha256: string;
}

/** Where bytes are kept, under names that it makes. Rejects with `storage_…` where they cannot be. */
export interface DriveBytes {
  /** Whether so many more may come, and room is left for all else. */
  hasRoom(size: number): Promise<boolean>;
  /** On disk when it resolves; nothing stays of what breaks off, or is more than `most`. */
  write(pieces: AsyncIterable<Uint8Array>, most: number): Promise<Written | { readonly kind: 'too-many' }>;
  /** How many there are; undefined: none of this name. */
  sizeOf(blob: string): Promise<number | undefined>;
  /** From byte `from` up to `end`, which is left out; opened when the first is asked for. */
  read(blob: string, part: { readonly from: number; readonly end: number }): AsyncIterable<Uint8Array>;
  /** Where there are none nothing happens. */
  remove(blob: string): Promise<void>;
  /** All names, also of what was not finished. */
  names(): Promise<readonly string[]>;
  /** Removes what nobody has touched since. */
  removeIfOlder(name: string, than: number): Promise<void>;
}

/** Links as paths with a query: whoever answers a client puts the address before it by which that one has come. */
export interface Links {
  upload(fileId: string): string;
  /** For an hour from `now`. */
  download(target: LinkTarget, now: number): string;
}

export interface LinkChecks {
  isUpload(fileId: string, signature: string | undefined): boolean;
  /** `expires`: seconds since the epoch, as the link says. */
  isDownload(target: LinkTarget, said: { readonly expires: string; readonly signature: string | undefined }): boolean;
}
