/**
 * The life of a file of the drive, as a table.
 *
 * D1 A file is acknowledged when its bytes and its row are on disk, and its bytes are as many as were said.
 * D2 What nobody goes on with is removed, row and bytes, and so are bytes that no row knows, whatever died in between.
 * D3 A link opens one file, for a time, as long as the message that brings it is there; an upload URL takes one, once.
 */

import type { DriveState } from '@perdure/contract';

type Moves = Readonly<Record<DriveState, readonly (DriveState | 'gone')[]>>;

export const driveMoves: Moves = {
  reserved: ['uploaded', 'gone'],
  uploaded: ['registered', 'gone'],
  registered: ['gone'],
};

export function canMove(from: DriveState, to: DriveState | 'gone'): boolean {
  return driveMoves[from].includes(to);
}

/** How long a file that is not registered is kept, from when somebody last went on with it. */
export const unfinishedMs = 3_600_000;
