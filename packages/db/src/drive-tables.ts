/** The tables of the drive: a part of the schema. */

import type { DriveState } from '@perdure/contract';

/** Files of the drive. */
export interface DriveFilesTable {
  id: string;
  /** Who puts it up. */
  owner_id: string;
  state: DriveState;
  file_name: string;
  content_type: string;
  size: number;
  /** For which channel it is meant. */
  channel_id: string | null;
  /** The name of its bytes in the folder of the drive; null until they have come. */
  blob: string | null;
  /** Of its bytes, in hexadecimal. */
  sha256: string | null;
  reserved_at: number;
  /** When it is removed, unless somebody goes on with it; null once it is registered. */
  expires_at: number | null;
  registered_at: number | null;
}

/** Which files a message brings. */
export interface MessageAttachmentsTable {
  message_id: string;
  position: number;
  file_id: string;
}
