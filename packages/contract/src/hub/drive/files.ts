/** Files of the drive: what somebody puts up, to send it with a message. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { line } from '../text.ts';

/** `reserved`: its bytes may come. `uploaded`: they are here. `registered`: it can be sent. */
export const driveStates = ['reserved', 'uploaded', 'registered'] as const;
export type DriveState = (typeof driveStates)[number];

/** Bytes of one file. */
export const maxFileBytes = 1_073_741_824;
/** Files of one message. */
export const maxAttachments = 20;

/** A type that may stand in a header as it is; what has none is sent as bytes. */
const contentTypePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+( *;[ -~]*)?$/;
const contentType = z
  .string()
  .max(200, 'a content type has at most 200 characters')
  .regex(contentTypePattern, 'a content type looks like `image/png`');

const id = z.string().min(1).max(100);
const size = z.int().min(0);

export const newUploadSchema = z.object({
  /** Of a path only its last part is kept. */
  fileName: line(255, 'a file name'),
  /** Empty or absent: bytes of no known type. */
  contentType: z.union([z.literal(''), contentType]).nullish(),
  /** Exactly as many bytes as will come; what may be at most is asked of the core. */
  size,
});

/** Where the bytes of one file go, once. */
export const uploadSchema = z.object({
  uploadUrl: z.string(),
  fileId: z.string(),
  s3Key: z.string(),
  /** Until when they may come. */
  expiresAt: timestampSchema,
});
export type Upload = z.infer<typeof uploadSchema>;

export const uploadedSchema = z.object({
  fileId: z.string(),
  size: z.int().min(0),
  /** In hexadecimal. */
  sha256: z.string(),
});
export type Uploaded = z.infer<typeof uploadedSchema>;

/** Name and type are those of the first step, whatever is said here. */
export const newFileSchema = z.object({
  fileId: id,
  s3Key: z.string().min(1).max(300),
  size: size.nullish(),
  fileName: z.string().nullish(),
  contentType: z.string().nullish(),
  /** For which channel it is meant. It is seen there when a message brings it. */
  channelId: id.nullish(),
});

export const driveFileSchema = z.object({
  id: z.string(),
  /** The same. */
  fileId: z.string(),
  s3Key: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  size: z.int().min(0),
  sha256: z.string(),
  /** Who put it up. */
  ownerId: z.string(),
  channelId: z.string().optional(),
  createdAt: timestampSchema,
  /** Needs no header; for an hour. */
  downloadUrl: z.string(),
});
export type DriveFile = z.infer<typeof driveFileSchema>;

/** A file as a message brings it. */
export const attachmentSchema = z.object({
  fileId: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  size: z.int().min(0),
  /** Needs no header; for an hour, and as long as the message is there. */
  downloadUrl: z.string(),
});
export type Attachment = z.infer<typeof attachmentSchema>;
