/** What has happened in the hub, for whoever is connected. Committed when it is told. */

import type { Family, FamilyMember, HubActivity, HubTask, Message, ReadCursor } from '@perdure/contract';

export type HubEvent =
  | { readonly kind: 'sent'; readonly message: Message }
  | {
      readonly kind: 'edited';
      readonly message: Message;
      /** When its stream ends by itself. */ readonly streamingUntil?: number;
    }
  | { readonly kind: 'deleted'; readonly message: Message }
  /** A file that it brought is gone; the rest of it stays. */
  | { readonly kind: 'file-taken'; readonly messageId: string }
  | {
      readonly kind: 'reacted';
      readonly channelId: string;
      readonly messageId: string;
      readonly principalId: string;
      readonly emoji: string;
      readonly isRemoved: boolean;
    }
  | { readonly kind: 'read'; readonly cursor: ReadCursor }
  | {
      readonly kind: 'task-changed';
      /** With references in the place of secrets. */
      readonly task: HubTask;
      readonly activity: readonly HubActivity[];
      /** Who had it to do before, and has not now. */
      readonly formerId?: string;
    }
  | { readonly kind: 'key-revoked'; readonly keyId: string }
  | { readonly kind: 'family-changed'; readonly family: Family }
  | { readonly kind: 'member-changed'; readonly member: FamilyMember };

export type Publish = (event: HubEvent) => void;
