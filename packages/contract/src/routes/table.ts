/**
 * The HTTP API as a table: server, OpenAPI document and client are made from it. Each noun has its own part; their
 * order here is the order in which they are listed everywhere.
 *
 * Paths use `{name}` for parameters, as OpenAPI does. Under `/api/v1` a 2xx body is `{ "data": … }`; every other body
 * anywhere is `{ "error": sentence, "code", "details", "requestId" }`. `/health` and `/pipeline` answer flat, for
 * clients of the original stack.
 */

import { definitionRoutes } from '../definitions/routes.ts';
import { healthRoutes } from '../health/routes.ts';
import { auditRoutes } from '../hub/audit-routes.ts';
import { channelRoutes } from '../hub/channel-routes.ts';
import { familyMemberRoutes } from '../hub/family/family-member-routes.ts';
import { gatewayRoutes } from '../hub/family/gateway-routes.ts';
import { familyRoutes } from '../hub/family/family-routes.ts';
import { upgradeRoutes } from '../hub/family/upgrade-routes.ts';
import { driveRoutes } from '../hub/drive/routes.ts';
import { keyRoutes } from '../hub/key-routes.ts';
import { sessionRoutes } from '../hub/session-routes.ts';
import { messageRoutes } from '../hub/message-routes.ts';
import { principalRoutes } from '../hub/principal-routes.ts';
import { hubTaskRoutes } from '../hub/tasks/task-routes.ts';
import { vaultGrantRoutes } from '../hub/vault/grant-routes.ts';
import { vaultItemRoutes } from '../hub/vault/item-routes.ts';
import { vaultLeaseRoutes } from '../hub/vault/lease-routes.ts';
import { vaultRoutes } from '../hub/vault/vault-routes.ts';
import { wakeRoutes } from '../hub/wake-routes.ts';
import { modelRoutes } from '../models/routes.ts';
import { runRoutes } from '../runs/routes.ts';
import { taskRoutes } from '../tasks/routes.ts';
import { waitRoutes } from '../waits/routes.ts';
import type { RouteEntry } from './entry.ts';

export const routes = {
  ...healthRoutes,
  ...runRoutes,
  ...waitRoutes,
  ...taskRoutes,
  ...definitionRoutes,
  ...modelRoutes,
  ...principalRoutes,
  ...keyRoutes,
  ...sessionRoutes,
  ...channelRoutes,
  ...messageRoutes,
  ...familyRoutes,
  ...familyMemberRoutes,
  ...gatewayRoutes,
  ...upgradeRoutes,
  ...wakeRoutes,
  ...auditRoutes,
  ...driveRoutes,
  ...hubTaskRoutes,
  ...vaultRoutes,
  ...vaultItemRoutes,
  ...vaultLeaseRoutes,
  ...vaultGrantRoutes,
} as const satisfies Record<string, RouteEntry>;

export type RouteId = keyof typeof routes;
export type Route = RouteEntry;
