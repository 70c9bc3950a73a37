/**
 * What every store of the hub has to do: one suite over its ports. Each case has a store of its own; where two
 * processes matter, the second handle is the other one.
 */

import { describe } from 'vitest';
import { managingIsWrittenDown } from './conformance/audit.ts';
import { channelsHaveMembers } from './conformance/channels.ts';
import { familiesAreKept } from './conformance/families.ts';
import { familyMembersAreMade } from './conformance/family-members.ts';
import { filesComeInThreeSteps } from './conformance/drive.ts';
import { messagesAreNumbered } from './conformance/messages.ts';
import { keysOpen, principalsAreKnown } from './conformance/principals.ts';
import { sessionsOpenOnce } from './conformance/sessions.ts';
import type { OpenHubStore } from './conformance/world.ts';

export type { HubStoreUnderTest, OpenHubStore } from './conformance/world.ts';

export function hubStoreConformance(name: string, open: OpenHubStore): void {
  describe(`the store of the hub on ${name}`, () => {
    principalsAreKnown(open);
    keysOpen(open);
    sessionsOpenOnce(open);
    channelsHaveMembers(open);
    messagesAreNumbered(open);
    managingIsWrittenDown(open);
    familiesAreKept(open);
    familyMembersAreMade(open);
    filesComeInThreeSteps(open);
  });
}
